"""One report's page: the editor for its officer, to read for others; its files."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cdt_portal.lib.periods import last_day
from reporting.access import is_own, may_read, report_or_404
from reporting.enums import SENT, ReportState
from reporting.figures import ReportFigures
from reporting.models import Report, ReportSnapshot
from reporting.queries import reports as queries
from reporting.queries.approvers import lacks_approver
from reporting.queries.campaigns import deadline
from reporting.queries.differences import changes_since
from reporting.queries.figures import frozen_figures, report_figures
from reporting.queries.readiness import findings_before_sending
from reporting.services.attachments import TYPES
from reporting.services.rendering import FORMATS, report_bytes
from reporting.services.snapshots import pdf_job
from reporting.services.states import is_open, may_be_reopened
from teams.access import Can

TYPES_OF_FILES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    current = report_or_404(request.scope, pk)
    may = {can: request.scope.allows(can, current.province_id, current.commune_id) for can in Can}
    snapshot = queries.latest_snapshot(current)
    figures = shown_figures(request, current, snapshot)
    context = head_of(request, current) | {
        "may_approve": may[Can.APPROVE] and current.state == ReportState.AWAITING_APPROVAL and is_open(current),
        "may_withdraw": may[Can.WRITE_REPORT]
        and current.state in (ReportState.SUBMITTED, ReportState.AWAITING_APPROVAL)
        and is_open(current),
        "may_reopen": may[Can.REVIEW_REPORT] and may_be_reopened(current),
        "snapshot": snapshot if current.first_submitted_at else None,
        "pdf_job": pdf_job(snapshot) if snapshot else None,
    }
    if figures is None:
        return render(request, "reporting/reports/state.html", context)
    editable = may[Can.WRITE_REPORT] and current.is_editable and is_open(current)
    own = is_own(request.scope, current)
    findings = findings_before_sending(figures) if own and current.state not in SENT else []
    words = queries.words_on(current, context["steps"])
    context |= {
        "figures": figures,
        "sections": queries.sections_of(figures, findings, [reason for word in words for reason in word.reasons]),
        "standing": queries.standing_of(figures, findings),
        "words": words,
        "files": queries.attachments_of(current) if own or current.state in SENT else [],
        "file_types": ",".join(TYPES),
        "is_draft": current.state not in SENT,
        "is_own": own,
    }
    if editable:
        context["lacks_approver"] = lacks_approver(current)
        return render(request, "reporting/reports/editor.html", context)
    context["changes"] = changes_since(snapshot) if own and current.state in SENT else []
    return render(request, "reporting/reports/read.html", context)


def shown_figures(request: HttpRequest, current: Report, snapshot: ReportSnapshot | None) -> ReportFigures | None:
    """What the user may read: its people their report as it stands, everybody what was sent; None when nothing was."""
    if not may_read(request.scope, current):
        return None
    if current.state in SENT or not is_own(request.scope, current):
        return frozen_figures(snapshot)
    return report_figures(current)


def head_of(request: HttpRequest, current: Report) -> dict:
    """What stands around every page of a report."""
    return {
        "report": current,
        "card": queries.card_of(current),
        "last_day": last_day(deadline(current)),
        "steps": queries.steps_of(current, own=is_own(request.scope, current)),
        "open": is_open(current),
    }


@require_safe
def file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The report as PDF, Word or Excel; a PDF may be looked at, the others are saved."""
    current = report_or_404(request.scope, pk)
    if format not in FORMATS:
        raise Http404
    if not is_own(request.scope, current) and current.state not in SENT:
        raise PermissionDenied("Xã đang soạn báo cáo này; xem được khi xã nộp.")
    data, name = report_bytes(current, format)
    return as_file(data, name, TYPES_OF_FILES[format], inline=format == "pdf" and "xem" in request.GET)


def as_file(data: bytes, name: str, content_type: str, *, inline: bool = False) -> HttpResponse:
    return FileResponse(BytesIO(data), as_attachment=not inline, filename=name, content_type=content_type)
