"""What a workbook would change, staged row by row; nothing of the register is touched."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from django.db import transaction
from django.utils import timezone

from teams.enums import ImportState, LeaveReason, MemberRole, RowOutcome
from teams.intake.fixes import GROUP_FIXES
from teams.intake.reading import Finding, Reading, RosterRow, error, warning
from teams.keys import member_keys
from teams.models import Member, RosterImport
from teams.row_ids import read_row_id
from teams.services.bulk import new_ids, new_uuids, to_json
from teams.services.imports import register as registers
from teams.services.imports.matching import Person, match, person_of, same_person
from teams.services.imports.register import Register, StoredMember
from teams.services.imports.resolve import CommuneFinder, Resolution, TeamPlan, find_communes, resolve
from teams.services.imports.staging import Staged, copy_findings, copy_rows

logger = logging.getLogger(__name__)
NO_ERRORS: Mapping[str, str] = {}


@dataclass(slots=True)
class Rehearsal:
    """Everything found out about one file, ready to be staged."""

    reading: Reading
    resolution: Resolution
    register: Register
    fixes: frozenset[str]
    leave: list[int] | str | None  # who leaves among the absent: ids, "all", or not chosen: those who were moved
    new_members: Iterator[tuple[int, str]]  # an id and a person for each
    rows: list[Staged] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    absent: list[dict] = field(default_factory=list)
    demoted: list[dict] = field(default_factory=list)
    moved: dict[tuple[str, int], StoredMember] = field(default_factory=dict)  # (sheet, row) in another team's block
    moved_ids: set[int] = field(default_factory=set)
    errors: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)  # (sheet, row) -> code -> message

    def leaves(self, member: StoredMember) -> bool:
        if self.leave is None:
            return member.id in self.moved_ids
        return self.leave == "all" or member.id in self.leave

    def errors_of(self, row: RosterRow) -> Mapping[str, str]:
        return self.errors.get((row.sheet, row.row), NO_ERRORS) if self.errors else NO_ERRORS

    def obstacle(self, errors: Mapping[str, str]) -> str:
        """Why a row with these errors cannot go in, or ""."""
        return next((message for code, message in errors.items() if code not in self.fixes), "") if errors else ""

    def person(self, row: RosterRow, errors: Mapping[str, str]) -> Person:
        person = person_of(row)
        if "second_leader" in errors or ("unknown_role" in errors and "unknown_role" in self.fixes):
            return person._replace(role=MemberRole.MEMBER)
        return person

    def counts(self) -> dict:
        """The figures in the shape of `manage.py roster_import --json`."""
        outcomes = Counter(row.outcome for row in self.rows)
        members = Counter(row.outcome for row in self.rows if row.full_name or row.member_id)
        written = {row.team_ref for row in self.rows if row.outcome not in (RowOutcome.REJECTED, RowOutcome.IGNORED)}
        teams = Counter(plan.status for plan in self.resolution.teams if plan.ref in written)
        total = self.reading.total
        return {
            "rows": {"read": self.reading.rows_read} | {name: outcomes[name] for name in RowOutcome.values},
            "teams": {name: teams[name] for name in ("new", "changed", "same")},
            "members": {name: members[name] for name in ("new", "changed", "same")} | {"absent": len(self.absent)},
            "total_row": asdict(total) if total else None,
        }


@transaction.atomic
def rehearse(roster_import: RosterImport, reading: Reading) -> RosterImport:
    """Stage what `reading` would do to the register as it stands now, with the choices in `roster_import.options`."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state == ImportState.CANCELLED:
        return current
    options = roster_import.options
    communes = registers.communes_of(roster_import)
    codes = find_communes(reading.rows, CommuneFinder(communes), roster_import.commune_id or "")
    concerned = {code for code, _ in codes.values() if code} | ({roster_import.commune_id} - {None})
    seen = registers.stamp(concerned)  # before the look itself: what comes in between is a change since the rehearsal
    register = registers.load(communes, concerned)
    rehearsal = Rehearsal(
        reading=reading,
        resolution=resolve(reading.rows, register, codes, options, timezone.localdate()),
        register=register,
        fixes=frozenset(options.get("fixes", [])),
        leave=options.get("leave"),
        # Taken now, as the apply inserts with them and the undo finds people by them; those left over are lost.
        new_members=zip(new_ids(Member, len(reading.rows)), new_uuids(len(reading.rows)), strict=True),
    )
    foreign = sum(trouble in {"foreign", "unknown"} for _, trouble in codes.values())
    if foreign:
        logger.warning("import %s by user %s names %s foreign units", roster_import.pk, roster_import.owner_id, foreign)
    store(roster_import, rehearsal, concerned, seen)
    return roster_import


