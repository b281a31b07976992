"""The four rates of campaigns: of the communes asked, how many sent, in time, were accepted, and at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from cdt_portal.lib.numbers import format_rate
from reporting.enums import SETTLED, ReportState
from reporting.figures import Rates
from reporting.models import Campaign, Report
from teams.models import Commune
from teams.models.base import holds, in_force

EXISTED = in_force(F("campaign__ends_on"), "commune__valid_from", "commune__ended_on")
ACCEPTED = Q(state__in=SETTLED)
COUNTS = {
    "asked": Count("pk"),
    "submitted": Count("pk", filter=Q(first_submitted_at__isnull=False)),
    "on_time": Count("pk", filter=Q(on_time=True)),
    "accepted": Count("pk", filter=ACCEPTED),
    "accepted_first": Count("pk", filter=ACCEPTED & Q(returns=0)),
}


def counted_reports(campaigns: Iterable[Campaign]) -> QuerySet[Report]:
    """The reports of communes that the campaigns ask and that exist on the cut-off: a commune of which it became known
    after the opening that it had ended before is owed nothing."""
    return Report.objects.filter(EXISTED, campaign__in=campaigns)


def counted_states(campaigns: Iterable[Campaign], unit: str, where: Q) -> list[tuple[int, str, ReportState, int]]:
    """(campaign's id, `unit` ("commune_id" or "province_id"), state, how many) of `counted_reports`; `where` lets their
    communes through. Two queries: joined with communes the nation's reports take twice as long, and few of them end.
    A campaign is of one province: its reports need no grouping by that."""
    campaigns = list(campaigns)
    if not campaigns:
        return []
    days = [campaign.ends_on for campaign in campaigns]
    changed = list(Commune.objects.filter(where, Q(valid_from__gt=min(days)) | Q(ended_on__lte=max(days))))
    reports = Report.objects.filter(campaign__in=campaigns).order_by()
    for campaign in campaigns:
        day = campaign.ends_on
        absent = [each.pk for each in changed if not holds(day, each.valid_from, each.ended_on)]
        if absent:
            reports = reports.exclude(campaign=campaign, commune__in=absent)
    if unit == "province_id":
        province = {campaign.pk: campaign.province_id for campaign in campaigns}
        counted = reports.values_list("campaign_id", "state").annotate(Count("pk"))
        return [(pk, province[pk], ReportState(state), count) for pk, state, count in counted]
    counted = reports.values_list("campaign_id", unit, "state").annotate(Count("pk"))
    return [(pk, code, ReportState(state), count) for pk, code, state, count in counted]


def rates_of(campaigns: Iterable[Campaign]) -> dict[int, Rates]:
    """By the campaign's id; one query for all of them.

    A report that was returned, or reopened, has been submitted, in time or late as it was first; it counts as accepted
    again when it is. What was taken back before the department began with it was never submitted.
    """
    campaigns = list(campaigns)
    counted = counted_reports(campaigns).order_by().values("campaign_id").annotate(**COUNTS)
    found = {row.pop("campaign_id"): Rates(**row) for row in counted}
    return {campaign.pk: found.get(campaign.pk, Rates(0, 0, 0, 0, 0)) for campaign in campaigns}


@dataclass(frozen=True, slots=True)
class RateLine:
    """One rate as it is shown; `percent` is "" when nobody was asked."""

    label: str
    count: int
    percent: str


LABELS = {
    "submitted": "Đã nộp",
    "on_time": "Nộp đúng hạn",
    "accepted": "Đã duyệt",
    "accepted_first": "Duyệt ngay lần nộp đầu",
}


def rate_lines(rates: Rates) -> list[RateLine]:
    return [
        RateLine(label, getattr(rates, name), _percent(rates, getattr(rates, name))) for name, label in LABELS.items()
    ]


def _percent(rates: Rates, count: int) -> str:
    """To one decimal."""
    share = rates.percent(count)
    return "" if share is None else format_rate(share, 1)
