"""The overview: a province by commune, or the nation by province. The number of queries is the same for any size.

Of today the register's figures are counters; of another day they come from the rows. Training and households stand as
of the latest hour (`CommuneStanding`), states of reports as they are now: of a past day neither is told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from django.db.models import Min, Q, Sum
from django.utils import timezone

from reporting.enums import SENT, CampaignState, ReportState
from reporting.models import Campaign, CommuneStanding, ReportingPolicy
from reporting.queries.rates import counted_states
from teams.access import Scope
from teams.figures import FIGURES, RosterFigures, figures_in
from teams.models import Commune, CommuneRecord, Province, ProvinceRecord
from teams.models.base import in_force
from teams.queries.coverage import figures_by_commune, figures_by_province
from teams.queries.recast import recast_coverage

HOUSEHOLD_TARGET = 80  # percent of households guided, where a province has set no other
TREND = timedelta(days=3 * 366)
PHONES = {"reachable", "without_phone"}
NOTHING: Mapping[tuple[str, date], tuple[int, int]] = {}
States = dict[ReportState, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Leaders trained, of the `leaders` of whom it is known, and households guided as `reported` of `asked` teams gave
    them. None is "not known"."""

    leaders: int = 0
    leaders_trained: int | None = None
    asked: int = 0
    reported: int = 0
    households: int | None = None
    guided: int | None = None

    def __add__(self, other: "Standing") -> "Standing":
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return Standing(*(other if one is None else one if other is None else one + other for one, other in pairs))

    @property
    def trained_share(self) -> float | None:
        return share(self.leaders_trained, self.leaders)

    @property
    def guided_share(self) -> float | None:
        return share(self.guided, self.households)


STANDING = tuple(each.name for each in fields(Standing))


@dataclass(frozen=True, slots=True)
class OverviewTotal:
    """`before` is the register at the last quarter's end that was kept, None when none was; `standing` is None on a
    past day, when `states` of reports in the running campaigns are empty, too."""

    figures: RosterFigures
    before: RosterFigures | None
    standing: Standing | None
    states: States

    @property
    def reports_asked(self) -> int:
        return sum(self.states.values())

    @property
    def reports_sent(self) -> int:
        return sum(self.states.get(state, 0) for state in SENT)

    def change(self, name: str) -> float | None:
        """By how much the figure of that name has moved since `before`; of the coverage in points of a percent. Not
        known of phones, which no past day tells."""
        if self.before is None or name in PHONES:
            return None
        now, then = getattr(self.figures, name), getattr(self.before, name)
        return None if now is None or then is None else now - then


@dataclass(frozen=True, slots=True)
class OverviewLine(OverviewTotal):
    unit: Province | Commune


@dataclass(frozen=True, slots=True)
class RunningCampaign:
    campaign: Campaign
    states: States


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The register at a quarter's end: `day` is the last one of the provinces, `provinces` how many had it kept."""

    day: date
    figures: RosterFigures
    provinces: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`lines` by name; the last of `trend`, the oldest first, is what they are compared with; `counted_at` the oldest
    hour that a standing is of; `household_target` in percent; `period_id` the quarter that households are of, where all
    units tell the same one."""

    lines: list[OverviewLine]
    total: OverviewTotal
    campaigns: list[RunningCampaign]
    trend: list[TrendPoint]
    counted_at: datetime | None
    household_target: int
    period_id: int | None

    @property
    def compared_on(self) -> date | None:
        return self.trend[-1].day if self.trend else None


def share(part: int | None, whole: int | None) -> float | None:
    """In percent; None when either is not known or there is no whole."""
    return None if part is None or not whole else 100 * part / whole


def province_overview(province: Province, day: date) -> Overview:
    """By commune, those that exist on `day`. Nine queries at most."""
    communes = Commune.objects.filter(in_force(day), province=province).order_by("sort_key", "pk")
    where = Q(province_id=province.pk)
    trend = trend_of(where, day)
    day_before = trend[-1].day if trend else None
    kept = CommuneRecord.objects.filter(where, day=day_before).values_list("commune_id", *FIGURES) if trend else ()
    before = {code: RosterFigures(*figures) for code, *figures in kept}
    policy = ReportingPolicy.objects.filter(pk=province.pk).first()
    target = policy.household_target if policy else HOUSEHOLD_TARGET
    present = _present("commune_id", where, day)
    return _overview(list(communes), figures_by_commune(where, day), before, trend, present, target)


def nation_overview(scope: Scope, day: date) -> Overview:
    """By province, those that the scope sees as a whole. Seven queries at most."""
    units, where = list(scope.provinces()), whole_provinces(scope)
    kept = _kept(where, day)
    latest = {row.province_id: row for row in kept}  # of each it comes last
    before = {code: _figures_of(row) for code, row in latest.items()}
    present = _present("province_id", where, day)
    return _overview(units, figures_by_province(where, day), before, _by_quarter(kept), present, HOUSEHOLD_TARGET)


def whole_provinces(scope: Scope) -> Q:
    """The condition on rows of the provinces that the scope sees as a whole."""
    return Q() if scope.codes() is None else Q(province_id__in=list(scope.provinces().values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True)
class _Present:
    """What is told of today only; by the codes of the lines' units."""

    standings: dict[str, Standing] = field(default_factory=dict)
    states: dict[str, States] = field(default_factory=dict)
    campaigns: list[RunningCampaign] = field(default_factory=list)
    counted_at: datetime | None = None
    period_id: int | None = None