def compare(rehearsal: Rehearsal) -> Iterator[Staged]:
    """Every row of the file and what becomes of it, team by team: the server stages the ones before meanwhile."""
    for finding in rehearsal.reading.findings:
        if finding.severity == "error" and finding.row:
            rehearsal.errors.setdefault((finding.sheet, finding.row), {})[finding.code] = finding.message
        rehearsal.findings.append(settled(finding, rehearsal.fixes))
    find_moved(rehearsal)
    for plan in rehearsal.resolution.teams:
        compared = len(rehearsal.rows)
        compare_team(rehearsal, plan)
        yield from rehearsal.rows[compared:]
    compared = len(rehearsal.rows)
    for row, reason in rehearsal.resolution.outside:
        name = row.full_name[:120]
        rehearsal.rows.append(Staged(row.sheet, row.row, RowOutcome.REJECTED, reason[:400], full_name=name))
    for ignored in rehearsal.reading.ignored:
        rehearsal.rows.append(Staged(ignored.sheet, ignored.row, RowOutcome.IGNORED, ignored.label))
    yield from rehearsal.rows[compared:]
    rehearsal.findings += rehearsal.resolution.findings


def find_moved(rehearsal: Rehearsal) -> None:
    """Members of our own export whose row somebody put into another team's block."""
    for plan in rehearsal.resolution.teams:
        for row in rehearsal.resolution.rows[plan.ref]:
            member = rehearsal.register.by_id.get(read_row_id(row.row_id) or 0) if row.row_id else None
            if member and member.team != plan.team_id and same_person(person_of(row), member):
                rehearsal.moved[row.sheet, row.row] = member
                rehearsal.moved_ids.add(member.id)


def settled(finding: Finding, fixes: frozenset[str]) -> Finding:
    """An error that a group fix has settled is told as a warning."""
    if finding.severity == "error" and finding.code in fixes:
        return replace(finding, severity="warning", fixed=GROUP_FIXES[finding.code])
    return finding


def compare_team(rehearsal: Rehearsal, plan: TeamPlan) -> None:
    """Pair the team's rows with its members; rejected rows claim theirs too, so that nobody seems absent by error."""
    people, obstacles = [], []
    blocked = rehearsal.resolution.blocked.get(plan.ref)
    for row in rehearsal.resolution.rows[plan.ref]:
        errors = rehearsal.errors_of(row)
        obstacle = blocked or rehearsal.obstacle(errors)
        if row.is_team_only:
            rehearsal.rows.append(team_row(plan, row, obstacle))
        elif not obstacle and "duplicate_member" in errors:  # which the officer chose to leave out
            rehearsal.rows.append(Staged(row.sheet, row.row, RowOutcome.IGNORED, "dòng trùng", plan.ref))
        else:
            people.append(rehearsal.person(row, errors))
            obstacles.append(obstacle)
    members = rehearsal.register.members.get(plan.team_id, []) if plan.team_id else []
    found, absent = match(people, members)
    settle_leaders(rehearsal, people, found, obstacles, absent, plan)
    for person, member, obstacle in zip(people, found, obstacles, strict=True):
        staged = person_row(plan, person, member, obstacle)
        if staged.outcome == RowOutcome.NEW:
            staged.member_id, staged.person = next(rehearsal.new_members)
        if rehearsal.moved and (moved := rehearsal.moved.get((staged.sheet, staged.row))):
            staged.person = moved.person
        rehearsal.rows.append(staged)
        if member is None and not obstacle:
            rehearsal.findings += seen_elsewhere(person, rehearsal)
    for member in absent:
        rehearsal.absent.append(
            {
                "id": member.id,
                "version": member.version,
                "team_ref": plan.ref,
                "full_name": member.full_name,
                "role": member.role,
                "phone": member.phone,
                "other_phone": member.other_phone,
                "leaves": rehearsal.leaves(member),
                "reason": LeaveReason.MOVED_TEAM if member.id in rehearsal.moved_ids else LeaveReason.CONSOLIDATED,
            }
        )


def team_row(plan: TeamPlan, row: RosterRow, obstacle: str) -> Staged:
    """A row that names a team and no person says something only when the team is new."""
    outcome = RowOutcome.NEW if plan.status == "new" else RowOutcome.SAME
    return Staged(row.sheet, row.row, RowOutcome.REJECTED if obstacle else outcome, obstacle, plan.ref)


