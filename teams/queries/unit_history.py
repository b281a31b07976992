"""A commune's villages through time: what became of which, figures by old ones and by new, what is left to do."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from teams.enums import MemberRole, TeamKind, UnitChangeKind
from teams.lineage import Comparable, components, recast
from teams.models import Commune, CommuneRecord, Member, ResidentialUnit, Team, TeamCoverage, TeamDecision, UnitLineage
from teams.models.base import holds, in_force
from teams.queries.coverage import active_teams

FOLLOWED_DAYS = 365  # what is left to do after a change is asked for this long


@dataclass(frozen=True, slots=True)
class Recast:
    """Villages of two days side by side. `teams` and `members` are those of the village teams looking after the old
    ones on the earlier day, and the new ones on the later, each counted once."""

    olds: list[ResidentialUnit]
    news: list[ResidentialUnit]
    is_divided: bool
    is_same: bool
    teams: tuple[int, int]
    members: tuple[int, int]
    households: tuple[int | None, int | None]


def recast_lines(commune: Commune, first: date, last: date) -> list[Recast]:
    """The commune's villages on both days, recast to those of the later one. In a constant number of queries."""
    past = _past_of(commune)
    groups = recast(lineage_pairs([commune.pk], first, last), past.valid(first), past.valid(last))
    before, after = past.people(first), past.people(last)
    return [_recast_line(group, past.units, before, after) for group in groups]


@dataclass(frozen=True, slots=True)
class Origin:
    """A village and those it was made of, each with its own; `whole` says how it went into the one above it."""

    unit: ResidentialUnit
    whole: bool
    effective_on: date | None
    origins: list["Origin"]


def origins_of(commune: Commune, units: Iterable[ResidentialUnit]) -> list[Origin]:
    """Where the villages came from, as trees: those alone that came from others. One query."""
    rows = UnitLineage.objects.filter(Q(new__commune=commune) | Q(old__commune=commune)).order_by("old__sort_key", "pk")
    made_of: dict[int, list[UnitLineage]] = defaultdict(list)
    for row in rows.select_related("old", "change"):
        made_of[row.new_id].append(row)

    def origin(unit: ResidentialUnit, whole: bool) -> Origin:
        lineages = made_of[unit.pk]
        since = lineages[0].change.effective_on if lineages else None
        return Origin(unit, whole, since, [origin(each.old, each.whole) for each in lineages])

    return [origin(unit, whole=True) for unit in units if unit.pk in made_of]


@dataclass(frozen=True, slots=True)
class Series:
    """Members of the village teams looking after some villages, on each of the days: None on days without them."""

    units: list[ResidentialUnit]
    is_divided: bool
    members: list[int | None]


def member_series(commune: Commune, days: list[date], *, recast_to_last: bool) -> list[Series]:
    """A line for each village of any of `days` (ascending) as it was then; or, recast, for the villages of the last day
    with the old ones that became them, together as far as they must be. In a constant number of queries."""
    past = _past_of(commune)
    pairs = lineage_pairs([commune.pk], days[0], days[-1]) if recast_to_last else []
    valid = {day: past.valid(day) for day in days}
    group_of = components(pairs)
    groups: dict[int, list[int]] = defaultdict(list)
    for pk in past.units:
        if any(pk in valid[day] for day in days):
            groups[group_of.get(pk, pk)].append(pk)
    people = {day: past.people(day) for day in days}
    lines = []
    for members in groups.values():
        there = [[pk for pk in members if pk in valid[day]] for day in days]
        values = [_count(each, people[day])[1] if each else None for day, each in zip(days, there, strict=True)]
        shown = (there[-1] if recast_to_last else []) or members
        lines.append(Series([past.units[pk] for pk in shown], len(there[-1]) > 1, values))
    return lines


def quarter_ends(commune: Commune, today: date, most: int = 6) -> list[date]:
    """The last days that were kept for the commune, and today."""
    days = CommuneRecord.objects.filter(province=commune.province_id, commune=commune, day__lt=today)
    return [*sorted(days.order_by("-day").values_list("day", flat=True)[:most]), today]


def lineage_pairs(communes: Iterable[str], first: date, last: date) -> list[tuple[int, int]]:
    """Old -> new of the changes after `first` up to `last`, as `teams.lineage.recast` takes them; a unit of another
    commune is left out, its figures are told there."""
    rows = UnitLineage.objects.filter(
        change__effective_on__gt=first,
        change__effective_on__lte=last,
        old__commune__in=communes,
        new__commune__in=communes,
    )
    return list(rows.values_list("old_id", "new_id"))


People = tuple[dict[int, set[int]], dict[int, int]]  # unit -> its teams, team -> how many members


@dataclass(frozen=True, slots=True)
class _Past:
    """All that the register knows of a commune's villages, read once; what a day saw of it is worked out here."""

    units: dict[int, ResidentialUnit]
    covering: list[TeamCoverage]
    members: list[tuple[int, date | None, date | None]]  # team, from, to

    def valid(self, day: date) -> list[int]:
        return [unit.pk for unit in self.units.values() if holds(day, unit.valid_from, unit.ended_on)]

    def people(self, day: date) -> People:
        teams: dict[int, set[int]] = defaultdict(set)
        members: dict[int, int] = defaultdict(int)
        for row in self.covering:
            lives = holds(day, row.team.founded_on, row.team.dissolved_on)
            if lives and holds(day, row.valid_from, row.ended_on):
                teams[row.unit_id].add(row.team_id)
        for team, joined_on, left_on in self.members:
            members[team] += holds(day, joined_on, left_on)
        return teams, members


