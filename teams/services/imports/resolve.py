"""Which commune, team, village and decision a row speaks of. Nothing is guessed: what is unclear is asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter

from cdt_portal.lib import text
from cdt_portal.lib.decisions import DecisionReading, decision_title
from teams import naming
from teams.enums import TeamKind
from teams.intake.reading import Finding, RosterRow, error, warning
from teams.models import Commune
from teams.services.imports.register import Register, StoredTeam

CREATE, NO_UNIT = "create", "none"  # choices for an unmatched name: a new village; a team of no one village
COMMUNE_SHORTHANDS = {"p.": "phường ", "x.": "xã ", "đk.": "đặc khu ", "p ": "phường ", "x ": "xã "}


@dataclass(slots=True)
class TeamPlan:
    """One team of the file and what the import would do to it. Stored as JSON in `RosterImport.plan["teams"]`."""

    ref: int
    commune: str
    kind: str
    key: str
    name: str
    team_id: int | None = None
    version: int | None = None
    status: str = "same"  # new | changed | same | blocked
    unit_id: int | None = None
    new_unit: str = ""
    decision_id: int | None = None
    new_decision: int | None = None  # index into plan["decisions"]
    decision_changes: bool = False
    decision_was: str = ""  # titles, for the screen
    decision_is: str = ""
    joined_on: str | None = None  # for the members it gains
    suggestions: list[int] = field(default_factory=list)


def plan_fields(plan: TeamPlan) -> dict:
    """As `asdict`, without its deep copies: an import has thousands of plans."""
    return {name: getattr(plan, name) for name in TeamPlan.__slots__}


@dataclass(slots=True)
class Resolution:
    """Rows by team, in file order; rows that belong nowhere with the reason; findings; decisions to make."""

    teams: list[TeamPlan] = field(default_factory=list)
    rows: dict[int, list[RosterRow]] = field(default_factory=lambda: defaultdict(list))  # by TeamPlan.ref
    outside: list[tuple[RosterRow, str]] = field(default_factory=list)  # rows of no usable commune, with the reason
    blocked: dict[int, str] = field(default_factory=dict)  # TeamPlan.ref -> why none of its rows can go in
    findings: list[Finding] = field(default_factory=list)
    decisions: list[dict] = field(default_factory=list)
    of_stored: dict[int, TeamPlan] = field(default_factory=dict)  # stored team id -> its plan
    decision_index: dict[tuple[str, str, str | None], int] = field(default_factory=dict)

    def plan(self) -> dict:
        return {"teams": [plan_fields(team) for team in self.teams], "decisions": self.decisions}


class CommuneFinder:
    """Finds a commune by its name: exact first, without tone marks only when one alone fits."""

    def __init__(self, communes: Iterable[Commune]):
        self.exact: dict[str, set[str]] = defaultdict(set)
        self.folded: dict[str, set[str]] = defaultdict(set)
        for commune in communes:
            own_name = commune.match_key.partition(" ")[2]
            if commune.kind == "special_zone":
                own_name = own_name.partition(" ")[2]
            for name in (commune.match_key, own_name):
                self.exact[name].add(commune.pk)
                self.folded[text.fold(name)].add(commune.pk)

    def find(self, name: str) -> tuple[str, str]:
        """(code, "") or ("", reason) with reason "unknown" | "ambiguous"; (code, "folded") when tone marks differ."""
        key = text.match_key(name).partition(",")[0].removeprefix("ubnd ").removeprefix("ủy ban nhân dân ").strip()
        for short, full in COMMUNE_SHORTHANDS.items():
            if key.startswith(short):
                key = full + key[len(short) :].strip()
                break
        if len(self.exact.get(key, ())) == 1:
            return next(iter(self.exact[key])), ""
        candidates = self.exact.get(key) or self.folded.get(text.fold(key), set())
        namesakes = self.exact.get(key.partition(" ")[2], candidates)  # "Phường Đồng Tiến" where Đồng Tiến is a xã
        if len(candidates) == 1 and namesakes == candidates:
            return next(iter(candidates)), "folded"
        return "", "ambiguous" if candidates or namesakes else "unknown"


def team_kind(name: str) -> str:
    """A name that says nothing else is a village team."""
    folded = text.fold(name)
    if "phan ung nhanh" in folded:
        return TeamKind.RAPID_RESPONSE
    if "ban chi dao" in folded:
        return TeamKind.STEERING_COMMITTEE
    return TeamKind.STEERING_TEAM if "to chi dao" in folded else TeamKind.VILLAGE_TEAM


def find_communes(rows: Iterable[RosterRow], finder: CommuneFinder, only: str) -> dict[str, tuple[str, str]]:
    """Commune text -> (code, trouble) for every text of the file; `only` is the one commune allowed, or ""."""
    found = {}
    for name in {row.commune for row in rows}:
        code, trouble = finder.find(name) if name else (only, "" if only else "missing")
        if code and only and code != only:
            code, trouble = "", "foreign"
        found[name] = (code, trouble)
    return found


COMMUNE_TROUBLES = {
    "missing": "Không ghi tên xã, phường, đặc khu. Hãy điền cột Tên Phường/xã.",
    "unknown": "Không có xã, phường, đặc khu nào tên “{name}” trong tỉnh. Hãy sửa tên cho đúng.",
    "ambiguous": "“{name}” có thể là nhiều đơn vị khác nhau. Hãy ghi đủ Phường/Xã và dấu thanh.",
    "foreign": "“{name}” không thuộc đơn vị của lần nhập này nên các dòng này không được nhận.",
}


def reject_block(resolution: Resolution, rows: list[RosterRow], name: str, trouble: str) -> None:
    """Rows that share one trouble with their commune get one finding, at the first of them."""
    message = COMMUNE_TROUBLES[trouble].format(name=name[:120])
    first = rows[0]
    count = f" ({len(rows)} dòng, từ dòng {first.row} đến dòng {rows[-1].row})" if len(rows) > 1 else ""
    resolution.findings.append(error(first, "commune", f"commune_{trouble}", message + count))
    resolution.outside += [(row, message) for row in rows]


def resolve(rows: Iterable[RosterRow], register: Register, codes: dict, options: dict, today: date) -> Resolution:
    """Sort `rows` into teams. `codes` comes from `find_communes`; `options` are the choices made at the rehearsal."""
    resolution = Resolution()
    plans: dict[tuple[str, str, str], TeamPlan] = {}
    for name, block in groupby(rows, key=attrgetter("commune")):
        block_rows = list(block)
        code, trouble = codes[name]
        if not code:
            reject_block(resolution, block_rows, name, trouble)
            continue
        if trouble == "folded":
            message = f"“{name}” được hiểu là {names_of(register)[code]} (khác dấu)."
            resolution.findings.append(warning(block_rows[0], "commune", "commune_folded", message))
        for team, of_team in groupby(block_rows, key=attrgetter("team")):
            team_rows = list(of_team)
            if not team:
                resolution.outside += [(row, "Chưa ghi tên tổ.") for row in team_rows]
                continue
            plan = plan_of(team_rows[0], code, register, plans, resolution, options)
            resolution.rows[plan.ref] += team_rows
    for plan in resolution.teams:
        settle_decision(plan, resolution, register, today)
    reject_unmatched(resolution, register)
    warn_shared_villages(resolution)
    return resolution


def names_of(register: Register) -> dict[str, str]:
    return {commune.pk: commune.name for commune in register.communes}


def plan_of(
    row: RosterRow,
    code: str,
    register: Register,
    plans: dict[tuple[str, str, str], TeamPlan],
    resolution: Resolution,
    options: dict,
) -> TeamPlan:
    """The plan of the row's team, made at its first row."""
    key = (code, row.team)
    plan = plans.get(key)
    if plan is None:
        kind = team_kind(row.team)
        identity = (code, kind, naming.unit_key(row.team))
        plan = plans.get(identity)
        if plan is None:
            plan = new_plan(row, identity, register, options, len(resolution.teams))
            same_team = resolution.of_stored.setdefault(plan.team_id, plan) if plan.team_id else plan
            if same_team is plan:
                resolution.teams.append(plan)
            else:
                message = f"“{row.team}” và “{same_team.name}” là một tổ; các dòng được gộp lại."
                resolution.findings.append(warning(row, "team", "one_team_two_names", message))
            plan = plans[identity] = same_team
        plans[key] = plan
    return plan


