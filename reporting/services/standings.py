"""What the overview needs and no counter keeps: leaders trained and households guided, by the hour; and the register's
records at the end of each quarter."""

from collections import defaultdict

from django.db.models import Count
from django.utils import timezone

from reporting.answers import is_empty
from reporting.definition import parse
from reporting.enums import PeriodKind
from reporting.models import CommuneStanding, ReportPeriod, TeamFigures
from reporting.queries.team_figures import HOUSEHOLDS, asked_teams
from teams.models import Province, ProvinceRecord
from teams.services.counters import record_day
from training.queries.trained import leaders_trained

TOLD = ["province", "counted_at", "leaders", "leaders_trained", "period", "asked", "reported", "households", "guided"]


def renew_standings() -> int:
    """Those of every commune; how many."""
    return sum(renew(province) for province in Province.objects.all())


def renew(province: Province) -> int:
    codes = list(province.communes.values_list("pk", flat=True))
    leaders = leaders_trained(codes, timezone.localdate())
    is_known = any(trained for trained, _ in leaders.values())  # whether the province keeps its training here at all
    period = told_period(province)
    asked, guided = _guided(period) if period else ({}, {})
    now = timezone.now()
    rows = [
        CommuneStanding(
            commune_id=code,
            province=province,
            counted_at=now,
            leaders=leaders[code][1] if is_known else 0,
            leaders_trained=leaders[code][0] if is_known else None,
            period=period,
            asked=asked.get(code, 0),
            reported=len(guided[code]) if code in guided else 0,
            households=sum(of for _, of in guided[code]) if code in guided else None,
            guided=sum(done for done, _ in guided[code]) if code in guided else None,
        )
        for code in codes
    ]
    CommuneStanding.objects.bulk_create(rows, update_conflicts=True, unique_fields=["commune"], update_fields=TOLD)
    return len(rows)


def told_period(province: Province) -> ReportPeriod | None:
    """The quarter whose team figures are told: the latest that is over, else the first."""
    asked = ReportPeriod.objects.filter(
        province=province, kind=PeriodKind.QUARTER, team_form__isnull=False, starts_on__lte=timezone.localdate()
    ).select_related("team_form")
    over = asked.filter(ends_on__lt=timezone.localdate())
    return over.order_by("-ends_on", "-pk").first() or asked.order_by("ends_on", "pk").first()


def _guided(period: ReportPeriod) -> tuple[dict[str, int], dict[str, list[tuple]]]:
    """By commune: how many teams were asked, and (guided, households) of each that gave both: a share of part of them
    is one of the same households."""
    teams = asked_teams(period).order_by()
    asked = dict(teams.values_list("commune_id").annotate(Count("pk")))
    rates = [each for each in parse(period.team_form.definition).indicators() if each.rate_over == HOUSEHOLDS]
    found: dict[str, list[tuple]] = defaultdict(list)
    if rates:
        rows = TeamFigures.objects.filter(period=period, team__in=teams).order_by().values_list("commune_id", "values")
        for code, values in rows:
            pair = values.get(rates[0].rate_of), values.get(HOUSEHOLDS)
            if not any(map(is_empty, pair)):
                found[code].append(pair)
    return asked, dict(found)


def keep_ended_quarters() -> int:
    """Keep the register of each quarter that is over and was not kept; how many. The first time that is every quarter
    the province has had, from the lifetimes of its rows."""
    kept = set(ProvinceRecord.objects.values_list("province", "day"))
    over = ReportPeriod.objects.filter(kind=PeriodKind.QUARTER, ends_on__lt=timezone.localdate())
    ended = over.order_by("province_id", "ends_on").distinct("province_id", "ends_on").select_related("province")
    return sum(
        record_day(province=period.province, day=period.ends_on)
        for period in ended
        if (period.province_id, period.ends_on) not in kept
    )