def _past_of(commune: Commune) -> _Past:
    units = ResidentialUnit.objects.filter(commune=commune).order_by("sort_key", "pk")
    covering = TeamCoverage.objects.filter(commune=commune, team__kind=TeamKind.VILLAGE_TEAM).select_related("team")
    members = Member.objects.filter(commune=commune).order_by().values_list("team_id", "joined_on", "left_on")
    return _Past({unit.pk: unit for unit in units}, list(covering), list(members))


def _recast_line(group: Comparable, by_id: dict[int, ResidentialUnit], before: People, after: People) -> Recast:
    olds, news = ([by_id[pk] for pk in side] for side in (group.olds, group.news))
    counted = [_count(side, people) for side, people in ((group.olds, before), (group.news, after))]
    return Recast(
        olds=olds,
        news=news,
        is_divided=group.is_divided,
        is_same=group.is_same,
        teams=(counted[0][0], counted[1][0]),
        members=(counted[0][1], counted[1][1]),
        households=(_households(olds), _households(news)),
    )


def _count(units: Iterable[int], people: People) -> tuple[int, int]:
    teams = set().union(*(people[0].get(unit, set()) for unit in units))
    return len(teams), sum(people[1][team] for team in teams)


def _households(units: list[ResidentialUnit]) -> int | None:
    values = [unit.households for unit in units]
    return sum(values) if values and None not in values else None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do after a change; `needed` unless it is only good to have. `team` is the one to open for it."""

    text: str
    done: bool
    needed: bool
    team: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class FollowedUnit:
    """A village that a change began, with what is left to do for it."""

    unit: ResidentialUnit
    effective_on: date
    legal_basis: str
    steps: list[Step]

    @property
    def left(self) -> int:
        return sum(step.needed and not step.done for step in self.steps)


def follow_up(communes: Collection[str], day: date) -> dict[str, list[FollowedUnit]]:
    """By commune code, what the changes in force since a year ask for, read from the register: nobody ticks anything.
    A mere new name asks for nothing. In a constant number of queries."""
    began = UnitLineage.objects.filter(
        in_force(day, "new__valid_from", "new__ended_on"),
        new__commune__in=communes,
        change__effective_on__lte=day,
        change__effective_on__gt=day - timedelta(FOLLOWED_DAYS),
    ).exclude(change__kind=UnitChangeKind.RENAME)
    changes = {row.new: row.change for row in began.select_related("new", "change").order_by("new__sort_key", "pk")}
    covering = _covering(changes, day) if changes else {}
    teams = {team.pk for held in covering.values() for team in held}
    decided, led = (_decided(teams), _led(teams, day)) if teams else ({}, set())
    found: dict[str, list[FollowedUnit]] = defaultdict(list)
    for unit, change in changes.items():
        held = covering.get(unit.pk, [])
        steps = _unit_steps(unit, held)
        for team in held:
            settled = any(on and on >= change.effective_on for on in decided.get(team.pk, ()))
            steps += [
                Step(f"{team.title}: ghi quyết định kiện toàn theo đơn vị mới", settled, True, team.pk, "decision"),
                Step(f"{team.title}: có tổ trưởng", team.pk in led, True, team.pk, "leader"),
                Step(f"{team.title}: có nhóm Zalo", bool(team.zalo_url), False, team.pk, "zalo"),
            ]
        found[unit.commune_id].append(FollowedUnit(unit, change.effective_on, change.legal_basis, steps))
    return found


def _covering(units: Iterable[ResidentialUnit], day: date) -> dict[int, list[Team]]:
    """The village teams that look after each, in natural order."""
    rows = TeamCoverage.objects.filter(
        in_force(day), active_teams(day, "team__"), unit__in=units, team__kind=TeamKind.VILLAGE_TEAM
    )
    found: dict[int, list[Team]] = defaultdict(list)
    for row in rows.select_related("team__province").order_by("team__sort_key", "team_id"):
        found[row.unit_id].append(row.team)
    return found


def _unit_steps(unit: ResidentialUnit, teams: list[Team]) -> list[Step]:
    steps = [Step("Có tổ phụ trách", bool(teams), True, key="team")]
    if len(teams) > 1:
        steps.append(Step(f"Còn {len(teams)} tổ cùng phụ trách: chọn một tổ", False, True, key="several"))
    steps.append(Step("Ghi số hộ", unit.households is not None, False, key="households"))
    return steps


def _decided(teams: Iterable[int]) -> dict[int, list[date | None]]:
    found: dict[int, list[date | None]] = defaultdict(list)
    rows = TeamDecision.objects.filter(team__in=teams).values_list("team_id", "effective_on", "decision__issued_on")
    for team, effective_on, issued_on in rows:
        found[team].append(effective_on or issued_on)
    return found


def _led(teams: Iterable[int], day: date) -> set[int]:
    rows = Member.objects.filter(Q(role=MemberRole.LEADER), in_force(day, "joined_on", "left_on"), team__in=teams)
    return set(rows.values_list("team_id", flat=True))
