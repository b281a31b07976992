"""Which periods have team figures to enter, and how far each commune is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from reporting.access import periods_of
from reporting.enums import SubmissionState
from reporting.models import ReportPeriod, TeamFigures, TeamSubmission
from reporting.queries.team_figures import cut_off
from teams.access import Can, Scope
from teams.enums import TeamKind
from teams.models import Commune, Team


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """One commune in one period: `reported` of `asked` teams gave figures, `waiting` submissions wait for a word."""

    period: ReportPeriod
    commune: Commune
    asked: int
    reported: int
    waiting: int


def open_periods(scope: Scope) -> list[OpenPeriod]:
    """What the officers of communes have to enter now, the nearest deadline first: periods that the department has
    not closed its books on. The number of queries does not grow with periods or communes."""
    communes = list(scope.communes(Can.WRITE_REPORT))
    periods = periods_of(scope).filter(
        province__in={commune.province_id for commune in communes},
        team_form__isnull=False,
        department_due_at__gt=timezone.now(),
    )
    return progress(periods.order_by("commune_due_at", "pk"), communes)


@dataclass(frozen=True, slots=True)
class ProvincePeriod:
    """One period over a province's communes."""

    period: ReportPeriod
    communes: list[OpenPeriod]

    @property
    def asked(self) -> int:
        return sum(each.asked for each in self.communes)

    @property
    def reported(self) -> int:
        return sum(each.reported for each in self.communes)

    @property
    def silent(self) -> int:
        """Communes of which no team gave a figure."""
        return sum(not each.reported for each in self.communes)


def province_periods(scope: Scope, period: int | None = None) -> list[ProvincePeriod]:
    """The open periods of provinces that the user sees as a whole, or the one with that id, open or not."""
    found = ReportPeriod.objects.filter(province__in=scope.provinces(), team_form__isnull=False)
    found = found.filter(pk=period) if period else found.filter(department_due_at__gt=timezone.now())
    periods = list(found.select_related("province", "team_form").order_by("commune_due_at", "pk"))
    provinces = {each.province_id for each in periods}
    communes = scope.communes().filter(province__in=provinces, ended_on=None).order_by("sort_key", "pk")
    by_period: dict[int, list[OpenPeriod]] = {each.pk: [] for each in periods}
    for line in progress(periods, communes):
        by_period[line.period.pk].append(line)
    return [ProvincePeriod(each, by_period[each.pk]) for each in periods]


def progress(periods: Iterable[ReportPeriod], communes: Iterable[Commune]) -> list[OpenPeriod]:
    """Each period with each commune of its province."""
    periods, communes = list(periods), list(communes)
    teams = list(
        Team.objects.filter(commune__in=communes, kind=TeamKind.VILLAGE_TEAM)
        .order_by()
        .values_list("pk", "commune_id", "founded_on", "dissolved_on")
    )
    reported = set(
        TeamFigures.objects.filter(period__in=periods, commune__in=communes)
        .exclude(values={})
        .values_list("period_id", "team_id")
    )
    waiting = _waiting(periods, communes)
    found = []
    for period in periods:
        day = cut_off(period)
        asked = [(pk, code) for pk, code, start, end in teams if (not start or start <= day) and (not end or end > day)]
        in_commune = Counter(code for _, code in asked)
        given = Counter(code for pk, code in asked if (period.pk, pk) in reported)
        found += [
            OpenPeriod(period, each, in_commune[each.pk], given[each.pk], waiting[period.pk, each.pk])
            for each in communes
            if each.province_id == period.province_id
        ]
    return found


def _waiting(periods: list[ReportPeriod], communes: list[Commune]) -> Counter:
    rows = TeamSubmission.objects.filter(period__in=periods, commune__in=communes, state=SubmissionState.WAITING)
    counts = rows.order_by().values_list("period_id", "commune_id").annotate(count=Count("pk"))
    return Counter({(period, commune): count for period, commune, count in counts})
