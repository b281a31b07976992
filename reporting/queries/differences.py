"""What differs between two versions of a report, and between what was sent and what the portal says today."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.utils import timezone

from cdt_portal.lib.numbers import format_number
from reporting.answers import show
from reporting.definition import Kind
from reporting.figures import Answer, Line, ReportFigures, TeamRoster
from reporting.models import ReportSnapshot
from reporting.queries.checks import is_number
from reporting.queries.figures import UNKNOWN, as_asked, frozen_figures
from reporting.queries.rosters import ROLE_LABELS, rosters
from reporting.queries.sources import answer_of, compute
from teams.enums import MemberRole
from teams.queries.letterheads import in_sentence

LEADER = ROLE_LABELS[MemberRole.LEADER]
NAMED = 5  # replaced leaders told by name; of more only how many


# Two versions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What one indicator said and says."""

    label: str
    old: str
    new: str
    note: str = ""


def compare(old: ReportFigures, new: ReportFigures) -> list[Change]:
    """What differs, in the order of the newer form; an indicator that only one of them has counts as empty in the
    other."""
    before = {line.indicator.code: line for line in old.lines()}
    after = {line.indicator.code: line for line in new.lines()}
    changes = []
    for code in [*after, *(code for code in before if code not in after)]:
        was, now = before.get(code), after.get(code)
        if (was and was.value, was and was.note) != (now and now.value, now and now.note):
            indicator = (now or was).indicator
            values = (show(indicator, was.value) if was else "", show(indicator, now.value) if now else "")
            changes.append(Change(indicator.label, *values, note=now.note if now else ""))
    return changes


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Names of files that go with one version alone."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare_files(old: ReportFigures, new: ReportFigures) -> FileChanges:
    before, after = Counter(old.attachments), Counter(new.attachments)
    return FileChanges(tuple((after - before).elements()), tuple((before - after).elements()))


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One member of a team: the role in each roster, "" where the roster does not name them."""

    team: str
    name: str
    old: str
    new: str


Key = int | str


def compare_rosters(old: Sequence[TeamRoster], new: Sequence[TeamRoster]) -> list[MemberChange]:
    """Who is new, who left, whose role is another, by team in the order of the newer roster. People are known by their
    names."""
    key = _key_of(old, new)
    before, after = _roles(old, key), _roles(new, key)
    titles = {key(team): team.team for team in [*old, *new]}
    return [
        MemberChange(titles[team], name, was, now)
        for team in [*after, *(team for team in before if team not in after)]
        for name in dict.fromkeys([*after.get(team, {}), *before.get(team, {})])
        for was, now in _paired(before.get(team, {}).get(name, []), after.get(team, {}).get(name, []))
    ]


def renamed_teams(old: Sequence[TeamRoster], new: Sequence[TeamRoster]) -> list[tuple[str, str]]:
    """What teams were called and are called."""
    key = _key_of(old, new)
    before = {key(team): team.team for team in old}
    named = ((before.get(key(team), team.team), team.team) for team in new)
    return [(was, now) for was, now in named if was != now]


def _key_of(*rosters: Sequence[TeamRoster]) -> Callable[[TeamRoster], Key]:
    """What teams are known by: their ids, or their names where a roster was frozen before it held ids."""
    has_ids = all(team.team_id for roster in rosters for team in roster)
    return attrgetter("team_id" if has_ids else "team")


def _roles(roster: Iterable[TeamRoster], key: Callable[[TeamRoster], Key]) -> dict[Key, dict[str, list[str]]]:
    """Team -> name -> the roles of those who are called so."""
    found: dict[Key, dict[str, list[str]]] = {}
    for team in roster:
        names = found.setdefault(key(team), defaultdict(list))
        for name, role in team.members:
            names[name].append(role)
    return found


def _paired(was: list[str], now: list[str]) -> Iterable[tuple[str, str]]:
    """The roles that only one roster has, two by two."""
    gone, come = [list((Counter(a) - Counter(b)).elements()) for a, b in ((was, now), (now, was))]
    length = max(len(gone), len(come))
    return zip(gone + [""] * (length - len(gone)), come + [""] * (length - len(come)), strict=True)


def roster_words(changes: Iterable[MemberChange]) -> str:
    """Such as "3 người vào, 1 người thôi, 2 người đổi chức vụ"; "" without changes."""
    count = Counter(bool(each.old) - bool(each.new) for each in changes)
    told = ((-1, "người vào"), (1, "người thôi"), (0, "người đổi chức vụ"))
    return ", ".join(f"{count[way]} {words}" for way, words in told if count[way])


# Since it was sent ---------------------------------------------------------------------------------------------------


def changes_since(snapshot: ReportSnapshot) -> list[str]:
    """What the portal says today against what it said when the report was submitted: "+3 thành viên", "−1 tổ", "Tổ
    Thôn 1: tổ trưởng Lê Văn An → Trần Thị Hoa"."""
    commune, today = snapshot.commune_id, timezone.localdate()
    figures = frozen_figures(snapshot)
    now = compute(snapshot.report.campaign, [commune], day=today)[commune]
    by_source = {line.indicator.source: line for line in reversed(list(figures.lines())) if line.indicator.source}
    lines = [line for line in figures.lines() if by_source.get(line.indicator.source) is line]  # each source once
    moved = [
        (line, answer)
        for line in lines
        if (answer := as_asked(line.indicator, answer_of(line.indicator, now))) != line.computed
    ]
    units = Counter(line.indicator.unit for line, _ in moved)
    told = [_moved(line, answer, is_alone=units[line.indicator.unit] == 1) for line, answer in moved]
    return told + (_leaders_since(figures.roster, rosters([commune], today)[commune]) if figures.roster else [])


def _moved(line: Line, now: Answer, *, is_alone: bool) -> str:
    """The unit says what moved, where no other figure that moved has the same."""
    indicator, then = line.indicator, line.computed
    label = f"{indicator.label[:1].lower()}{indicator.label[1:]}"
    if indicator.kind == Kind.NUMBER and is_number(now) and is_number(then):
        by = f"{'+' if now > then else '−'}{format_number(abs(now - then))}"
        return f"{by} {in_sentence(indicator.unit)}" if indicator.unit and is_alone else f"{label}: {by}"
    if indicator.is_numeric:
        return f"{label}: {show(indicator, then) or UNKNOWN} → {show(indicator, now) or UNKNOWN}"
    return f"{label}: đã thay đổi"


def _leaders_since(then: Sequence[TeamRoster], now: Sequence[TeamRoster]) -> list[str]:
    """Teams that stand on both days and are led by somebody else."""
    key = _key_of(then, now)
    before = {key(team): _leader(team) for team in then}
    replaced = [
        f"{team.team}: tổ trưởng {before[key(team)] or 'chưa có'} → {_leader(team) or 'chưa có'}"
        for team in now
        if before.get(key(team), _leader(team)) != _leader(team)
    ]
    if len(replaced) <= NAMED:
        return replaced
    return [*replaced[:NAMED], f"{len(replaced) - NAMED} tổ khác đã đổi tổ trưởng"]


def _leader(team: TeamRoster) -> str:
    return ", ".join(name for name, role in team.members if role == LEADER)
