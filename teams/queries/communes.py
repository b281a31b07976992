"""Lists of provinces and communes with their figures, and everything on one commune's page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib import text
from cdt_portal.lib.decisions import decision_title
from teams.enums import MemberRole, TeamKind
from teams.figures import RosterFigures, TeamLine, VillageLine, missing_in
from teams.models import Commune, Decision, FocalOfficer, Province, ResidentialUnit, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.coverage import active_teams, figures_by_commune, figures_by_province
from teams.queries.decisions import decision_on


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A province or a commune with its figures."""

    unit: Province | Commune
    figures: RosterFigures


@dataclass(frozen=True, slots=True)
class CommunePage:
    figures: RosterFigures
    villages: list[VillageLine]
    teams: list[TeamLine]
    other_teams: dict[str, list[TeamLine]]
    officers: list[FocalOfficer]
    norm: int


SORTS = {
    "ten": lambda line: line.unit.sort_key,
    "bao-phu": lambda line: (line.figures.coverage is not None, line.figures.coverage or 0, line.unit.sort_key),
    "thon": lambda line: (-line.figures.villages, line.unit.sort_key),
    "to": lambda line: (-line.figures.teams, line.unit.sort_key),
    "thanh-vien": lambda line: (-line.figures.members, line.unit.sort_key),
    "thieu-to-truong": lambda line: (-line.figures.without_leader, line.unit.sort_key),
    "thieu-quyet-dinh": lambda line: (-line.figures.without_decision, line.unit.sort_key),
}


def provinces_with_figures(provinces: QuerySet[Province], where: Q, day: date) -> list[UnitFigures]:
    figures = figures_by_province(where, day)
    return [UnitFigures(province, figures[province.pk]) for province in provinces]


def communes_with_figures(
    communes: QuerySet[Commune], day: date, *, search: str = "", sort: str = "ten"
) -> list[UnitFigures]:
    """The communes that exist on `day`, searched and sorted (a key of SORTS)."""
    found = search_communes(communes.filter(in_force(day)).order_by("sort_key", "pk"), search)
    figures = figures_by_commune(Q(commune_id__in=[commune.pk for commune in found]), day)
    lines = [UnitFigures(commune, figures[commune.pk]) for commune in found]
    return lines if search and sort == "ten" else sorted(lines, key=SORTS.get(sort, SORTS["ten"]))


def total(lines: Iterable[UnitFigures]) -> RosterFigures:
    return sum((line.figures for line in lines), RosterFigures())


def search_communes(communes: Iterable[Commune], search: str) -> list[Commune]:
    """Those whose name or code holds `search`, the exact name first.

    Typed with marks it finds those marks only (Cẩm Giang is not Cẩm Giàng); typed without, it finds both.
    """
    key, folded = text.match_key(search), text.fold(search)
    if not folded:
        return list(communes)
    if key == folded:
        found = [each for each in communes if folded in text.fold(each.name) or each.pk == folded]
    else:
        found = [each for each in communes if key in each.match_key]
    return sorted(found, key=lambda each: not is_named(each, key))


def is_named(commune: Commune, key: str) -> bool:
    """Whether the key is the commune's whole name, with or without the word for its kind."""
    return key in {commune.match_key, commune.match_key.removeprefix(commune.get_kind_display()).strip()}


def commune_page(commune: Commune, day: date) -> CommunePage:
    """`commune` comes with its province. The number of queries does not grow with its rows."""
    norm = commune.size_norm or commune.province.size_norm
    coverages = coverages_of(commune, day)
    teams = team_lines(commune, day, norm, coverages)
    others = defaultdict(list)
    for line in teams:
        if line.kind != TeamKind.VILLAGE_TEAM:
            others[TeamKind(line.kind).label].append(line)
    return CommunePage(
        figures=figures_by_commune(Q(commune_id=commune.pk), day)[commune.pk],
        villages=village_lines(commune, day, coverages),
        teams=[line for line in teams if line.kind == TeamKind.VILLAGE_TEAM],
        other_teams=dict(others),
        officers=list(FocalOfficer.objects.filter(in_force(day, "started_on", "ended_on"), commune=commune)),
        norm=norm,
    )


def coverages_of(commune: Commune, day: date) -> list[TeamCoverage]:
    """Who looks after which village on the day, both in natural order."""
    rows = TeamCoverage.objects.filter(in_force(day), active_teams(day, "team__"), commune=commune)
    return list(rows.select_related("team", "unit").order_by("unit__sort_key", "team__sort_key", "pk"))


def village_lines(commune: Commune, day: date, coverages: list[TeamCoverage]) -> list[VillageLine]:
    teams: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in coverages:
        if row.team.kind == TeamKind.VILLAGE_TEAM:
            teams[row.unit_id].append((row.team_id, row.team.name))
    units = ResidentialUnit.objects.filter(in_force(day), commune=commune).order_by("sort_key", "pk")
    return [
        VillageLine(
            id=unit.pk,
            name=unit.name,
            kind=unit.get_kind_display(),
            households=unit.households,
            valid_from=unit.valid_from,
            ended_on=unit.ended_on,
            teams=tuple(teams[unit.pk]),
        )
        for unit in units
    ]


def team_lines(commune: Commune, day: date, norm: int, coverages: list[TeamCoverage]) -> list[TeamLine]:
    units: dict[int, list[str]] = defaultdict(list)
    for row in coverages:
        units[row.team_id].append(row.unit.name)
    teams = teams_with_counts(commune, day)
    decisions = Decision.objects.in_bulk({team.decided for team in teams if team.decided})
    past = day < timezone.localdate()
    return [_team_line(team, decisions.get(team.decided), tuple(units[team.pk]), norm, past=past) for team in teams]


def teams_with_counts(commune: Commune, day: date) -> list[Team]:
    """Active teams with `size`, `reachable` (members with a phone), `led_by` and `decided` (decision id) of the day."""
    active = in_force(day, "members__joined_on", "members__left_on") & Q(members__isnull=False)
    teams = Team.objects.filter(active_teams(day), commune=commune).annotate(
        size=Count("members", filter=active),
        reachable=Count("members", filter=active & ~Q(members__phone="")),
        led_by=Max("members__full_name", filter=active & Q(members__role=MemberRole.LEADER)),
        decided=decision_on(day),
    )
    return list(teams.order_by("sort_key", "pk"))


def _team_line(team: Team, decision: Decision | None, units: tuple[str, ...], norm: int, *, past: bool) -> TeamLine:
    """Of a `past` day nobody's phone is missing: those of people who left since are erased."""
    return TeamLine(
        id=team.pk,
        name=team.name,
        kind=team.kind,
        leader=team.led_by or "",
        members=team.size,
        phones=team.reachable,
        decision_id=decision.pk if decision else None,
        decision=decision_title(decision.number, decision.symbol, None) or str(decision) if decision else "",
        units=units,
        missing=missing_in(
            size=team.size,
            reachable=team.size if past else team.reachable,
            led=bool(team.led_by),
            decided=decision is not None,
            norm=norm if team.kind == TeamKind.VILLAGE_TEAM else 0,
        ),
    )
