"""A plan for villages, looked at before it is recorded: what it ends and begins, which teams and people it touches."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from teams.access import Can, Scope
from teams.enums import MemberRole, PlanState, Share, TeamKind
from teams.figures import RosterFigures
from teams.lineage import components
from teams.models import Commune, Member, ResidentialUnit, Team, TeamCoverage, UnitPlan
from teams.models.base import in_force
from teams.queries.coverage import grouped_figures

Rows = list[dict]  # as `UnitPlan.rows` keeps them


@dataclass(frozen=True, slots=True)
class OldUnit:
    unit: ResidentialUnit
    share: Share

    @property
    def ends(self) -> bool:
        return self.share != Share.PART


@dataclass(frozen=True, slots=True)
class NewLine:
    """A new village as the plan has it."""

    name: str
    households: int | None
    commune: str


@dataclass(slots=True)
class TouchedTeam:
    """A team that looks after an old village. `news` are indexes of the new ones it would look after; `may_leave` when
    it has no other village, so that it could join another team or be dissolved."""

    team: Team
    olds: set[int]
    news: set[int]
    members: int
    leader: str
    may_leave: bool
    others: list["TouchedTeam"] = field(default_factory=list)
    joins: int | None = None  # proposed


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Old and new villages that hang together, with the teams between them."""

    olds: list[OldUnit]
    news: list[NewLine]
    teams: list[TouchedTeam]

    @property
    def old_households(self) -> int | None:
        return _sum(old.unit.households for old in self.olds)

    @property
    def new_households(self) -> int | None:
        return _sum(new.households for new in self.news)

    @property
    def differs(self) -> bool:
        """Households that are not as many as before, where every old village goes in whole."""
        known = None not in (self.old_households, self.new_households)
        return known and all(old.ends for old in self.olds) and self.old_households != self.new_households


@dataclass(frozen=True, slots=True)
class Preview:
    groups: list[PlanGroup]
    communes: list[Commune]

    @property
    def teams(self) -> list[TouchedTeam]:
        return [team for group in self.groups for team in group.teams]

    @property
    def members(self) -> int:
        return sum(team.members for team in self.teams)

    @property
    def ended(self) -> int:
        return sum(old.ends for group in self.groups for old in group.olds)

    @property
    def begun(self) -> int:
        return sum(len(group.news) for group in self.groups)


def plans_seen(scope: Scope, capability: Can = Can.VIEW) -> QuerySet[UnitPlan]:
    """Plans of the user's communes; those about several communes are the department's."""
    return scope.narrow(UnitPlan.objects.select_related("province", "commune", "made_by"), capability=capability)


def plans_of(scope: Scope, commune: Commune) -> list[UnitPlan]:
    """Plans that are drafted for the commune, or stand and began villages of it, as far as the user may open them."""
    touching = Q(commune=commune) | Q(changes__lineages__new__commune=commune)
    rows = UnitPlan.objects.filter(touching, province=commune.province_id).exclude(state=PlanState.CALLED_OFF)
    return list(scope.narrow(rows).distinct().order_by("-effective_on", "-pk"))


def preview(plan: UnitPlan) -> Preview:
    """In a constant number of queries."""
    sources = [{int(old): Share(share) for old, share in row["sources"].items()} for row in plan.rows]
    units = ResidentialUnit.objects.select_related("commune").in_bulk([int(old) for old in plan.seen])
    codes = {unit.commune_id for unit in units.values()} | {row["commune"] for row in plan.rows}
    communes = Commune.objects.in_bulk(codes)
    group_of = components((("new", at), ("old", old)) for at, row in enumerate(sources) for old in row)
    teams: dict[object, list[TouchedTeam]] = defaultdict(list)
    for team in _touched_teams(plan, sources):
        for root in {group_of["old", old] for old in team.olds}:
            teams[root].append(team)
    groups: dict[object, list[int]] = defaultdict(list)
    for at in range(len(sources)):
        groups[group_of.get(("new", at), at)].append(at)
    lines = []
    for root, indexes in groups.items():
        shares = {old: share for at in indexes for old, share in sources[at].items()}
        own = teams.get(root, [])
        _propose(own)
        lines.append(
            PlanGroup(
                [OldUnit(units[old], share) for old, share in shares.items() if old in units],
                [_new_line(plan.rows[at], communes) for at in indexes],
                own,
            )
        )
    return Preview(lines, sorted(communes.values(), key=lambda each: each.sort_key))


def figures_on(codes: Collection[str], day: date) -> dict[str, RosterFigures]:
    """By commune code, counted from the rows: what a transaction that is not over yet has written included."""
    found = grouped_figures("commune_id", Q(commune_id__in=codes), day)
    return {code: found.get(code, RosterFigures()) for code in codes}


def _touched_teams(plan: UnitPlan, sources: list[dict[int, Share]]) -> list[TouchedTeam]:
    """Village teams of the old villages on the plan's day or later, the largest first."""
    olds = {old for row in sources for old in row}
    ending = {old for row in sources for old, share in row.items() if share != Share.PART}
    later = Q(ended_on=None) | Q(ended_on__gt=plan.effective_on)
    teams = set(TeamCoverage.objects.filter(later, unit__in=olds).values_list("team_id", flat=True))
    held: dict[int, set[int]] = defaultdict(set)
    for team_id, unit_id in TeamCoverage.objects.filter(later, team__in=teams).values_list("team_id", "unit_id"):
        held[team_id].add(unit_id)
    rows = Team.objects.filter(pk__in=teams, kind=TeamKind.VILLAGE_TEAM, dissolved_on=None).select_related("province")
    counts, leaders = _members_of(teams, plan.effective_on)
    found = [
        TouchedTeam(
            team=team,
            olds=held[team.pk] & olds,
            news={
                at
                for at, row in enumerate(sources)
                if held[team.pk] & row.keys() and plan.rows[at]["commune"] == team.commune_id
            },
            members=counts[team.pk],
            leader=leaders.get(team.pk, ""),
            may_leave=held[team.pk] <= ending and not (team.founded_on and team.founded_on > plan.effective_on),
        )
        for team in rows
    ]
    return sorted(found, key=lambda each: (-each.members, each.team.sort_key, each.team.pk))


def _members_of(teams: Iterable[int], day: date) -> tuple[Counter[int], dict[int, str]]:
    rows = Member.objects.filter(in_force(day, "joined_on", "left_on"), team__in=teams)
    counts, leaders = Counter(), {}
    for team, role, name in rows.values_list("team_id", "role", "full_name"):
        counts[team] += 1
        if role == MemberRole.LEADER:
            leaders[team] = name
    return counts, leaders


def _propose(teams: list[TouchedTeam]) -> None:
    """Of teams that come to look after the same village, the largest goes on and the others join it; those that shared
    a village before go on sharing."""
    going: list[TouchedTeam] = []
    for each in teams:
        each.others = [other for other in teams if other is not each and other.team.commune_id == each.team.commune_id]
        takers = [one for one in going if one.news & each.news and one in each.others]
        covered = set().union(*(one.news for one in takers))
        if each.may_leave and each.news and each.news <= covered and not any(one.olds & each.olds for one in takers):
            each.joins = takers[0].team.pk
        else:
            going.append(each)


def _new_line(row: dict, communes: Mapping[str, Commune]) -> NewLine:
    return NewLine(row["name"], row["households"], communes[row["commune"]].name)


def _sum(values: Iterable[int | None]) -> int | None:
    found = list(values)
    return None if not found or None in found else sum(found)