def new_plan(row: RosterRow, identity: tuple[str, str, str], register: Register, options: dict, ref: int) -> TeamPlan:
    code, kind, key = identity
    plan = TeamPlan(ref=ref, commune=code, kind=kind, key=key, name=row.team)
    team = register.teams.get(identity)
    if team is None and kind == TeamKind.VILLAGE_TEAM:
        team = match_by_village(plan, register, options)
    if team is not None:
        plan.team_id, plan.version, plan.decision_id = team.id, team.version, team.decision
    elif plan.status != "blocked":
        plan.status = "new"
    return plan


def match_by_village(plan: TeamPlan, register: Register, options: dict) -> StoredTeam | None:
    """Find the village the team's name speaks of, and the team that already covers it, if just one does."""
    units = register.units[plan.commune]
    unit = units.get(plan.key)
    choice = options.get("units", {}).get(f"{plan.commune}:{plan.key}") or (
        CREATE if options.get("create_units") else None
    )
    if unit is None and choice in units.values():
        unit = choice
    if unit is None and (namesake := register.namesake(plan.commune, plan.key)):
        return namesake
    if unit is None:
        if choice == NO_UNIT or (choice == CREATE and not naming.speaks_of_unit(plan.name)):
            return None
        if choice == CREATE:
            plan.new_unit = naming.display_unit_name(plan.name)
        else:
            plan.status = "blocked"
            plan.suggestions = suggest_units(plan, register)
        return None
    plan.unit_id = unit
    covering = register.team_of_unit.get(unit, [])
    return covering[0] if len(covering) == 1 and covering[0].kind == plan.kind else None


