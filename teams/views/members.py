"""Members across the user's units: search, filter, page, and the same list as a file."""

from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from teams.forms.members import MemberFilterForm
from teams.queries.members import COUNTED, all_of, page_of, place_of, rows_of
from teams.services.list_exports import ask_list, export_list, list_filename
from teams.views.downloads import download
from teams.views.pages import as_of

AT_ONCE = 2_000  # rows; a longer list is written by a job


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    asof = as_of(request)
    form = MemberFilterForm(request.GET, scope=request.scope)
    asked = form.asked(asof.day)
    page = page_of(
        request.scope,
        asked,
        after=place_of(request.scope, asked, request.GET.get("sau", "")),
        before=place_of(request.scope, asked, request.GET.get("truoc", "")),
    )
    rows = rows_of(request.scope, page.members)
    context = {
        "form": form,
        "asked": asked,
        "asof": asof,
        "rows": rows,
        "count": page.count,
        "counted": COUNTED,
        "page": {"newer": page_query(request, "truoc", page.newer), "older": page_query(request, "sau", page.older)},
        "query": shared_query(request),
        "several": not request.scope.home_commune,
        "may_edit": asof.is_today and any(row.editable for row in rows),
    }
    return render(request, "teams/members/list.html", context)


def shared_query(request: HttpRequest, **more: object) -> str:
    """The page's own query without its place in the list."""
    kept = {name: value for name, value in request.GET.items() if value and name not in ("sau", "truoc")}
    return urlencode(kept | more)


def page_query(request: HttpRequest, name: str, place: tuple | None) -> str:
    return shared_query(request, **{name: place[-1]}) if place else ""


@require_POST
def members_export(request: HttpRequest) -> HttpResponse:
    """The list that the query string describes, as `dang` says: xlsx or csv."""
    asked = MemberFilterForm(request.GET, scope=request.scope).asked(as_of(request).day)
    as_csv = request.POST.get("dang") == "csv"
    if all_of(request.scope, asked).count() > AT_ONCE:
        job = ask_list(asked, as_csv=as_csv, by=request.user)
        return redirect("jobs:detail", job.pk)
    write = partial(export_list, asked=asked, as_csv=as_csv, scope=request.scope, by=request.user)
    return download(list_filename(asked, as_csv=as_csv), write)
