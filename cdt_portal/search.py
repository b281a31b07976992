"""The search box that every page has: a few of each kind while somebody types, more of one kind as a page.

What is typed comes in the address, so that a result can be gone back to; `cdt_portal.logs` keeps it out of every log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cdt_portal.lib import text
from reporting.queries.search import search_campaigns
from teams.access import Can, Scope, requires
from teams.queries.search import LOOKED, Found, search_decisions, search_people, search_teams, search_units

FEW, SHORTEST, LONGEST = 5, 2, 80


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    search: Callable[[Scope, str, int], list[Found]]
    list_url: str = ""  # the list that takes the same words in ?tim=; "" when this page lists them
    beside_url: str = ""  # the same of a list that has a part of them


KINDS = {
    "don-vi": Kind("Đơn vị", search_units, beside_url="teams:village_list"),
    "to": Kind("Tổ", search_teams, "teams:team_list"),
    "nguoi": Kind("Thành viên", search_people, "teams:members"),
    "quyet-dinh": Kind("Quyết định", search_decisions),
    "bao-cao": Kind("Báo cáo", search_campaigns),
}


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of a kind. `more` leads to all of it, "" when it is all here."""

    key: str
    label: str
    found: list[Found]
    more: str


@require_safe
@requires(Can.VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """?q= the words; ?loai= one kind in full; ?goi_y the few alone, for the box."""
    typed, kind = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("loai", "")
    is_enough = len(text.fold(typed)) >= SHORTEST or typed.isdigit()
    context = {"searched": typed, "is_enough": is_enough, "looked": LOOKED, "beside": ""}
    if kind in KINDS and is_enough:
        shown = KINDS[kind]
        context["groups"] = [Group(kind, shown.label, shown.search(request.scope, typed, LOOKED), "")]
        context["beside"] = list_address(shown.beside_url, typed)
    else:
        groups = [group_of(key, request.scope, typed) for key in KINDS] if is_enough else []
        context["groups"] = [group for group in groups if group.found]
    return render(request, "search/_options.html" if "goi_y" in request.GET else "search/page.html", context)


def group_of(key: str, scope: Scope, typed: str) -> Group:
    kind = KINDS[key]
    found = kind.search(scope, typed, FEW + 1)
    more = list_address(kind.list_url, typed) or f"{reverse('search')}?{urlencode({'q': typed, 'loai': key})}"
    return Group(key, kind.label, found[:FEW], more if len(found) > FEW else "")


def list_address(name: str, typed: str) -> str:
    return f"{reverse(name)}?{urlencode({'tim': typed})}" if name else ""
