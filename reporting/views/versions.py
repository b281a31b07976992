"""What was sent, version by version, and what changed between two of them."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.access import may_read, report_or_404
from reporting.figures import ReportFigures
from reporting.models import Report, ReportSnapshot
from reporting.queries.differences import compare, compare_files, compare_rosters, renamed_teams, roster_words
from reporting.queries.figures import frozen_figures
from reporting.services.snapshots import pdf_job
from reporting.views.reports import head_of


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The list; with ?cu=1&moi=2 what changed from one to the other, the last two by default."""
    current = readable_or_403(request, pk)
    snapshots = list(current.snapshots.select_related("made_by").order_by("-number"))
    by_number = {str(snapshot.number): snapshot for snapshot in snapshots}
    new = by_number.get(request.GET.get("moi", ""), snapshots[0] if snapshots else None)
    old = by_number.get(request.GET.get("cu", ""), snapshots[1] if len(snapshots) > 1 else None)
    context = head_of(request, current) | {"snapshots": snapshots, "old": old, "new": new}
    context["pdf_job"] = pdf_job(snapshots[0]) if snapshots else None
    if old and new:
        context |= differences(frozen_figures(old), frozen_figures(new))
    return render(request, "reporting/reports/versions.html", context)


def differences(old: ReportFigures, new: ReportFigures) -> dict:
    members = compare_rosters(old.roster, new.roster)
    return {
        "changes": compare(old, new),
        "files": compare_files(old, new),
        "members": members,
        "renamed": renamed_teams(old.roster, new.roster),
        "members_in_words": roster_words(members),
    }


@require_safe
def pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The PDF of one version, whose sum the receipt names."""
    current = readable_or_403(request, pk)
    snapshot = ReportSnapshot.objects.filter(report=current, number=number).exclude(pdf_sha256="").first()
    if snapshot is None:
        raise Http404("Bản PDF này chưa tạo xong.")
    name = f"Báo cáo {current.campaign.slug} – {current.commune.name} – lần {number}.pdf"
    return FileResponse(snapshot.pdf.open(), as_attachment=True, filename=name, content_type="application/pdf")


def readable_or_403(request: HttpRequest, pk: int) -> Report:
    current = report_or_404(request.scope, pk)
    if not may_read(request.scope, current):
        raise PermissionDenied("Xã đang soạn báo cáo này; xem được khi xã nộp.")
    return current
