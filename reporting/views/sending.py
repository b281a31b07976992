"""Sending a report: what will be sent is shown first; the leader's way back, the officer's way back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reporting.access import report_or_404
from reporting.enums import ReportAction, ReportState
from reporting.models import Report
from reporting.queries import reports as queries
from reporting.queries.approvers import lacks_approver
from reporting.queries.figures import report_figures
from reporting.queries.readiness import findings_before_sending
from reporting.queries.team_figures import cut_off
from reporting.services import reports as services
from reporting.services.states import check
from reporting.views.reports import head_of
from teams.access import Can


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer sends to the department, or first to the leader; the leader sends on what awaits approval. Before the
    day that the campaign asks figures of is over, whoever sends says that it is meant."""
    current = report_or_404(request.scope, pk)
    asks = current.campaign.leader_approves and current.state != ReportState.AWAITING_APPROVAL
    action = ReportAction.ASK_APPROVAL if asks else ReportAction.SUBMIT
    try:
        check(report=current, action=action, by=request.user)
        is_early = cut_off(current.campaign) < current.campaign.ends_on
        if request.method == "POST" and is_early and "early" not in request.POST:
            messages.error(request, "Chưa nộp. Hãy đánh dấu vào ô đồng ý nộp trước ngày chốt số liệu rồi bấm lại.")
        elif request.method == "POST":
            return sent(request, current, action)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:report", pk)
    figures = report_figures(current, roster=True)
    context = head_of(request, current) | {
        "figures": figures,
        "standing": queries.standing_of(figures, findings_before_sending(figures)),
        "files": queries.attachments_of(current),
        "asks_approval": asks,
        "is_early": is_early,
        "lacks_approver": asks and lacks_approver(current),
        "labels": {line.indicator.code: line.indicator.label for line in figures.lines()},
    }
    return render(request, "reporting/reports/submit.html", context)


def sent(request: HttpRequest, current: Report, action: ReportAction) -> HttpResponse:
    if action == ReportAction.ASK_APPROVAL:
        services.ask_approval(report=current, by=request.user)
        messages.success(request, "Đã trình lãnh đạo xã. Báo cáo được nộp khi lãnh đạo duyệt.")
    else:
        done = services.submit(report=current, by=request.user)
        messages.success(request, f"Đã nộp báo cáo. Mã biên nhận {done.receipt}.")
    return redirect("reporting:report", current.pk)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return step(request, pk, Can.APPROVE, "Đã chuyển lại cho cán bộ.", lambda current: services.send_back(
        report=current, by=request.user, note=request.POST.get("note", "")
    ))  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return step(request, pk, Can.WRITE_REPORT, "Đã rút lại. Sửa xong hãy nộp lại.", lambda current: services.withdraw(
        report=current, by=request.user
    ))  # fmt: skip


def step(request: HttpRequest, pk: int, capability: Can, done: str, act: Callable[[Report], Report]) -> HttpResponse:
    """One step; one that is no longer possible says why and shows the page as it is now."""
    current = report_or_404(request.scope, pk, capability)
    try:
        act(current)
        messages.success(request, done)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("reporting:report", pk)
