"""Does the same person stand here twice?"""

from collections import defaultdict
from collections.abc import Iterator

from teams.intake.checks.keys import Roster, name_key, team_key
from teams.intake.reading import Finding, RosterRow, error, short, warning


def duplicate_member(roster: Roster) -> Iterator[Finding]:
    """The same name with the same phone (or both without) in one team: the later row stays out."""
    for namesakes in roster.namesakes:
        seen: dict[str, RosterRow] = {}
        for row in namesakes:
            first = seen.setdefault(row.phone.first, row)
            if first is not row:
                yield error(
                    row,
                    "full_name",
                    "duplicate_member",
                    f"“{short(row.full_name)}” đã có trong {short(row.team)} ở ô {first.cell('full_name')}. "
                    "Mỗi người chỉ ghi một dòng trong một tổ.",
                )


def same_name(roster: Roster) -> Iterator[Finding]:
    """One name with different phones in one team: told, both go in."""
    for first, *others in roster.namesakes:
        for row in others:
            if first.phone.first != row.phone.first:
                both = first.phone.first and row.phone.first
                yield warning(
                    row,
                    "full_name",
                    "same_name",
                    f"{short(row.team)} có hai người tên “{short(row.full_name)}” (ô {first.cell('full_name')}), "
                    f"{'khác số điện thoại' if both else 'một người chưa có số điện thoại'}. "
                    "Nếu là một người, hãy xóa một dòng.",
                )


def member_of_two_teams(roster: Roster) -> Iterator[Finding]:
    for holders in roster.phones.values():
        named = defaultdict(list)
        for row in holders:
            named[name_key(row.full_name)].append(row)
        for first, *others in named.values():
            for row in others:
                if team_key(row) != team_key(first):
                    yield warning(
                        row,
                        "full_name",
                        "member_of_two_teams",
                        f"“{short(row.full_name)}” cũng có trong {short(first.team)} (ô {first.cell('full_name')}).",
                    )
