"""The figures of a commune's teams for a period: the officer's grid, its totals, and what leaders sent."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from reporting.answers import derive, is_empty, show
from reporting.definition import Definition, Indicator, Kind, Section, parse
from reporting.enums import SENT, SubmissionState
from reporting.models import Campaign, Report, ReportingPolicy, ReportPeriod, TeamFigures, TeamSubmission
from reporting.queries.team_totals import ColumnTotal, Values, column_total, problems
from teams.enums import TeamKind
from teams.models import Commune, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.coverage import active_teams

HOUSEHOLDS = "households"  # the code whose figure the register can suggest, and over which the target counts
TYPED = {Kind.NUMBER, Kind.RATE, Kind.CHOICE, Kind.TEXT, Kind.LINK, Kind.DATE}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one team, as it is shown and typed; "" is "not reported". `suggestion` is not a figure yet."""

    indicator: Indicator
    text: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a leader sent and nobody decided on: (text, whether it differs from the grid) for each column."""

    submission: TeamSubmission
    cells: tuple[tuple[Indicator, str, bool], ...]


@dataclass(frozen=True, slots=True)
class TeamRow:
    """`decided` is the latest submission that was taken or refused."""

    team: Team
    version: int  # 0: nothing was saved yet
    cells: tuple[Cell, ...]
    problems: tuple[str, ...]
    updated_at: datetime | None
    sent: Sent | None = None
    decided: TeamSubmission | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """`reported` of `asked` teams gave at least one figure."""

    columns: tuple[ColumnTotal, ...]
    reported: int
    asked: int


@dataclass(frozen=True, slots=True)
class TeamGrid:
    period: ReportPeriod
    columns: tuple[Indicator, ...]
    rows: tuple[TeamRow, ...]
    totals: Totals
    waiting: int
    previous: ReportPeriod | None
    submitted: Report | None  # the commune's report of this period, once it has left the commune


def definition_of(period: ReportPeriod) -> Definition:
    return parse(period.team_form.definition)


def columns_of(definition: Definition) -> tuple[Indicator, ...]:
    """What stands in the grid; the derived ones are computed and never typed."""
    return tuple(each for each in definition.indicators() if each.kind in TYPED)


def typed_columns(definition: Definition) -> tuple[Indicator, ...]:
    return tuple(each for each in columns_of(definition) if not each.is_derived)


def sections_of(definition: Definition) -> list[tuple[Section, list[Indicator]]]:
    """The same, section by section, without sections that have none."""
    found = [(section, [each for each in section.indicators if each.kind in TYPED]) for section in definition.sections]
    return [(section, columns) for section, columns in found if columns]


def cut_off(asked: ReportPeriod | Campaign) -> date:
    """The last day that the figures speak of, or today before it: of what is still to come nobody can tell."""
    return min(asked.ends_on, timezone.localdate())


def asked_teams(period: ReportPeriod) -> QuerySet[Team]:
    """The village teams that exist on the cut-off, in the order of the page; squads and committees have no area."""
    there = Team.objects.filter(active_teams(cut_off(period)), province=period.province_id, kind=TeamKind.VILLAGE_TEAM)
    return there.order_by("sort_key", "pk")


def previous_period(period: ReportPeriod) -> ReportPeriod | None:
    """The one before it of the same kind for which teams were asked, too."""
    before = ReportPeriod.objects.filter(
        province=period.province_id, kind=period.kind, ends_on__lt=period.ends_on, team_form__isnull=False
    )
    return before.select_related("team_form").order_by("-ends_on", "-starts_on").first()


def team_grid(commune: Commune, period: ReportPeriod) -> TeamGrid:
    """The number of queries does not grow with the teams."""
    definition = definition_of(period)
    columns = columns_of(definition)
    teams = list(asked_teams(period).filter(commune=commune).select_related("province"))
    figures = {row.team_id: row for row in TeamFigures.objects.filter(period=period, team__in=teams)}
    waiting, decided = _submissions(commune, period)
    households = households_of(commune, period)
    rows = []
    for team in teams:
        own = figures.get(team.pk)
        values = derive(definition, own.values if own else {})
        suggestion = households.get(team.pk)
        rows.append(
            TeamRow(
                team=team,
                version=own.version if own else 0,
                cells=cells_of(columns, values, suggestion),
                problems=tuple(problems(definition, values)),
                updated_at=own.updated_at if own else None,
                sent=_sent(definition, waiting[team.pk], values) if team.pk in waiting else None,
                decided=decided.get(team.pk),
            )
        )
    return TeamGrid(
        period=period,
        columns=columns,
        rows=tuple(rows),
        totals=totals_of(period, definition, [row.values for row in figures.values()], len(teams)),
        waiting=len(waiting),
        previous=previous_period(period),
        submitted=Report.objects.filter(campaign__period=period, commune=commune, state__in=SENT).first(),
    )


def cells_of(columns: tuple[Indicator, ...], values: Values, households: int | None = None) -> tuple[Cell, ...]:
    """`values` come with what follows from them."""
    return tuple(
        Cell(each, show(each, values.get(each.code)), show(each, households) if each.code == HOUSEHOLDS else "")
        for each in columns
    )


def _sent(definition: Definition, submission: TeamSubmission, values: Values) -> Sent:
    """Figures that the leader left out will stay as they are: they differ from nothing."""
    told = derive(definition, submission.values)
    cells = []
    for each in columns_of(definition):
        value = told.get(each.code)
        cells.append((each, show(each, value), not is_empty(value) and value != values.get(each.code)))
    return Sent(submission, tuple(cells))


def _submissions(commune: Commune, period: ReportPeriod) -> tuple[dict[int, TeamSubmission], dict[int, TeamSubmission]]:
    """By team, the latest that waits and the latest that was decided."""
    waiting, decided = {}, {}
    rows = TeamSubmission.objects.filter(period=period, commune=commune).select_related("decided_by")
    for row in rows.order_by("sent_at", "pk"):
        (waiting if row.state == SubmissionState.WAITING else decided)[row.team_id] = row
    return waiting, decided


def households_of(commune: Commune, period: ReportPeriod, team: Team | None = None) -> dict[int, int]:
    """Team -> households of the villages it covers on the cut-off; not the teams with a village whose number of
    households is unknown: part of a sum would be taken for the whole."""
    day = cut_off(period)
    rows = TeamCoverage.objects.filter(
        in_force(day), in_force(day, "unit__valid_from", "unit__ended_on"), commune=commune
    )
    if team:
        rows = rows.filter(team=team)
    found: dict[int, list[int | None]] = defaultdict(list)
    for team_id, households in rows.values_list("team_id", "unit__households"):
        found[team_id].append(households)
    return {team_id: sum(each) for team_id, each in found.items() if None not in each}


def totals_of(period: ReportPeriod, definition: Definition, rows: list[Values], asked: int) -> Totals:
    columns = columns_of(definition)
    given = [derive(definition, values) for values in rows if values]
    targets = _targets(period, columns)
    totals = tuple(column_total(each, given, asked, targets[each.code]) for each in columns)
    return Totals(totals, len(given), asked)


def commune_totals(commune: Commune, period: ReportPeriod) -> Totals:
    """As in the grid, without its rows."""
    teams = list(asked_teams(period).filter(commune=commune).values_list("pk", flat=True))
    rows = TeamFigures.objects.filter(period=period, team__in=teams).values_list("values", flat=True)
    return totals_of(period, definition_of(period), list(rows), len(teams))


def province_totals(period: ReportPeriod) -> Totals:
    """The same over all communes of the province."""
    asked = asked_teams(period).order_by()
    rows = TeamFigures.objects.filter(period=period, team__in=asked).order_by().values_list("values", flat=True)
    return totals_of(period, definition_of(period), list(rows), asked.count())


def _targets(period: ReportPeriod, columns: tuple[Indicator, ...]) -> dict[str, float | None]:
    """The province's own target for the rate over households; else what the form says."""
    targets = {each.code: each.target for each in columns}
    over_households = [each.code for each in columns if each.rate_over == HOUSEHOLDS and each.target is not None]
    policy = ReportingPolicy.objects.filter(pk=period.province_id).first() if over_households else None
    return targets | dict.fromkeys(over_households, policy.household_target) if policy else targets
