"""The overview: a province by commune, the nation by province, or a commune beside its province. Every number is a link
to the rows that it counts.

?chi_so= the measure that units are compared by, ?xep= their order, ?ngay= the day, ?tinh= the province, ?cach=hien-nay
the trend by the villages of that day.
"""

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.lib.numbers import format_int, format_rate
from cdt_portal.lib.row_security import Sight, seeing
from reporting.layouts.overview import change_text
from reporting.queries.overview import (
    Overview,
    OverviewLine,
    nation_overview,
    province_overview,
    recast_trend,
    whole_provinces,
)
from reporting.queries.overview_measures import (
    MEASURES,
    WORDS,
    Measure,
    bounds,
    measures,
    targets_of,
)
from reporting.queries.overview_page import Card, Count, Tile, cards, composition, counts, ordered, points, tiles
from reporting.services.overview_files import ask_overview, overview_name, write_overview
from reporting.views.doors import Doors, address
from teams.access import Can, requires
from teams.models import Commune, Province
from teams.queries.members import UNKNOWN
from teams.queries.recast import were_rearranged
from teams.views.downloads import download
from teams.views.pages import AsOf, as_of


@dataclass(frozen=True, slots=True)
class Link:
    """A count with its words; `url` is "" where it leads nowhere."""

    count: int
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A unit by the chosen measure in words, for its tile and its row; an address is "" where no list has the rows."""

    name: str
    url: str
    colour: str
    share: str
    counted: str
    counted_url: str
    lacking: str
    lacking_url: str
    change: str


@require_safe
@requires(Can.VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    seen, asked = request.scope.provinces(), request.GET.get("tinh")
    if asked:
        return province_page(request, get_object_or_404(seen, pk=asked), several=seen.count() > 1)
    some = list(seen[:2])
    if not some:
        return commune_page(request)
    return nation_page(request) if len(some) > 1 else province_page(request, some[0], several=False)


def province_page(request: HttpRequest, province: Province, *, several: bool) -> HttpResponse:
    asof = as_of(request)
    shown = province_overview(province, asof.day)
    doors = Doors(None if asof.is_today else asof.day, province.pk, period_id=shown.period_id)
    context = board(request, shown, asof, doors, targets_of(province, shown.household_target))
    context |= trend(request, shown, asof, context["measure"], Q(province_id=province.pk))
    context |= {
        "province": province,
        "may_set": request.scope.allows(Can.RUN_CAMPAIGNS, province.pk),
        "crumbs": [("Cả nước", reverse("reporting:overview"))] if several else [],
    }
    return render(request, "reporting/overview/overview.html", context)


def nation_page(request: HttpRequest) -> HttpResponse:
    asof = as_of(request)
    shown = nation_overview(request.scope, asof.day)
    doors = Doors(None if asof.is_today else asof.day)
    context = board(request, shown, asof, doors, targets_of(None))
    context |= trend(request, shown, asof, context["measure"], whole_provinces(request.scope))
    return render(request, "reporting/overview/overview.html", context | {"province": None, "crumbs": []})


def board(request: HttpRequest, shown: Overview, asof: AsOf, doors: Doors, targets: dict[str, int]) -> dict:
    """What the page draws of a province or of the nation."""
    measure = asked_measure(request, asof)
    target, order = targets[measure.key], request.GET.get("xep", "ten")
    found = tiles(shown, measure, target)
    lines = {tile.unit.pk: line_of(tile, measure, unit_url(request, tile.unit, asof), doors) for tile in found}
    return {
        "asof": asof,
        "shown": shown,
        "cards": linked_cards(cards(shown.total, targets, is_today=asof.is_today), doors),
        "counts": linked_counts(counts(shown.total), doors),
        "measure": measure,
        "measures": measures(is_today=asof.is_today),
        "target": target,
        "bounds": bounds(target),
        "order": order,
        "tiles": [lines[tile.unit.pk] for tile in found],
        "rows": [lines[tile.unit.pk] for tile in ordered(found, order)],
        "composition": [
            (each.label if each else "Chưa rõ", count, doors.to(each.value if each else UNKNOWN))
            for each, count in composition(shown.total)
        ],
        "campaigns": campaign_lines(shown),
    }


def trend(request: HttpRequest, shown: Overview, asof: AsOf, measure: Measure, where: Q) -> dict:
    """The points of the trend; `recast` is None where no villages became others since the first of them."""
    recast, kept = None, shown.trend
    if kept and measure.key == "coverage" and were_rearranged(where, kept[0].day, asof.day):
        recast = request.GET.get("cach") == "hien-nay"
        kept = recast_trend(where, asof.day) if recast else kept
    return {"points": points(kept, shown.total, measure, asof.day), "recast": recast}


def asked_measure(request: HttpRequest, asof: AsOf) -> Measure:
    """?chi_so=, coverage where the day does not tell it."""
    asked = MEASURES.get(request.GET.get("chi_so", ""))
    return asked if asked in measures(is_today=asof.is_today) else MEASURES["coverage"]


def linked_cards(found: list[Card], doors: Doors) -> list[tuple[Card, list[Link]]]:
    return [(card, [Link(count, WORDS[name], doors.to(name)) for name, count in card.told]) for card in found]


def linked_counts(found: list[Count], doors: Doors) -> list[tuple[Count, str]]:
    return [(each, doors.to(each.name)) for each in found]


def line_of(tile: Tile, measure: Measure, url: str, doors: Doors) -> Line:
    is_told, own = tile.part is not None and bool(tile.whole), doors_of(tile.unit, doors)
    return Line(
        name=tile.unit.name,
        url=url,
        colour="none" if tile.step is None else str(tile.step),
        share="–" if tile.share is None else format_rate(tile.share, 1),
        counted=f"{format_int(tile.part)} / {format_int(tile.whole)}" if is_told else "–",
        counted_url=own.to(measure.whole) if is_told and measure.key != "reported" else "",
        lacking=format_int(tile.lacking) if is_told else "–",
        lacking_url=own.to(measure.lacks[0]) if is_told and tile.lacking and len(measure.lacks) == 1 else "",
        change="–" if tile.change is None else change_text(tile.change),
    )


def doors_of(unit: Province | Commune, doors: Doors) -> Doors:
    if isinstance(unit, Province):
        return replace(doors, province=unit.pk)
    return replace(doors, province=unit.province_id, commune=unit.pk)


def unit_url(request: HttpRequest, unit: Province | Commune, asof: AsOf) -> str:
    """Down to the unit: a province's own overview, a commune's page; on the same day."""
    if isinstance(unit, Province):
        kept = {name: request.GET[name] for name in ("chi_so", "ngay") if name in request.GET}
        return f"?{urlencode({'tinh': unit.pk} | kept)}"
    page = address("teams:commune", unit.pk)
    return page if asof.is_today else f"{page}?ngay={asof.day:%d/%m/%Y}"


def campaign_lines(shown: Overview) -> list[tuple]:
    """(campaign, its page, [link of each state that occurs])."""
    found = []
    for running in shown.campaigns:
        page = reverse("reporting:campaign", args=[running.campaign.pk])
        links = [
            Link(count, state.label, f"{page}?trang_thai={state.value}#xa")
            for state, count in sorted(running.states.items(), key=lambda each: list(type(each[0])).index(each[0]))
        ]
        found.append((running.campaign, page, links))
    return found


def commune_page(request: HttpRequest) -> HttpResponse:
    """A commune's own line beside its province's average; ?xa= which, for people of several."""
    asof, communes = as_of(request), list(request.scope.communes().select_related("province"))
    asked = request.GET.get("xa", "")
    chosen = next((each for each in communes if each.pk == asked), communes[0] if communes and not asked else None)
    if chosen is None:
        raise Http404("Không tìm thấy xã, hoặc xã không thuộc phạm vi của bạn.")
    with seeing(Sight.of({chosen.province_id}, {chosen.province_id})):  # for its average alone
        shown = province_overview(chosen.province, asof.day)
    own = next((line for line in shown.lines if line.unit.pk == chosen.pk), None)
    if own is None:
        raise Http404("Ngày này chưa có, hoặc không còn đơn vị này.")
    context = {"asof": asof, "commune": chosen, "communes": communes, "shown": shown}
    return render(request, "reporting/overview/commune.html", context | beside(chosen, own, shown, asof))


def beside(commune: Commune, own: OverviewLine, shown: Overview, asof: AsOf) -> dict:
    targets = targets_of(commune.province, shown.household_target)
    doors = Doors(None if asof.is_today else asof.day, commune.province_id, commune.pk, shown.period_id)
    lines = linked_cards(cards(own, targets, is_today=asof.is_today), doors)
    return {
        "lines": [(card, links, card.measure.share(shown.total)) for card, links in lines],
        "counts": linked_counts(counts(own), doors),
    }


def asked_province(request: HttpRequest) -> Province | None:
    """Whose overview a file is of: ?tinh=, or the only one; None is all that the user sees. 403 for a commune's
    people."""
    seen = request.scope.provinces()
    if request.GET.get("tinh"):
        return get_object_or_404(seen, pk=request.GET["tinh"])
    some = list(seen[:2])
    if not some:
        raise PermissionDenied("Tệp này dành cho Sở.")
    return some[0] if len(some) == 1 else None


@require_safe
@requires(Can.VIEW)
def overview_sheet(request: HttpRequest) -> HttpResponse:
    """All measures of all units as a workbook."""
    province, asof = asked_province(request), as_of(request)
    asked = {"province": province, "day": asof.day, "is_today": asof.is_today}
    return download(f"{overview_name(province, asof.day)}.xlsx", partial(write_overview, scope=request.scope, **asked))


@require_POST
@requires(Can.VIEW)
def overview_paper(request: HttpRequest) -> HttpResponse:
    """The same on paper, which a job draws."""
    job = ask_overview(province=asked_province(request), day=as_of(request).day, by=request.user)
    return redirect("jobs:detail", job.pk)
