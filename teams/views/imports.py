"""Uploading a workbook, looking at what it would change, confirming, undoing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cdt_portal.jobs.enums import UNFINISHED
from teams.access import Can, Scope, get_or_404, requires
from teams.enums import ImportState
from teams.forms.imports import UploadForm, choices_from
from teams.models import RosterImport
from teams.queries import imports as queries
from teams.services.imports import lifecycle

IMPORTS_PER_PAGE = 20
WAITING = {ImportState.UPLOADED, ImportState.APPLYING}


def import_or_404(scope: Scope, pk, capability: Can = Can.IMPORT_ROSTER) -> RosterImport:
    """An import of the user's units: of a whole province only for those who import for all of it."""
    return get_or_404(scope, RosterImport.objects.select_related("commune", "province", "owner"), capability, pk=pk)


@requires(Can.IMPORT_ROSTER)
def imports(request: HttpRequest) -> HttpResponse:
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        scope=request.scope,
        initial_commune=request.GET.get("xa", request.scope.home_commune),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("teams:import", start(request, form).pk)
        except ValidationError as error:
            form.add_error("file", error)
    earlier = request.scope.narrow(RosterImport.objects.select_related("commune", "province", "owner"))
    page = Paginator(earlier, IMPORTS_PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "teams/imports/list.html", {"form": form, "page": page})


@transaction.atomic
def start(request: HttpRequest, form: UploadForm) -> RosterImport:
    """Keep the file and ask for its rehearsal, both or neither."""
    province, commune = form.units()
    file, filename = form.upload()
    current = lifecycle.upload(file=file, filename=filename, by=request.user, province=province, commune=commune)
    lifecycle.ask_rehearsal(roster_import=current, by=request.user)
    return current


@require_GET
def roster_import(request: HttpRequest, pk) -> HttpResponse:
    current = import_or_404(request.scope, pk)
    job = queries.latest_job(current)
    waiting = current.state in WAITING or (job is not None and job.state in UNFINISHED)
    if waiting:
        return render(request, "teams/imports/waiting.html", {"roster_import": current, "job": job})
    if "HX-Request" in request.headers:  # what the page was waiting for is there
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not current.plan:
        return render(request, "teams/imports/closed.html", {"roster_import": current})
    page = Paginator(queries.differing_teams(current), queries.TEAMS_PER_PAGE).get_page(request.GET.get("trang"))
    groups = queries.finding_groups(current)
    context = {
        "roster_import": current,
        "job": job,
        "page": page,
        "teams": queries.team_diffs(current, list(page.object_list)),
        "groups": groups,
        "fixable": any(group.fix for group in groups),
        "units": queries.unmatched_units(current),
        "full_phones": sees_phones(request, current),
        **queries.summary(current, list(page.object_list)),
    }
    return render(request, "teams/imports/rehearsal.html", context)


def sees_phones(request: HttpRequest, current: RosterImport) -> bool:
    """Who uploaded the file knows its numbers; others see them by right."""
    allowed = request.scope.allows(Can.SEE_PHONES, current.province_id, current.commune_id or "")
    return allowed or current.owner_id == request.user.pk


def own_file_or_403(request: HttpRequest, pk) -> RosterImport:
    """The import whose file the user may have: it holds every phone in full."""
    current = import_or_404(request.scope, pk)
    if not sees_phones(request, current):
        raise PermissionDenied("Tệp này có đủ số điện thoại; chỉ người tải lên và cán bộ của xã được lấy lại.")
    return current


@require_POST
def choose(request: HttpRequest, pk) -> HttpResponse:
    return step(request, pk, lambda current: lifecycle.choose(
        roster_import=current, options=choices_from(request.POST), by=request.user
    ))  # fmt: skip


@require_POST
def confirm(request: HttpRequest, pk) -> HttpResponse:
    return step(request, pk, lambda current: lifecycle.confirm(
        roster_import=current, by=request.user, partial="partial" in request.POST
    ))  # fmt: skip


@require_POST
def cancel(request: HttpRequest, pk) -> HttpResponse:
    return step(request, pk, lambda current: lifecycle.cancel(roster_import=current, by=request.user))


@require_POST
def undo(request: HttpRequest, pk) -> HttpResponse:
    return step(request, pk, lambda current: lifecycle.ask_undo(roster_import=current, by=request.user))


def step(request: HttpRequest, pk, action) -> HttpResponse:
    """One step of the import's life; a step that is no longer possible says why and shows the page as it is now."""
    current = import_or_404(request.scope, pk)
    try:
        action(current)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("teams:import", pk)


@require_GET
def original(request: HttpRequest, pk) -> HttpResponse:
    """The file as it was uploaded."""
    current = own_file_or_403(request, pk)
    if not current.file:
        raise Http404
    return FileResponse(current.file.open("rb"), as_attachment=True, filename=current.filename)


@require_POST
def marked(request: HttpRequest, pk) -> HttpResponse:
    """Ask for the user's own file back with marked cells and a column of notes."""
    current = own_file_or_403(request, pk)
    job = lifecycle.ask_marked_file(roster_import=current, by=request.user)
    return redirect("jobs:detail", job.pk)
