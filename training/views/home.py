"""Where training begins: for a commune what is asked of it and its people's classes, for the department its calls."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from teams.access import Can, requires
from training.access import calls_of, classes_of, contests_of
from training.enums import CallState
from training.models import TrainingClass
from training.queries import calls as queries
from training.queries.classes import class_lines, classes_with_people_of
from training.queries.plans import STANDING

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
        "classes": class_lines(request.scope, coming(request)),
        "contests": contests_of(request.scope).filter(ends_on__gte=timezone.localdate()),
        "counts": request.scope.allows(Can.REGISTER_NEEDS),
        "several": not request.scope.home_commune,
    }
    return render(request, "training/home/commune.html", context)


def coming(request: HttpRequest) -> QuerySet[TrainingClass]:
    """Classes that people of the commune go to, the next first."""
    classes = classes_of(request.scope).filter(state__in=STANDING, ends_at__gte=timezone.now())
    return classes_with_people_of(request.scope, classes).order_by("starts_at", "pk")


def department(request: HttpRequest) -> HttpResponse:
    page = Paginator(calls_of(request.scope).select_related("province"), PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "lines": queries.call_lines(page),
        "unfinished": class_lines(request.scope, unfinished(request)),
        "runs": request.scope.allows(Can.RUN_TRAINING),
        "several": request.scope.provinces().count() > 1,
    }
    return render(request, "training/home/department.html", context)


def unfinished(request: HttpRequest) -> QuerySet[TrainingClass]:
    """Classes that are over and whose results nobody has asked for yet, the earliest first."""
    classes = classes_of(request.scope).filter(state__in=STANDING, ends_at__lt=timezone.now())
    return classes.order_by("starts_at", "pk")
