"""Villages and teams across the user's units: what the overview counts, row by row, and the same rows as a file."""

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from teams.access import Can, requires
from teams.forms.lists import TeamFilterForm, VillageFilterForm
from teams.queries.unit_lists import team_rows, teams, village_rows, villages
from teams.services.unit_list_exports import write_teams, write_villages
from teams.views.downloads import download
from teams.views.pages import as_of

PAGE_SIZE = 50


@require_safe
@requires(Can.VIEW)
def team_list(request: HttpRequest) -> HttpResponse:
    asof, form = as_of(request), TeamFilterForm(request.GET, scope=request.scope)
    found = teams(request.scope, form.asked(asof.day)).values_list("pk", flat=True)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    words = {"heading": "Danh sách tổ", "noun": "tổ", "export": reverse("teams:team_list_export")}
    context = {"form": form, "asof": asof, "page": page, "rows": team_rows(list(page), asof.day)} | words
    return render(request, "teams/lists/teams.html", context)


@require_safe
@requires(Can.VIEW)
def team_list_export(request: HttpRequest) -> HttpResponse:
    asked = TeamFilterForm(request.GET, scope=request.scope).asked(as_of(request).day)
    write = partial(write_teams, asked=asked, scope=request.scope)
    return download(f"Danh sách tổ {asked.day:%d-%m-%Y}.xlsx", write)


@require_safe
@requires(Can.VIEW)
def village_list(request: HttpRequest) -> HttpResponse:
    asof, form = as_of(request), VillageFilterForm(request.GET, scope=request.scope)
    found = villages(request.scope, form.asked(asof.day)).values_list("pk", flat=True)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    noun, export = "thôn, tổ dân phố", reverse("teams:village_list_export")
    words = {"heading": f"Danh sách {noun}", "noun": noun, "export": export}
    context = {"form": form, "asof": asof, "page": page, "rows": village_rows(list(page), asof.day)} | words
    return render(request, "teams/lists/villages.html", context)


@require_safe
@requires(Can.VIEW)
def village_list_export(request: HttpRequest) -> HttpResponse:
    asked = VillageFilterForm(request.GET, scope=request.scope).asked(as_of(request).day)
    write = partial(write_villages, asked=asked, scope=request.scope)
    return download(f"Danh sách thôn, tổ dân phố {asked.day:%d-%m-%Y}.xlsx", write)