def _overview(
    units: Sequence[Province | Commune],
    figures: dict[str, RosterFigures],
    before: dict[str, RosterFigures],
    trend: list[TrendPoint],
    present: _Present,
    household_target: int,
) -> Overview:
    lines = [
        OverviewLine(
            figures=figures[unit.pk],
            before=before.get(unit.pk),
            standing=present.standings.get(unit.pk),
            states=present.states.get(unit.pk, {}),
            unit=unit,
        )
        for unit in units
    ]
    standings = [line.standing for line in lines if line.standing]
    total = OverviewTotal(
        figures=sum((line.figures for line in lines), RosterFigures()),
        before=trend[-1].figures if trend else None,
        standing=sum(standings, Standing()) if standings else None,
        states=_together(line.states for line in lines),
    )
    return Overview(lines, total, present.campaigns, trend, present.counted_at, household_target, present.period_id)


def _present(unit: str, where: Q, day: date) -> _Present:
    """Four queries; none for a past day."""
    if day < timezone.localdate():
        return _Present()
    rows = CommuneStanding.objects.filter(where).order_by().values_list(unit)
    told = list(rows.annotate(Min("counted_at"), Min("period"), *map(Sum, STANDING)))
    periods = {period for _, _, period, *_ in told}
    open_ones = Campaign.objects.filter(where, state=CampaignState.OPEN).order_by("commune_due_at", "pk")
    campaigns = {campaign.pk: campaign for campaign in open_ones}
    by_unit: dict[str, States] = defaultdict(dict)
    by_campaign: dict[int, States] = defaultdict(dict)
    for campaign, code, state, count in counted_states(campaigns.values(), unit, where):
        for states in (by_unit[code], by_campaign[campaign]):
            states[state] = states.get(state, 0) + count
    return _Present(
        standings={code: Standing(*row) for code, _, _, *row in told},
        states=by_unit,
        campaigns=[RunningCampaign(campaign, by_campaign[pk]) for pk, campaign in campaigns.items()],
        counted_at=min((counted_at for _, counted_at, *_ in told), default=None),
        period_id=periods.pop() if len(periods) == 1 else None,
    )


def _together(parts: Iterable[States]) -> States:
    counts: Counter[ReportState] = Counter()
    for states in parts:
        counts.update(states)
    return dict(counts)


def trend_of(where: Q, day: date) -> list[TrendPoint]:
    """The quarters kept before `day`, the oldest first, over the provinces that `where` lets through. One query."""
    return _by_quarter(_kept(where, day))


def recast_trend(where: Q, day: date) -> list[TrendPoint]:
    """The same with the coverage that the villages of `day` would have had. Four queries."""
    kept, days = _kept(where, day), defaultdict(list)
    for row in kept:
        days[row.province_id].append(row.day)
    return _by_quarter(kept, recast_coverage(days, day))


def _kept(where: Q, day: date) -> list[ProvinceRecord]:
    return list(ProvinceRecord.objects.filter(where, day__lt=day, day__gte=day - TREND).order_by("day", "pk"))


def _by_quarter(
    kept: Iterable[ProvinceRecord], added: Mapping[tuple[str, date], tuple[int, int]] = NOTHING
) -> list[TrendPoint]:
    """Provinces end their quarters on days of their own (the 14th, the last of the month): those of one calendar
    quarter stand together, of each province the latest. What is `added` is as `recast_coverage` tells it."""
    quarters: dict[tuple[int, int], dict[str, ProvinceRecord]] = defaultdict(dict)
    for row in kept:
        quarters[row.day.year, (row.day.month - 1) // 3][row.province_id] = row
    return [
        TrendPoint(
            day=max(row.day for row in rows.values()),
            figures=sum(
                (_figures_of(row, *added.get((row.province_id, row.day), (0, 0))) for row in rows.values()),
                RosterFigures(),
            ),
            provinces=len(rows),
        )
        for rows in quarters.values()
    ]


def _figures_of(row: ProvinceRecord, villages: int = 0, covered: int = 0) -> RosterFigures:
    """With so many villages and covered ones more."""
    figures = RosterFigures(*figures_in(row))
    return figures + RosterFigures(villages, covered) if villages or covered else figures
