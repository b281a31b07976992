"""Is each team told once, with one leader and one decision?"""

from collections.abc import Iterator
from typing import Final

from teams.intake.checks.keys import Roster, TeamKey, team_key
from teams.intake.reading import Finding, RosterRow, error, short, warning

LONGEST_TEAM: Final = 160


def team_missing(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if not row.team and "team" in row.columns:
            yield error(
                row,
                "team",
                "team_missing",
                f"Chưa ghi tên tổ của “{short(row.full_name)}”. Hãy ghi tên tổ ở dòng đầu của mỗi tổ.",
            )


def team_too_long(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if len(row.team) > LONGEST_TEAM:
            yield error(
                row,
                "team",
                "team_too_long",
                f"Tên tổ dài {len(row.team)} ký tự (tối đa {LONGEST_TEAM}): “{short(row.team, 40)}”. "
                "Hãy chỉ ghi tên tổ vào ô này.",
            )


def team_in_two_blocks(roster: Roster) -> Iterator[Finding]:
    seen: dict[TeamKey, RosterRow] = {}
    previous: TeamKey | None = None
    for row in roster.rows:
        if not row.team:
            continue
        key = team_key(row)
        first = seen.setdefault(key, row)
        if key != previous and first is not row:
            yield warning(
                row,
                "team",
                "team_in_two_blocks",
                f"{short(row.team)} đã có ở ô {first.cell('team')}: hai khối được gộp thành một tổ.",
            )
        previous = key


def second_leader(roster: Roster) -> Iterator[Finding]:
    for members in roster.teams.values():
        leaders = [row for row in members if row.role == "leader"]
        for row in leaders[1:]:
            yield error(
                row,
                "role",
                "second_leader",
                f"“{short(row.full_name)}” được ghi là Tổ trưởng, {short(row.team)} đã ghi Tổ trưởng là "
                f"“{short(leaders[0].full_name)}” (ô {leaders[0].cell('role')}). Mỗi tổ chỉ có một Tổ trưởng.",
            )


def no_leader(roster: Roster) -> Iterator[Finding]:
    for members in roster.teams.values():
        first = members[0]
        if "role" in first.columns and not any(row.role == "leader" for row in members):
            what = "chưa có tổ trưởng" if any(row.full_name for row in members) else "chưa có thành viên nào"
            yield warning(first, "team", "no_leader", f"{short(first.team)} {what}.")


def several_decisions(roster: Roster) -> Iterator[Finding]:
    """A team's members stand under different decisions: the first one is the team's."""
    for members in roster.teams.values():
        first = members[0].decision
        if not first.key.strip("/"):
            continue
        for row in members[1:]:
            other = row.decision
            if (
                other is not first
                and other.key.strip("/")
                and (other.key, other.issued_on) != (first.key, first.issued_on)
            ):
                yield warning(
                    row,
                    "decision",
                    "several_decisions",
                    f"{short(row.team)} có hai quyết định: “{short(first.raw, 60)}” và “{short(other.raw, 60)}”. "
                    "Hãy kiểm tra lại.",
                )
                break
