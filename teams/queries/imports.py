"""What the rehearsal screen says: totals, groups of findings, villages to settle, teams with their differences."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Min

from cdt_portal.jobs.models import Job
from teams import naming
from teams.enums import MemberRole, Organization, RowOutcome, Severity, UndoOutcome
from teams.intake.fixes import GROUP_FIXES
from teams.models import Commune, ResidentialUnit, RosterImport, StagedRow

SUSPECTS = {"same_name", "member_of_two_teams", "person_elsewhere", "phone_elsewhere", "phone_shared"}
TEAMS_PER_PAGE = 40
UNITS_SHOWN = 80
FIELD_LABELS = {
    "full_name": "Họ tên",
    "role": "Chức vụ",
    "phone": "Số điện thoại",
    "other_phone": "Số điện thoại khác",
    "organization": "Thành phần",
    "note": "Ghi chú",
}


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one code: how many, one of them in full, some cells, and the fix for all if there is one."""

    code: str
    severity: str
    count: int
    message: str
    cells: str
    fix: str
    fixed: bool

    @property
    def is_suspect(self) -> bool:
        """Perhaps one person twice: a look is worth it, nothing is refused."""
        return self.code in SUSPECTS


@dataclass(frozen=True, slots=True)
class UnmatchedUnit:
    """A village name of the file that the commune's list does not have, and what could be meant."""

    choice_key: str
    name: str
    speaks_of_unit: bool
    commune: str
    suggestions: list[ResidentialUnit]
    others: list[ResidentialUnit]


@dataclass(slots=True)
class TeamDiff:
    """One team's differences; rows that stay as they are only count."""

    ref: int
    name: str
    commune: str
    status: str
    team_id: int | None
    decision_was: str
    decision_is: str
    same: int = 0
    new: list[StagedRow] = field(default_factory=list)
    changed: list[tuple[StagedRow, list[tuple[str, str, str]]]] = field(default_factory=list)
    rejected: list[StagedRow] = field(default_factory=list)
    absent: list[dict] = field(default_factory=list)


def summary(roster_import: RosterImport, shown_refs: list[int]) -> dict:
    """The figures around the teams shown on this page."""
    rows, members = roster_import.counts["rows"], roster_import.counts["members"]
    plan = roster_import.plan
    leaving = [member["id"] for member in plan["absent"] if member["leaves"]]
    shown = set(shown_refs)
    suspects = roster_import.findings.filter(code__in=SUSPECTS).count()
    return {
        "totals": [
            ("+ thêm", rows["new"], "tag-good"),
            ("↻ sửa", rows["changed"], "tag-warn"),
            ("= giữ", rows["same"], "tag-plain"),
            ("? vắng trong tệp", members["absent"], "tag-warn" if members["absent"] else "tag-plain"),
            ("≈ nghi trùng", suspects, "tag-warn" if suspects else "tag-plain"),
            ("✗ lỗi", rows["rejected"], "tag-bad" if rows["rejected"] else "tag-plain"),
            ("bỏ qua", rows["ignored"], "tag-plain"),
        ],
        "unmatched_count": sum(team["status"] == "blocked" for team in plan["teams"]),
        "leaving_count": len(leaving),
        "absent_elsewhere": [m["id"] for m in plan["absent"] if m["leaves"] and m["team_ref"] not in shown],
        "nothing_to_write": not (rows["new"] or rows["changed"] or leaving or roster_import.counts["teams"]["changed"]),
        "undo_counts": [
            (UndoOutcome(name).explanation, n) for name, n in roster_import.counts.get("undo", {}).items() if n
        ],
        "not_reversed": not_reversed(roster_import) if roster_import.undone_at else [],
        "ignored": ignored_rows(roster_import),
    }


def not_reversed(roster_import: RosterImport) -> list[tuple[str, list[StagedRow]]]:
    """(why, rows) for the rows that an undo left as they were; the first hundred of them."""
    rows: dict[str, list[StagedRow]] = defaultdict(list)
    for row in roster_import.rows.filter(undo__in=[UndoOutcome.KEPT, UndoOutcome.FAILED]).order_by("position")[:100]:
        rows[UndoOutcome(row.undo).explanation].append(row)
    return list(rows.items())


def ignored_rows(roster_import: RosterImport) -> list[tuple[str, int, str]]:
    """(reason, how many, their row numbers) for the rows that are no people."""
    reasons: dict[str, list[int]] = defaultdict(list)
    for reason, row in (
        roster_import.rows.filter(outcome=RowOutcome.IGNORED).values_list("reason", "row").order_by("row")
    ):
        reasons[reason].append(row)
    return [(reason, len(found), ", ".join(map(str, found[:12]))) for reason, found in reasons.items()]


