"""Reports that speak of villages: those submitted keep their names, those to come count the villages of their day."""

from collections.abc import Iterator
from datetime import date

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from cdt_portal.lib.dates import format_date
from reporting.enums import CampaignState
from reporting.models import Report, ReportSnapshot
from teams.services.unit_mentions import Mention, mention_source


@mention_source
def report_mentions(communes: list[str], day: date) -> Iterator[Mention]:
    """Reports of open campaigns, and submitted ones whose figures are of that day or later, the latest first."""
    latest = ReportSnapshot.objects.filter(report=OuterRef("pk")).order_by("-number")
    rows = (
        Report.objects.filter(commune__in=communes)
        .annotate(frozen_at=Subquery(latest.values("made_at")[:1]), counted_to=Subquery(latest.values("as_of")[:1]))
        .select_related("campaign", "commune")
        .order_by("-campaign__ends_on", "commune__sort_key", "pk")
    )
    for report in rows:
        is_open = report.campaign.state == CampaignState.OPEN
        counted_to = report.counted_to or report.campaign.ends_on
        if is_open or (report.frozen_at and counted_to >= day):
            yield Mention(
                title=f"{report.campaign.title} – {report.commune.name}",
                says=_words(report, counted_to, day),
                url=reverse("reporting:report", args=[report.pk]),
                counted_to=counted_to,
                frozen_at=report.frozen_at,
            )


def _words(report: Report, counted_to: date, day: date) -> str:
    cutoff = format_date(counted_to)
    if report.frozen_at:
        return f"đã nộp, số liệu đến hết {cutoff}: giữ nguyên tên và số liệu như khi nộp"
    units = "các đơn vị mới" if counted_to >= day else "các đơn vị cũ"
    return f"chưa nộp, chốt số liệu hết {cutoff}: tính theo {units}"
