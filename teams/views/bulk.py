"""The same change for several members, from any page that lists them: choose, see old -> new, confirm."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from teams.access import Can
from teams.forms.bulk import BulkChangeForm
from teams.models import Member
from teams.services.member_bulk import bulk_change
from teams.views.pages import Crumb, commune_crumbs

ROW_LIMIT = 500
TOLD = 20  # members that a refusal names


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """`m`: "id:version" of each member; `next`: the page to return to; then the form's fields; then `confirm` or, back
    from the preview, `again`."""
    versions = versions_seen(request.POST.getlist("m"))
    members = chosen(request, list(versions))
    form = BulkChangeForm(request.POST if "kind" in request.POST else None, members=members)
    if form.is_valid() and "confirm" in request.POST and write(request, form, members, versions):
        return redirect(way_back(request))
    previewed = form.is_valid() and "again" not in request.POST
    lines = [(member, *form.outcome(member)) for member in members] if previewed else []
    context = {
        "members": members,
        "form": form,
        "lines": lines,
        "changes": sum(old != new for _, old, new in lines),
        "next": way_back(request),
        "crumbs": crumbs(request, members),
    }
    return render(request, "teams/roster/bulk.html", context)


def versions_seen(marks: list[str]) -> dict[int, int]:
    try:
        pairs = [mark.split(":") for mark in marks]
        versions = {int(pk): int(version) for pk, version in pairs}
    except ValueError as error:
        raise BadRequest("m") from error
    if not 0 < len(versions) <= ROW_LIMIT:
        raise BadRequest("m")
    return versions


def chosen(request: HttpRequest, ids: list[int]) -> list[Member]:
    rows = Member.objects.filter(pk__in=ids).select_related("team", "commune__province")
    members = list(request.scope.narrow(rows).order_by("team_id", "position", "pk"))
    if len(members) != len(ids):
        raise Http404
    if not all(request.scope.allows(Can.EDIT_ROSTER, row.province_id, row.commune_id) for row in members):
        raise PermissionDenied("Bạn chỉ được xem, không được sửa các thành viên này.")
    return members


def write(request: HttpRequest, form: BulkChangeForm, members: list[Member], versions: dict[int, int]) -> bool:
    """Whether it was written; otherwise the form says why, and the preview shows what stands now."""
    changed = {row.pk: versions[row.pk] for row in members if len(set(form.outcome(row))) == 2}
    try:
        bulk_change(versions=changed, change=form.change(), by=request.user)
    except ValidationError as refusal:
        rest = [f"… và {len(refusal.messages) - TOLD} dòng khác."] if len(refusal.messages) > TOLD else []
        form.add_error(None, ["Chưa ghi gì. Hãy xem lại:", *refusal.messages[:TOLD], *rest])
    else:
        messages.success(request, f"Đã thay đổi {len(changed)} thành viên.")
        return True
    return False


def crumbs(request: HttpRequest, members: list[Member]) -> list[Crumb]:
    """To the team when all are of one, else to the list of members."""
    team = members[0].team
    if any(member.team_id != team.pk for member in members):
        return [("Thành viên", reverse("teams:members"))]
    return [*commune_crumbs(request, members[0].commune), (team.name, reverse("teams:team", args=[team.pk]))]


def way_back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"