def suggest_units(plan: TeamPlan, register: Register) -> list[int]:
    """Villages of the commune that could be meant: same words without tone marks, or the same number."""
    folded, bare = text.fold(plan.key), naming.unit_label(plan.name) == ""
    numbers = [word for word in folded.split() if word[0].isdigit()]
    close = []
    for key, unit in register.units[plan.commune].items():
        words = text.fold(key).split()
        same_words = words[1:] if bare else words
        if same_words == folded.split() or (numbers and [w for w in words if w[0].isdigit()] == numbers):
            close.append(unit)
    return close[:5]


def warn_shared_villages(resolution: Resolution) -> None:
    """Two new teams on one village are lawful, and rare enough to be told."""
    first: dict[int, TeamPlan] = {}
    for plan in resolution.teams:
        if plan.status != "new" or plan.unit_id is None:
            continue
        other = first.setdefault(plan.unit_id, plan)
        if other is not plan:
            message = f"“{plan.name}” và “{other.name}” cùng phụ trách một thôn, tổ dân phố."
            resolution.findings.append(warning(resolution.rows[plan.ref][0], "team", "village_of_two_teams", message))


def reject_unmatched(resolution: Resolution, register: Register) -> None:
    names = names_of(register)
    for plan in resolution.teams:
        if plan.status != "blocked":
            continue
        rows = resolution.rows[plan.ref]
        message = (
            f"Danh mục của {names[plan.commune]} chưa có thôn, tổ dân phố nào tên “{plan.name[:160]}”."
            " Hãy chọn nơi đã có hoặc tạo mới."
        )
        resolution.findings.append(error(rows[0], "team", "unknown_unit", message))
        resolution.blocked[plan.ref] = message


def settle_decision(plan: TeamPlan, resolution: Resolution, register: Register, today: date) -> None:
    """The first decision named in the team's rows, found in the register or planned to be made."""
    rows = resolution.rows[plan.ref]
    row = next((row for row in rows if row.decision.number or row.decision.raw), None)
    reading = row.decision if row else DecisionReading()
    if row is not None and plan.status != "blocked":
        take_decision(plan, row, resolution, register)
    plan.joined_on = joined_on(plan, reading, today)


def take_decision(plan: TeamPlan, row: RosterRow, resolution: Resolution, register: Register) -> None:
    reading, key = row.decision, decision_key(row.decision)
    if not key:
        return
    stored = register.find_decision(plan.commune, key, reading.issued_on, has_symbol=bool(reading.symbol))
    current_key, current_day, plan.decision_was = register.decision_of.get(plan.decision_id or 0, ("", None, ""))
    if (stored is not None and stored == plan.decision_id) or (not reading.issued_on and key == current_key):
        return
    if current_day and reading.issued_on and reading.issued_on < current_day:
        message = f"Tổ đang theo quyết định mới hơn (ngày {current_day:%d/%m/%Y}); quyết định trong tệp không thay thế."
        resolution.findings.append(warning(row, "decision", "older_decision", message))
        return
    plan.decision_changes = True
    plan.decision_id = stored
    plan.decision_is = decision_title(reading.number, reading.symbol, reading.issued_on) or reading.raw
    if stored is None:
        plan.new_decision = planned_decision(plan.commune, key, reading, resolution)
    if plan.status == "same":
        plan.status = "changed"


def decision_key(reading: DecisionReading) -> str:
    """The key it is found by. Without a number the day and the symbol tell it apart, without both its words do;
    "chưa có" is no decision."""
    if {"empty", "placeholder"} & set(reading.flags) or not reading.raw:
        return ""
    if reading.number or reading.issued_on:
        return reading.key[:200]
    return "raw " + text.fold(reading.raw)[:200]


def planned_decision(commune: str, key: str, reading: DecisionReading, resolution: Resolution) -> int:
    day = reading.issued_on.isoformat() if reading.issued_on else None
    planned = {
        "commune": commune,
        "match_key": key,
        "number": reading.number[:40],
        "symbol": reading.symbol[:40],
        "issued_on": day,
        "raw_text": reading.raw[:400],
    }
    index = resolution.decision_index.setdefault((commune, key, day), len(resolution.decisions))
    if index == len(resolution.decisions):
        resolution.decisions.append(planned)
    return index


def joined_on(plan: TeamPlan, reading: DecisionReading, today: date) -> str | None:
    """A new team's members joined with its decision (unknown day: unknown); later ones join on the day of import,
    or with the decision that consolidates the team."""
    if reading.issued_on and (plan.status == "new" or plan.decision_changes):
        return reading.issued_on.isoformat()
    return None if plan.status == "new" else today.isoformat()
