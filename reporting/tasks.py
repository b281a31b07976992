"""What reports do outside requests."""

from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from celery import shared_task
from django.core.files import File
from django.urls import reverse
from django.utils import timezone

from cdt_portal.jobs.registry import Result, Work, job
from reporting.enums import ProvinceFormat
from reporting.models import Bundle, Campaign, ProvinceReport
from reporting.services import bundles, consolidation, overview_files, periods, reports, standings
from reporting.services.province_rendering import keep_file, province_bytes
from reporting.services.rendering import store_pdf
from teams.access import scope_for
from teams.models import Province


@shared_task
def open_due_periods() -> int:
    return len(periods.open_due_periods())


@shared_task
def lock_lapsed_reports() -> int:
    return reports.lock_lapsed()


@shared_task
def consolidate_open_campaigns() -> int:
    return consolidation.consolidate_open()


@shared_task
def renew_standings() -> int:
    return standings.renew_standings()


@shared_task
def keep_ended_quarters() -> int:
    return standings.keep_ended_quarters()


@job("report.consolidate")
def consolidate(work: Work) -> Result:
    campaign = Campaign.objects.select_related("province", "form_version").get(pk=work.args["campaign"])
    changed = consolidation.consolidate(campaign=campaign)
    said = "Đã tổng hợp." if changed else "Không có gì thay đổi từ lần tổng hợp trước."
    return Result(message=said, url=reverse("reporting:province_report", args=[campaign.pk]))


@job("report.province")
def render_province(work: Work) -> Result:
    data, name = province_bytes(_province_report(work), work.args["format"])
    return Result(message="Đã tạo báo cáo tổng hợp.", file=File(BytesIO(data)), filename=name)


@job("report.province_kept")
def keep_province(work: Work) -> Result:
    report = _province_report(work)
    for number, format in enumerate(ProvinceFormat):
        work.progress(number, len(ProvinceFormat), f"Đang tạo tệp {format.label}")
        keep_file(report, format)
    page = reverse("reporting:province_report", args=[report.campaign_id])
    return Result(message="Đã tạo các tệp báo cáo tổng hợp đã chốt.", url=page)


def _province_report(work: Work) -> ProvinceReport:
    rows = ProvinceReport.objects.select_related("campaign__province", "campaign__letter", "campaign__period")
    return rows.select_related("campaign__form_version").get(pk=work.args["report"])


@job("overview.paper")
def draw_overview(work: Work) -> Result:
    scope, day = scope_for(work.user), date.fromisoformat(work.args["day"])
    code = work.args["province"]
    province = Province.objects.get(pk=code) if code else None
    data = overview_files.draw_overview(province, day, scope=scope, is_today=day == timezone.localdate())
    name = f"{overview_files.overview_name(province, day)}.pdf"
    return Result(message="Đã tạo tổng quan.", file=File(BytesIO(data)), filename=name)


@job("report.bundle")
def make_bundle(work: Work) -> Result:
    bundle = Bundle.objects.select_related("campaign").get(pk=work.args["bundle"])
    with NamedTemporaryFile(delete=False) as file:
        bundles.write_bundle(bundle, Path(file.name), work.progress)
    name = bundles.bundle_filename(bundle)
    return Result(message=f"Đã gộp {len(bundle.snapshots)} báo cáo.", file=Path(file.name), filename=name)


@job("report.pdf")
def render_report(work: Work) -> Result:
    snapshot = store_pdf(work.args["snapshot"])
    bundles.pdf_made(snapshot)
    return Result(message=f"Đã tạo bản PDF của lần nộp {snapshot.number}.")
