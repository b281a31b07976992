from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from teams.access import Can, commune_or_404
from teams.figures import MISSING
from teams.models import Commune
from teams.queries.communes import (
    CommunePage,
    commune_page,
    communes_with_figures,
    provinces_with_figures,
    total,
)
from teams.queries.decisions import decisions_of
from teams.services.tasks import Task, awaiting
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
        "tasks": awaiting(request.scope, unit) + (tasks_of(unit, page) if may_edit else []) if asof.is_today else [],
        "decisions": decisions_of(unit)[:5],
        "may_edit": may_edit,
        "may_import": request.scope.allows(Can.IMPORT_ROSTER, unit.province_id, unit.pk),
        "crumbs": commune_crumbs(request, unit)[:-1],
    }
    return render(request, "teams/communes/detail.html", context)


def tasks_of(unit: Commune, page: CommunePage) -> list[Task]:
    """What the officer should do next, the most basic first."""
    import_url = f"{reverse('teams:imports')}?xa={unit.pk}"
    tasks = []
    if not page.villages:
        add_url = reverse("teams:unit_add", args=[unit.pk])
        tasks.append(Task("Chưa có danh sách thôn, tổ dân phố", "Thêm thôn, tổ dân phố", add_url))
    if page.figures.uncovered:
        tasks.append(Task(f"{page.figures.uncovered} thôn, tổ dân phố chưa có tổ", "Nhập tệp Excel", import_url))
    elif not page.teams:
        tasks.append(Task("Chưa có danh sách tổ", "Nhập tệp Excel", import_url))
    tasks += [lack_task(unit, page, key, words) for key, words in LACKS.items() if count_lacking(page, key)]
    if not page.officers:
        tasks.append(Task("Chưa có cán bộ phụ trách", "Thêm cán bộ", reverse("teams:officer_add", args=[unit.pk])))
    return tasks


LACKS = {
    "members": "tổ chưa có thành viên",
    "leader": "tổ chưa có tổ trưởng",
    "decision": "tổ chưa có quyết định",
    "phone": "tổ có thành viên thiếu số điện thoại",
    "norm": "tổ ít hơn {norm} thành viên",
}


def lack_task(unit: Commune, page: CommunePage, key: str, words: str) -> Task:
    url = f"{reverse('teams:commune', args=[unit.pk])}?{urlencode({'thieu': key})}#to"
    if key == "decision":
        return Task(f"{count_lacking(page, key)} {words}", "Ghi quyết định", deciding_url(unit))
    return Task(f"{count_lacking(page, key)} {words.format(norm=page.norm)}", "Xem các tổ này", url)


def deciding_url(unit: Commune) -> str:
    """Where teams get their decision: of the only one, by choosing one, or by adding the first."""
    decisions = list(decisions_of(unit)[:2])
    if not decisions:
        return f"{reverse('teams:decision_add', args=[unit.pk])}?gan=1"
    if len(decisions) == 1:
        return reverse("teams:decision_assign", args=[decisions[0].pk])
    return reverse("teams:decisions", args=[unit.pk])


def count_lacking(page: CommunePage, key: str) -> int:
    return sum(key in line.missing for line in page.teams)
