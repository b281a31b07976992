"""Where training begins: for a commune what is asked of it and its people's classes, for the department its calls."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from teams.access import Can, requires
from training.access import calls_of, contests_of
from training.enums import CallState
from training.queries import calls as queries

PER_PAGE = 20


@require_safe
@requires(Can.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    return department(request) if request.scope.provinces().exists() else commune(request)


def commune(request: HttpRequest) -> HttpResponse:
    replies = queries.replies_of(request.scope)
    open_calls = replies.filter(call__state=CallState.OPEN)
    page = Paginator(replies.exclude(call__state=CallState.OPEN), PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "cards": queries.reply_cards(open_calls, request.scope),
        "page": page,
        "earlier": queries.reply_cards(page, request.scope),
        "contests": contests_of(request.scope).filter(ends_on__gte=timezone.localdate()),
        "counts": request.scope.allows(Can.REGISTER_NEEDS),
        "several": not request.scope.home_commune,
    }
    return render(request, "training/home/commune.html", context)


def department(request: HttpRequest) -> HttpResponse:
    page = Paginator(calls_of(request.scope).select_related("province"), PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "lines": queries.call_lines(page),
        "runs": request.scope.allows(Can.RUN_TRAINING),
        "several": request.scope.provinces().count() > 1,
    }
    return render(request, "training/home/department.html", context)
