"""All communes' PDFs in one file: asked for, watched while it grows, fetched."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.jobs.enums import JobState
from reporting.access import campaign_or_404
from reporting.enums import BundleKind
from reporting.models import Bundle, Campaign
from reporting.services.bundles import ask_bundle, bundle_filename, progress_of
from reporting.views.province import province_crumbs


@require_POST
def bundle_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The posted `kind` of what counts now; also the way to try again what failed."""
    campaign = campaign_or_404(request.scope, pk)
    kind = request.POST.get("kind", "")
    if kind not in BundleKind:
        raise Http404
    try:
        asked = ask_bundle(campaign=campaign, kind=kind, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:province_report", pk)
    return redirect("reporting:bundle", pk, asked.pk)


@require_safe
def bundle(request: HttpRequest, pk: int, bundle_id: int) -> HttpResponse:
    """How far it is; with `poll` only the part that asks for itself again until it is done."""
    campaign, found = find(request, pk, bundle_id)
    progress, job = progress_of(found), found.job
    is_made = bool(job and job.state == JobState.DONE and job.file)
    context = {
        "campaign": campaign,
        "bundle": found,
        "job": job,
        "progress": progress,
        "filename": bundle_filename(found),
        "is_made": is_made,
        "failed": job is not None and not job.is_unfinished and not is_made,
        "waits": (job.is_unfinished if job else not progress.is_stuck),
        "crumbs": province_crumbs(campaign),
    }
    return render(request, f"reporting/bundles/{'_progress' if 'poll' in request.GET else 'detail'}.html", context)


@require_safe
def bundle_file(request: HttpRequest, pk: int, bundle_id: int) -> FileResponse:
    _, found = find(request, pk, bundle_id)
    if not found.job or not found.job.file:
        raise Http404("Tệp chưa xong, hoặc đã quá 30 ngày. Hãy yêu cầu lại ở trang tổng hợp.")
    return FileResponse(found.job.file.open("rb"), as_attachment=True, filename=bundle_filename(found))


def find(request: HttpRequest, pk: int, bundle_id: int) -> tuple[Campaign, Bundle]:
    campaign = campaign_or_404(request.scope, pk)
    found = get_object_or_404(Bundle.objects.select_related("job"), campaign=campaign, pk=bundle_id)
    found.campaign = campaign
    return campaign, found
