"""A commune's villages through time, and what their changes leave to do."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdt_portal.lib.dates import parse_date
from teams.access import Can, commune_or_404
from teams.models import Commune, Letterhead
from teams.queries.unit_history import Step, follow_up, member_series, origins_of, quarter_ends, recast_lines
from teams.queries.units import unit_events
from teams.views.pages import as_of, commune_crumbs


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """The villages of ?tu= (by default the day before the first change) beside those of ?ngay= (today); and their
    members by quarter, recast to the villages of today or, with ?cach=luc-do, by those of the time."""
    commune = commune_or_404(request.scope, code)
    asof, events = as_of(request), unit_events(commune)
    typed = request.GET.get("tu", "")
    first = parse_date(typed) or (min(each.effective_on for each in events) if events else asof.day)
    first = min(first, asof.day)
    first = _eve(first) if not parse_date(typed) else first
    lines = recast_lines(commune, first, asof.day)
    today, as_then = timezone.localdate(), request.GET.get("cach") == "luc-do"
    days = sorted({*quarter_ends(commune, today), min(first, today)})
    context = {
        "commune": commune,
        "asof": asof,
        "first": first,
        "wrong": typed if typed and not parse_date(typed) else "",
        "events": events,
        "origins": origins_of(commune, [unit for line in lines for unit in line.news]),
        "changed": [line for line in lines if not line.is_same],
        "same": [line for line in lines if line.is_same],
        "today": today,
        "days": days,
        "as_then": as_then,
        "series": member_series(commune, days, recast_to_last=not as_then),
        "crumbs": _crumbs(request, commune),
    }
    return render(request, "teams/units/history.html", context)


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


@require_safe
def follow_up_page(request: HttpRequest, code: str) -> HttpResponse:
    """What is left to do after villages changed; every line is read from the register."""
    commune = commune_or_404(request.scope, code)
    found = follow_up([commune.pk], timezone.localdate())[commune.pk]
    may_edit = request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk)
    units = [(each, [(step, *_door(step, each.unit.pk, commune)) for step in each.steps]) for each in found]
    context = {
        "commune": commune,
        "left": sum(each.left for each in found),
        "units": units,
        "has_letterhead": Letterhead.objects.filter(commune=commune).exists(),
        "may_edit": may_edit,
        "crumbs": _crumbs(request, commune),
    }
    return render(request, "teams/units/follow_up.html", context)


def _door(step: Step, unit: int, commune: Commune) -> tuple[str, str]:
    """The label and the address of the one next step."""
    units = reverse("teams:units", args=[commune.pk])
    doors = {
        "team": ("Thêm tổ", reverse("teams:team_add", args=[commune.pk])),
        "several": ("Chọn tổ", f"{units}?moi={unit}"),
        "households": ("Ghi số hộ", reverse("teams:unit_edit", args=[unit])),
    }
    if step.team is None:
        return doors[step.key]
    if step.key == "decision":
        return "Kiện toàn", f"{reverse('teams:consolidate', args=[commune.pk])}?to={step.team}"
    name = "teams:team" if step.key == "leader" else "teams:team_edit"
    return ("Chọn tổ trưởng" if step.key == "leader" else "Ghi nhóm Zalo"), reverse(name, args=[step.team])


def _crumbs(request: HttpRequest, commune: Commune) -> list[tuple[str, str]]:
    return [*commune_crumbs(request, commune), ("Thôn, tổ dân phố", reverse("teams:units", args=[commune.pk]))]
