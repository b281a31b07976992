"""What the teams' figures say for a campaign, whose days may be those of several of the periods that asked teams.

What happened in the period is added up over the periods within the campaign's days, or since its cumulative start when
a report asks so. What is at hand, and what teams count cumulatively themselves, is that of the latest period: added up
it would count the same households twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reporting.answers import add_up, derive, is_empty
from reporting.definition import Definition, Indicator, Nature, Section, parse
from reporting.enums import PeriodKind
from reporting.figures import Answer
from reporting.models import Campaign, ReportPeriod, TeamFigures
from reporting.queries.team_totals import Values, column_total
from teams.enums import TeamKind
from teams.models import Team

TEAMS = "teams."
SINCE = "since "  # before the name of a source: since the campaign's cumulative start
WHOLE = " of"  # after the name of a rate: what it is a share of, over the teams that gave both numbers
COUNTS = ("asked", "reported")
BASE_KINDS = (PeriodKind.QUARTER, PeriodKind.RANGE)
Periods = tuple[ReportPeriod, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The periods that a campaign draws on, the earliest first, none overlapping another: those `within` its days,
    those `since` its cumulative start, and the `latest` that was over by its cut-off. `form` has every column of
    theirs, each as the latest form has it."""

    within: Periods
    since: Periods
    latest: ReportPeriod | None
    form: Definition

    def behind(self, indicator: Indicator) -> Periods:
        """The periods that the report's indicator adds up; none when teams are not its source."""
        if not indicator.source.startswith(TEAMS):
            return ()
        column = self.form.by_code.get(indicator.source.removeprefix(TEAMS))
        flows = self.since if column and indicator.nature == Nature.CUMULATIVE else self.within
        return self.adding(column, flows) if column else flows

    def adding(self, column: Indicator, flows: Periods) -> Periods:
        """The periods whose figures make the column's, when `flows` are asked for. A derived one follows its parts."""
        while column.is_derived:
            column = self.form.by_code[column.rate_of or column.sum_of[0]]
        if column.nature == Nature.FLOW:
            return flows
        is_over = column.nature == Nature.CUMULATIVE and self.latest not in self.since  # another year's count
        return (self.latest,) if self.latest and not is_over else ()


def drawn_on(campaign: Campaign) -> Drawn:
    """One query."""
    asked = ReportPeriod.objects.filter(
        province=campaign.province_id, team_form__isnull=False, ends_on__lte=campaign.ends_on
    ).select_related("team_form")
    periods = sorted(asked, key=lambda each: _rank(each, campaign))
    latest = max(periods, key=lambda each: each.ends_on, default=None)  # of several the first by rank
    within, since = (
        _apart(each for each in periods if each.starts_on >= day)
        for day in (campaign.starts_on, campaign.cumulative_from)
    )
    return Drawn(within, since, latest, _joined({*within, *since, *([latest] if latest else [])}))


def _rank(period: ReportPeriod, campaign: Campaign) -> tuple:
    """Of periods that overlap the first by this counts: the campaign's own, quarters, then the shorter."""
    is_own = period.pk == campaign.period_id and period.kind in BASE_KINDS
    return not is_own, period.kind != PeriodKind.QUARTER, period.ends_on - period.starts_on, period.pk


def _apart(periods: Iterable[ReportPeriod]) -> Periods:
    """Without those that overlap one before them: nobody is counted twice."""
    kept: list[ReportPeriod] = []
    for period in periods:
        if all(period.starts_on > each.ends_on or period.ends_on < each.starts_on for each in kept):
            kept.append(period)
    return tuple(sorted(kept, key=lambda each: each.starts_on))


def _joined(periods: set[ReportPeriod]) -> Definition:
    columns: dict[str, Indicator] = {}
    for period in sorted(periods, key=lambda each: (each.ends_on, each.pk), reverse=True):
        columns = {each.code: each for each in parse(period.team_form.definition).indicators()} | columns
    return Definition("", "", "", (Section("", "", 1, tuple(columns.values())),), by_code=columns)


def team_answers(campaign: Campaign, communes: list[str]) -> dict[str, dict[str, Answer]]:
    """Commune code -> "teams.<code>" and "since teams.<code>" -> the sum over its teams; "teams.asked" and
    "teams.reported" count the teams of the periods within the campaign's days. Three queries."""
    drawn = drawn_on(campaign)
    if drawn.latest is None:
        return {}
    periods = {each.pk: each for each in (drawn.latest, *drawn.within, *drawn.since)}
    teams = Team.objects.filter(kind=TeamKind.VILLAGE_TEAM, commune_id__in=communes).order_by()
    life = {pk: days for pk, *days in teams.values_list("pk", "commune_id", "founded_on", "dissolved_on")}
    told: dict[str, dict[int, dict[int, Values]]] = defaultdict(lambda: defaultdict(dict))
    rows = TeamFigures.objects.filter(period__in=periods, commune_id__in=communes).order_by()
    for pk, code, team, values in rows.values_list("period_id", "commune_id", "team_id", "values"):
        if team in life and _is_asked(life[team], code, periods[pk]) and not all(map(is_empty, values.values())):
            told[code][team][pk] = values
    found = {}
    for code in communes:
        asked = sum(any(_is_asked(days, code, each) for each in drawn.within) for days in life.values())
        found[code] = _counts(drawn, told[code], asked) | {
            f"{lead}{TEAMS}{column}": value
            for lead, flows in (("", drawn.within), (SINCE, drawn.since))
            for column, value in _sums(drawn, flows, told[code]).items()
        }
    return found


def _is_asked(life: list, code: str, period: ReportPeriod) -> bool:
    """Whether the team was the commune's and existed on the period's cut-off: each period counts as it counted then."""
    commune, founded_on, dissolved_on = life
    day: date = period.ends_on
    return commune == code and (not founded_on or founded_on <= day) and (not dissolved_on or dissolved_on > day)


def _counts(drawn: Drawn, told: dict[int, dict[int, Values]], asked: int) -> dict[str, Answer]:
    if not drawn.within:
        return {}
    reported = sum(any(each.pk in by_period for each in drawn.within) for by_period in told.values())
    return {f"{TEAMS}asked": asked, f"{TEAMS}reported": reported}


def _sums(drawn: Drawn, flows: Periods, told: dict[int, dict[int, Values]]) -> dict[str, Answer]:
    """By column, over the teams; rates are made of their sums, which stand beside them as `WHOLE`."""
    columns = [each for each in drawn.form.indicators() if each.is_numeric]
    rows = [
        derive(
            drawn.form,
            {
                each.code: add_up(by_period.get(part.pk, {}).get(each.code) for part in drawn.adding(each, flows))
                for each in columns
            },
        )
        for by_period in told.values()
    ]
    wholes = {
        f"{each.code}{WHOLE}": add_up(row.get(each.rate_over) for row in rows if not is_empty(row[each.code]))
        for each in columns
        if each.rate_of
    }
    return wholes | {each.code: column_total(each, rows, len(rows)).value for each in columns}
