"""What reports say about the data: a rule beside those of the register, see `teams.queries.quality`."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse

from reporting.enums import SENT
from reporting.models import Report, ReportSnapshot
from teams.models import DataFinding
from teams.queries.quality.picture import Picture
from teams.queries.quality.registry import Base, Fault, fault, rule


def at_report(found: DataFinding) -> str:
    return reverse("reporting:report", args=[int(found.detail)])


@rule(
    title="Số liệu báo cáo thay đổi lớn so với kỳ trước",
    weight=1,
    base=Base.REPORT,
    advice="So lại với số của các tổ. Số liệu đúng thì chấp nhận, nêu lý do.",
    label="Xem báo cáo",
    mend=at_report,
)
def figures_jump(picture: Picture) -> Iterator[Fault]:
    """In the latest report that each commune has sent. Two queries."""
    sent = Report.objects.filter(commune__in=picture.communes, state__in=SENT).select_related("campaign")
    latest = sent.order_by("commune_id", F("campaign__ends_on").desc(nulls_last=True), "-pk").distinct("commune_id")
    reports = {report.pk: report for report in latest}
    counting = ReportSnapshot.objects.filter(report__in=reports).order_by("report_id", "-number").distinct("report_id")
    for snapshot in counting.only("report", "number", "jumps", "province", "commune"):
        if snapshot.jumps:
            title = reports[snapshot.report_id].campaign.title
            text = f"{title}: {snapshot.jumps} số liệu thay đổi lớn so với kỳ trước."
            basis = f"{snapshot.number}/{snapshot.jumps}"
            yield fault(snapshot, text[:400], detail=str(snapshot.report_id), basis=basis)