def finding_groups(roster_import: RosterImport) -> list[FindingGroup]:
    """Errors first, the most frequent first."""
    rows = roster_import.findings.values("code", "severity").annotate(count=Count("pk"), first=Min("pk"))
    firsts = roster_import.findings.in_bulk([row["first"] for row in rows])
    chosen = set(roster_import.options.get("fixes", []))
    groups = [
        FindingGroup(
            code=row["code"],
            severity=row["severity"],
            count=row["count"],
            message=firsts[row["first"]].message,
            cells=", ".join(cells_of(roster_import, row["code"], row["severity"])),
            fix=GROUP_FIXES.get(row["code"], ""),
            fixed=row["code"] in chosen,
        )
        for row in rows
    ]
    return sorted(groups, key=lambda group: (group.severity != Severity.ERROR, -group.count))


def cells_of(roster_import: RosterImport, code: str, severity: str, limit: int = 8) -> list[str]:
    found = roster_import.findings.filter(code=code, severity=severity).values_list("cell", flat=True)
    return list(found[:limit])


def unmatched_units(roster_import: RosterImport) -> list[UnmatchedUnit]:
    plans = [plan for plan in roster_import.plan.get("teams", []) if plan["status"] == "blocked"][:UNITS_SHOWN]
    codes = {plan["commune"] for plan in plans}
    units = defaultdict(list)
    for unit in ResidentialUnit.objects.filter(commune__in=codes, ended_on=None).order_by("sort_key"):
        units[unit.commune_id].append(unit)
    names = dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [
        UnmatchedUnit(
            choice_key=f"{plan['commune']}:{plan['key']}",
            name=plan["name"],
            speaks_of_unit=naming.speaks_of_unit(plan["name"]),
            commune=names[plan["commune"]],
            suggestions=[unit for unit in units[plan["commune"]] if unit.pk in plan["suggestions"]],
            others=[unit for unit in units[plan["commune"]] if unit.pk not in plan["suggestions"]],
        )
        for plan in plans
    ]


def differing_teams(roster_import: RosterImport) -> list[int]:
    """Refs of the teams with something to show: errors and changes first, in file order within each."""
    weights: dict[int, int] = {}
    for ref, outcome in roster_import.rows.exclude(team_ref=None).values_list("team_ref", "outcome").distinct():
        weight = {RowOutcome.REJECTED: 0, RowOutcome.CHANGED: 1, RowOutcome.NEW: 2}.get(outcome, 9)
        weights[ref] = min(weight, weights.get(ref, 9))
    for member in roster_import.plan.get("absent", []):
        weights[member["team_ref"]] = min(1, weights.get(member["team_ref"], 9))
    for plan in roster_import.plan.get("teams", []):
        if plan["status"] == "changed":
            weights[plan["ref"]] = min(1, weights.get(plan["ref"], 9))
    return sorted((ref for ref in weights if weights[ref] < 9), key=lambda ref: (weights[ref], ref))


def team_diffs(roster_import: RosterImport, refs: list[int]) -> list[TeamDiff]:
    plans = {plan["ref"]: plan for plan in roster_import.plan["teams"]}
    names = dict(Commune.objects.filter(pk__in=roster_import.plan["communes"]).values_list("pk", "name"))
    diffs = {
        ref: TeamDiff(
            ref=ref,
            name=plans[ref]["name"],
            commune=names[plans[ref]["commune"]],
            status=plans[ref]["status"],
            team_id=plans[ref]["team_id"],
            decision_was=plans[ref]["decision_was"],
            decision_is=plans[ref]["decision_is"],
        )
        for ref in refs
    }
    for row in roster_import.rows.filter(team_ref__in=refs).order_by("position"):
        place(diffs[row.team_ref], row)
    for member in roster_import.plan["absent"]:
        if member["team_ref"] in diffs:
            diffs[member["team_ref"]].absent.append(member | {"role": MemberRole(member["role"]).label})
    return list(diffs.values())


def place(diff: TeamDiff, row: StagedRow) -> None:
    if row.outcome == RowOutcome.SAME:
        diff.same += 1
    elif row.outcome == RowOutcome.NEW:
        diff.new.append(row)
    elif row.outcome == RowOutcome.CHANGED:
        diff.changed.append((row, changes_of(row)))
    elif row.outcome == RowOutcome.REJECTED:
        diff.rejected.append(row)


def changes_of(row: StagedRow) -> list[tuple[str, str, str]]:
    """(column, old, new) for each cell that changes."""
    return [
        (label, shown(name, row.before[name]), shown(name, getattr(row, name)))
        for name, label in FIELD_LABELS.items()
        if name in row.before
    ]


def shown(name: str, value: str) -> str:
    if name == "role":
        return MemberRole(value).label if value else ""
    return Organization(value).label if name == "organization" and value else value


def latest_job(roster_import: RosterImport) -> Job | None:
    """The latest job about this import, for its progress and the reason when it failed."""
    keys = [f"{kind}:{roster_import.pk}" for kind in ("roster.rehearse", "roster.apply", "roster.undo")]
    return Job.objects.filter(key__in=keys).order_by("-created_at").first()
