"""The province's report: added up as often as wanted, worded by the department, locked once."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib import richtext
from reporting.answers import MAX_TEXT
from reporting.definition import parse
from reporting.enums import CampaignState, ProvinceReportState
from reporting.figures import to_json
from reporting.models import Campaign, ProvinceReport
from reporting.queries.consolidation import (
    asked_communes,
    differences,
    figures_of,
    kept_rows,
    province_figures,
    province_paper,
    sources_of,
)
from reporting.services.province_rendering import ask_kept_files
from reporting.services.snapshots import checksum
from teams.services.actions import action
from teams.services.concurrency import Conflict

LOCKED = "Báo cáo tổng hợp đã chốt, không thay đổi được nữa."


def ask_consolidation(*, campaign: Campaign, by: User) -> Job:
    """Those who ask while it runs share the run."""
    return enqueue(
        kind="report.consolidate",
        title=f"Tổng hợp: {campaign.title}",
        args={"campaign": campaign.pk},
        by=by,
        province=campaign.province_id,
        key=f"report.consolidate:{campaign.pk}",
    )


@transaction.atomic
def consolidate(*, campaign: Campaign) -> bool:
    """Add the campaign up; whether anything was written, which is only when what counts has changed and the report is
    not locked. Rows whose snapshot stayed are taken from the last time."""
    report = held(campaign)
    if report.state == ProvinceReportState.LOCKED:
        return False
    communes = asked_communes(campaign)
    sources, content = sources_of(communes), to_json(province_figures(campaign, communes, kept_rows(report)))
    if (report.sources, report.content) == (sources, content):
        return False
    report.sources, report.content, report.sha256 = sources, content, checksum(content, [])
    report.consolidated_at = timezone.now()
    report.save(update_fields=["content", "sources", "sha256", "consolidated_at"])
    return True


def held(campaign: Campaign) -> ProvinceReport:
    """The campaign's one, made at need; it stays so until the caller's transaction ends."""
    ProvinceReport.objects.bulk_create(
        [ProvinceReport(campaign=campaign, province_id=campaign.province_id)], ignore_conflicts=True
    )
    return ProvinceReport.objects.select_for_update().get(campaign=campaign)


def consolidate_open() -> int:
    """Add up every campaign that receives reports; returns how many changed. A locked report stays as it is."""
    campaigns = Campaign.objects.filter(state=CampaignState.OPEN).select_related("province", "form_version")
    return sum(consolidate(campaign=campaign) for campaign in campaigns)


@action
def save_words(*, campaign: Campaign, section: str, html: str, seen: str, by: User) -> ProvinceReport:
    """The department's own words for a section, as limited HTML. `seen` is what stood there when the typist began.
    Raises ValidationError by "html", Conflict."""
    report = held(campaign)
    if report.state == ProvinceReportState.LOCKED:
        raise ValidationError({"html": LOCKED})
    if section not in {each.code for each in parse(campaign.form_version.definition).sections}:
        raise ValidationError({"html": "Mẫu báo cáo không có phần này."})
    words = richtext.canonical(html)
    if len(words) > MAX_TEXT:
        raise ValidationError({"html": "Nội dung quá dài."})
    words = words if richtext.plain(words).strip() else ""
    stored = report.texts.get(section, "")
    if stored == words:
        return report
    if stored != richtext.canonical(seen):
        raise Conflict(report)
    report.texts = {**report.texts, section: words} if words else _without(report.texts, section)
    report.version += 1
    report.save(update_fields=["texts", "version"])
    return report


def _without(texts: dict[str, str], section: str) -> dict[str, str]:
    return {code: words for code, words in texts.items() if code != section}


@action
def lock_province(*, campaign: Campaign, version: int, sha256: str, by: User) -> ProvinceReport:
    """Freeze what was seen: `version` of the words, `sha256` of the figures; with them the head of the paper, its
    letter and who signs, as they are now; its files are asked for. What communes change from here on is told beside it
    and changes nothing. Raises ValidationError, Conflict."""
    report = held(campaign)
    if report.state == ProvinceReportState.LOCKED:
        raise ValidationError(LOCKED)
    if not report.content:
        raise ValidationError("Chưa có số liệu tổng hợp. Hãy tổng hợp trước khi chốt.")
    if report.version != version or report.sha256 != sha256:
        raise Conflict(report)
    figures = figures_of(report)
    content = to_json(replace(figures, paper=province_paper(campaign, figures)))
    fields = {"state": ProvinceReportState.LOCKED, "locked_at": timezone.now(), "locked_by": by}
    fields |= {"content": content, "sha256": checksum(content, []), "version": F("version") + 1}
    ProvinceReport.objects.filter(pk=report.pk).update(**fields)
    report.refresh_from_db()
    ask_kept_files(report=report, by=by)
    return report


def locking(report: ProvinceReport) -> list[str]:
    """What locking means as things stand."""
    figures = figures_of(report)
    missing, finishing = len(figures.missing), len(figures.finishing)
    waiting = differences(report.sources, asked_communes(report.campaign))
    lines = [f"Chốt số liệu của {figures.counted}/{len(figures.rows)} xã, phường, đặc khu."]
    if missing:
        lines.append(f"{missing} đơn vị chưa nộp được ghi là chưa có báo cáo.")
    if finishing:
        lines.append(f"{finishing} đơn vị đã nộp, đang hoàn thiện báo cáo, chưa được tính.")
    if waiting:
        lines.append(f"Chưa gồm {len(waiting)} thay đổi từ lần tổng hợp cuối: {' '.join(waiting)} Nên tổng hợp lại.")
    return [*lines, "Sau khi chốt, lời của Sở và số liệu giữ nguyên, dù báo cáo của xã được mở lại."]
