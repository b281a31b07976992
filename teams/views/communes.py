from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from teams.access import Can, commune_or_404
from teams.figures import MISSING
from teams.queries.communes import (
    commune_page,
    communes_with_figures,
    provinces_with_figures,
    total,
)
from teams.queries.decisions import decisions_of
from teams.services.tasks import awaiting
from teams.views.pages import as_of, commune_crumbs

PAGE_SIZE = 50


def provinces(request: HttpRequest) -> HttpResponse:
    """The country by province, for those who see more than one."""
    seen = list(request.scope.provinces())
    if len(seen) < 2:
        return redirect("teams:communes")
    asof = as_of(request)
    lines = provinces_with_figures(seen, request.scope.where(), asof.day)
    return render(request, "teams/communes/provinces.html", {"lines": lines, "total": total(lines), "asof": asof})


def communes(request: HttpRequest) -> HttpResponse:
    """The communes of one province, or the few that the user was given."""
    whole = request.scope.provinces()
    province = get_object_or_404(whole, pk=request.GET["tinh"]) if request.GET.get("tinh") else None
    if province is None and whole.count() > 1:
        return redirect("teams:provinces")
    asof, search, sort = as_of(request), request.GET.get("tim", "").strip()[:80], request.GET.get("xep", "ten")
    seen = request.scope.communes().select_related("province")
    lines = communes_with_figures(
        seen.filter(province=province) if province else seen, asof.day, search=search, sort=sort
    )
    context = {
        "province": province,
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("trang")),
        "total": total(lines),
        "asof": asof,
        "search": search,
        "sort": sort,
        "several": whole.count() > 1,
        "keeps_lists": request.scope.provinces(Can.EDIT_UNITS).exists(),
    }
    return render(request, "teams/communes/list.html", context)


def commune(request: HttpRequest, code: str) -> HttpResponse:
    unit = commune_or_404(request.scope, code)
    asof, lack = as_of(request), request.GET.get("thieu", "")
    page = commune_page(unit, asof.day)
    teams = [line for line in page.teams if lack in line.missing] if lack in MISSING else page.teams
    may_edit = request.scope.allows(Can.EDIT_ROSTER, unit.province_id, unit.pk)
    context = {
        "commune": unit,
        "page": page,
        "teams": teams,
        "lack": MISSING.get(lack, ""),
        "asof": asof,
        "tasks": awaiting(request.scope, [unit]) if asof.is_today else [],
        "decisions": decisions_of(unit)[:5],
        "may_edit": may_edit,
        "may_import": request.scope.allows(Can.IMPORT_ROSTER, unit.province_id, unit.pk),
        "crumbs": commune_crumbs(request, unit)[:-1],
    }
    return render(request, "teams/communes/detail.html", context)
