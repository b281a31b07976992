"""Reports that communes owe, figures of their teams, and what campaigns ask of the department, as tasks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.periods import spell_deadline
from reporting.access import campaigns_of
from reporting.enums import CampaignState, ReportState
from reporting.queries.campaigns import deadline
from reporting.queries.reports import CampaignLine, ReportCard, campaign_lines, owed
from reporting.queries.team_periods import OpenPeriod, open_periods
from teams.access import Can, Scope
from teams.models import Commune
from teams.services.tasks import Task, task_source, wider_task_source


@task_source
def report_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    codes = {each.pk for each in communes if _writes(scope, each) or _approves(scope, each)}
    for card in owed(scope) if codes else []:
        if card.report.commune_id in codes:
            yield _report_task(scope, card, card.report.commune.name if len(communes) > 1 else "")


def _writes(scope: Scope, commune: Commune) -> bool:
    return scope.allows(Can.WRITE_REPORT, commune.province_id, commune.pk)


def _approves(scope: Scope, commune: Commune) -> bool:
    return scope.allows(Can.APPROVE, commune.province_id, commune.pk)


def _report_task(scope: Scope, card: ReportCard, place: str) -> Task:
    report, until = card.report, card.report.reopened_until
    waits = report.state == ReportState.AWAITING_APPROVAL
    if waits and _approves(scope, report.commune):
        label, acts = "Xem và duyệt", True
    elif _writes(scope, report.commune):
        label, acts = card.next, not waits
    else:
        label, acts = "Xem", False
    return Task(
        report.campaign.title,
        label,
        reverse("reporting:report", args=[report.pk]),
        due_at=until or deadline(report),
        when=f"mở lại đến {spell_deadline(until)}" if until else f"hạn {card.due}",
        state=report.get_state_display(),
        is_late=card.is_late and not until,
        place=place,
        acts=acts,
    )


@task_source
def figures_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    """Figures that teams owe, and those that leaders sent and nobody has taken yet."""
    codes = {each.pk for each in communes if _writes(scope, each)}
    for line in open_periods(scope) if codes else []:
        if line.commune.pk in codes:
            yield from _figures_tasks(line, line.commune.name if len(communes) > 1 else "")


def _figures_tasks(line: OpenPeriod, place: str) -> Iterator[Task]:
    url = reverse("reporting:team_figures", args=[line.commune.pk, line.period.pk])
    due_at = line.period.commune_due_at
    beside = {"due_at": due_at, "when": f"hạn {spell_deadline(due_at)}", "is_late": timezone.now() >= due_at}
    if line.waiting:
        text = f"{line.waiting} tổ trưởng đã gửi số liệu {line.period.name}"
        yield Task(text, "Xem và nhận", url, state="Chờ xã nhận", place=place, **beside)
    if line.reported < line.asked:
        state = f"Đã có {line.reported}/{line.asked} tổ"
        yield Task(f"Số liệu của tổ, {line.period.name}", "Nhập số liệu", url, state=state, place=place, **beside)


@wider_task_source
def campaign_tasks(scope: Scope) -> Iterator[Task]:
    """By campaign: to be opened, who owes, what waits for review, what is left to be put together. Three queries."""
    unlocked = campaigns_of(scope).filter(province__in=scope.provinces()).exclude(state=CampaignState.LOCKED)
    for line in campaign_lines(unlocked.select_related("province").order_by("commune_due_at", "pk")):
        yield from _campaign_tasks(scope, line, timezone.now())


def _campaign_tasks(scope: Scope, line: CampaignLine, now: datetime) -> Iterator[Task]:
    campaign = line.campaign
    runs = scope.allows(Can.RUN_CAMPAIGNS, campaign.province_id)
    reviews = scope.allows(Can.REVIEW_REPORT, campaign.province_id)
    url, place = reverse("reporting:campaign", args=[campaign.pk]), campaign.province.name
    if campaign.state == CampaignState.DRAFT:
        if runs:
            until = _until(campaign.commune_due_at)
            yield Task(campaign.title, "Xem và mở", url, state="Chưa mở", place=place, **until)
        return
    owes = line.asked - line.submitted + line.returned
    if owes:
        yield Task(
            campaign.title,
            "Xem và đôn đốc" if runs else "Xem",
            f"{url}#chua-nop",
            state=f"Còn {owes}/{line.asked} xã chưa nộp",
            is_late=now >= campaign.commune_due_at,
            place=place,
            acts=runs and now >= campaign.commune_due_at,
            **_until(campaign.commune_due_at),
        )
    if line.waiting:
        yield Task(
            f"{campaign.title}: {line.waiting} báo cáo chờ thẩm định",
            "Thẩm định" if reviews else "Xem",
            f"{reverse('reporting:review_desk')}?tinh={campaign.province_id}&dot={campaign.pk}" if reviews else url,
            is_late=now >= campaign.department_due_at,
            place=place,
            acts=reviews,
            **_until(campaign.department_due_at),
        )
    elif runs and not owes:
        yield Task(
            campaign.title,
            "Tổng hợp và chốt",
            reverse("reporting:province_report", args=[campaign.pk]),
            state="Đủ báo cáo đã duyệt",
            is_late=now >= campaign.department_due_at,
            place=place,
            **_until(campaign.department_due_at),
        )


def _until(due_at: datetime) -> dict:
    return {"due_at": due_at, "when": f"hạn {spell_deadline(due_at)}"}
