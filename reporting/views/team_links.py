"""Links with which leaders send their team's figures: made, copied, printed, revoked by the commune's officer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.lib.qr import qr_image
from reporting.models import ReportPeriod, TeamLink
from reporting.queries.team_links import link_lines
from reporting.services import team_links as services
from reporting.views.team_figures import find_page, page_url
from teams.access import Can, get_or_404
from teams.models import Commune
from teams.views.pages import commune_crumbs, is_id

NO_LONGER = "liên kết cũ không mở được nữa, số liệu đã gửi qua đó mà chưa nhận thì không nhận nữa"


@require_safe
def links(request: HttpRequest, code: str, period: int) -> HttpResponse:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    lines = link_lines(commune, asked)
    context = {
        "commune": commune,
        "period": asked,
        "lines": [(line, address(request, line.link) if line.opens else "") for line in lines],
        "lacking": sum(not line.opens for line in lines),
        "open": sum(line.opens for line in lines),
        "is_over": services.is_over(asked),
        "crumbs": [*commune_crumbs(request, commune), (f"Số liệu của tổ, {asked.name}", page_url(commune, asked))],
    }
    return render(request, "reporting/team_links/links.html", context)


@require_safe
def slips(request: HttpRequest, code: str, period: int) -> HttpResponse:
    """For printing: a slip a team, or the one of ?to=, to be scanned from the screen."""
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    team = request.GET.get("to", "")
    lines = [line for line in link_lines(commune, asked) if line.opens]
    wanted = [line for line in lines if line.team.pk == int(team)] if is_id(team) else lines
    drawn = [(line, url, qr_image(url)) for line in wanted for url in [address(request, line.link)]]
    context = {
        "commune": commune,
        "period": asked,
        "slips": drawn,
        "crumbs": [*commune_crumbs(request, commune), ("Liên kết cho tổ trưởng", links_url(commune, asked))],
    }
    return render(request, "reporting/team_links/slips.html", context)


@require_POST
def make(request: HttpRequest, code: str, period: int) -> HttpResponse:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    try:
        made = services.make_links(commune=commune, period=asked, by=request.user)
        messages.success(request, f"Đã tạo liên kết cho {made} tổ.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(links_url(commune, asked))


@require_POST
def revoke(request: HttpRequest, code: str, period: int, pk: int) -> HttpResponse:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    link = _link(request, commune, asked, pk)
    services.revoke_links(links=[link], by=request.user)
    messages.success(request, f"Đã thu hồi liên kết của {link.team.name}; {NO_LONGER}.")
    return redirect(links_url(commune, asked))


@require_POST
def renew(request: HttpRequest, code: str, period: int, pk: int) -> HttpResponse:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    link = _link(request, commune, asked, pk)
    try:
        services.renew_link(link=link, by=request.user)
        messages.success(request, f"Đã tạo liên kết mới cho {link.team.name}; {NO_LONGER}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(links_url(commune, asked))


def _link(request: HttpRequest, commune: Commune, period: ReportPeriod, pk: int) -> TeamLink:
    rows = TeamLink.objects.filter(commune=commune, period=period).select_related("team", "commune", "period")
    return get_or_404(request.scope, rows, Can.WRITE_REPORT, pk=pk)


def address(request: HttpRequest, link: TeamLink) -> str:
    return request.build_absolute_uri(reverse("reporting:team_link", args=[services.token_of(link)]))


def links_url(commune: Commune, period: ReportPeriod) -> str:
    return reverse("reporting:links", args=[commune.pk, period.pk])