def person_row(plan: TeamPlan, person: Person, member: StoredMember | None, obstacle: str) -> Staged:
    row = person.row
    changes = person.differences(member) if member else {}
    if member and not changes and not obstacle:
        return Staged(row.sheet, row.row, RowOutcome.SAME, "", plan.ref, member.id)
    staged = Staged(
        row.sheet,
        row.row,
        RowOutcome.REJECTED,
        obstacle[:400],
        plan.ref,
        full_name=person.full_name,
        role=person.role,
        phone=person.phone,
        other_phone=person.other_phone,
        organization=person.organization,
        note=person.note,
        joined_on=plan.joined_on,
    )
    if obstacle:
        return staged
    if member is None:
        staged.outcome = RowOutcome.NEW
        staged.role = person.role or MemberRole.MEMBER
        fill_keys(staged)
        return staged
    staged.outcome, staged.member_id = RowOutcome.CHANGED, member.id
    before = {name: getattr(member, name) for name in changes} | {"version": member.version}
    if "full_name" in changes:
        before |= member_keys(member.full_name)
    staged.before = to_json(before)
    for name in ("full_name", "role", "phone", "other_phone", "organization", "note"):
        setattr(staged, name, changes.get(name, getattr(member, name)))
    fill_keys(staged)
    return staged


def fill_keys(staged: Staged) -> None:
    staged.match_key, staged.sort_key, staged.search_key = member_keys(staged.full_name).values()


def settle_leaders(
    rehearsal: Rehearsal,
    people: list[Person],
    found: list[StoredMember | None],
    obstacles: list[str],
    absent: list[StoredMember],
    plan: TeamPlan,
) -> None:
    """The database holds one active leader a team: a new one in the file meets the stored one here, in words."""
    named = [i for i, person in enumerate(people) if person.role == MemberRole.LEADER and not obstacles[i]]
    staying = [member for member in absent if member.role == MemberRole.LEADER and not rehearsal.leaves(member)]
    for index, member in enumerate(found):
        if member is None or member.role != MemberRole.LEADER or index in named:
            continue
        if obstacles[index] or not people[index].role:
            staying.append(member)
    if not named or not staying:
        return
    row = people[named[0]].row
    message = (
        f"Tổ đang có Tổ trưởng là {staying[0].full_name}, người mà tệp không cho thôi. Mỗi tổ chỉ có một Tổ trưởng."
    )
    rehearsal.findings.append(settled(error(row, "role", "leader_conflict", message), rehearsal.fixes))
    if "leader_conflict" in rehearsal.fixes:
        rehearsal.demoted += [{"id": member.id, "version": member.version} for member in staying]
    else:
        obstacles[named[0]] = message


def seen_elsewhere(person: Person, rehearsal: Rehearsal) -> list[Finding]:
    """A new member whose row or phone is already another's: moved here, or perhaps the same person twice."""
    register = rehearsal.register
    if moved := rehearsal.moved.get((person.row.sheet, person.row.row)):
        return [warning(person.row, "full_name", "moved_team", f"Chuyển từ “{register.team_names[moved.team]}” sang.")]
    others = register.phones.get(person.phone, []) if person.phone else []
    for other in others[:1]:
        code = "person_elsewhere" if other.key == person.key else "phone_elsewhere"
        who = "Người này" if code == "person_elsewhere" else f"Số này cũng là của {other.full_name},"
        message = f"{who} đã có trong “{register.team_names[other.team]}”."
        return [warning(person.row, "phone", code, message)]
    return []


def unnamed_teams(rehearsal: Rehearsal) -> list[str]:
    """Live teams of the communes the file speaks of that it does not name: they stay as they are, and are told."""
    communes = {plan.commune for plan in rehearsal.resolution.teams}
    named = {plan.team_id for plan in rehearsal.resolution.teams}
    teams = rehearsal.register.teams.values()
    return [team.name for team in teams if team.commune in communes and team.id not in named]


def store(roster_import: RosterImport, rehearsal: Rehearsal, concerned: set[str], seen: str) -> None:
    roster_import.rows.all().delete()
    roster_import.findings.all().delete()
    copy_rows(roster_import, compare(rehearsal))
    if len(rehearsal.rows) != rehearsal.reading.rows_read:
        raise RuntimeError(
            f"import {roster_import.pk}: {rehearsal.reading.rows_read} rows read, {len(rehearsal.rows)} accounted for"
        )
    unnamed = unnamed_teams(rehearsal)
    copy_findings(roster_import, rehearsal.findings)
    roster_import.plan = rehearsal.resolution.plan() | {
        "absent": rehearsal.absent,
        "demoted": rehearsal.demoted,
        "communes": sorted(concerned),
        "unnamed_teams": {"count": len(unnamed), "names": unnamed[:12]},
        "unused_columns": list(rehearsal.reading.unused_columns),
        "sheets": [asdict(sheet) for sheet in rehearsal.reading.sheets],
    }
    roster_import.counts = rehearsal.counts()
    roster_import.stamp = seen
    roster_import.state = ImportState.REHEARSED
    roster_import.save()
