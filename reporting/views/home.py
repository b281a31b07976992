"""Where reports begin: for a commune what it owes, for the department its campaigns."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.access import campaigns_of
from reporting.queries.reports import campaign_lines, card_of, owed, reports_of, still_owed
from teams.access import Can, requires

PER_PAGE = 20


@require_safe
@requires(Can.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    return department(request) if request.scope.provinces().exists() else commune(request)


def commune(request: HttpRequest) -> HttpResponse:
    earlier = Paginator(reports_of(request.scope).exclude(still_owed()), PER_PAGE)
    page = earlier.get_page(request.GET.get("trang"))
    context = {
        "owed": owed(request.scope),
        "page": page,
        "earlier": [card_of(report) for report in page],
        "approves": request.scope.allows(Can.APPROVE),
        "writes": request.scope.allows(Can.WRITE_REPORT),
        "several": not request.scope.home_commune,
    }
    return render(request, "reporting/home/commune.html", context)


def department(request: HttpRequest) -> HttpResponse:
    page = Paginator(campaigns_of(request.scope).select_related("letter", "period", "province"), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "page": page,
        "lines": campaign_lines(page),
        "runs": request.scope.allows(Can.RUN_CAMPAIGNS),
        "several": request.scope.provinces().count() > 1,
    }
    return render(request, "reporting/home/department.html", context)
