"""What most pages share: the day or the province they speak of, and a form that is shown, saved or shown again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.dates import parse_date
from teams.access import Can
from teams.forms.base import PageForm
from teams.models import Commune
from teams.queries.members import MAX_DIGITS_OF_ID
from teams.services.concurrency import Conflict

Crumb = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day a page speaks of. `wrong` is what was typed when it was no date."""

    day: date
    is_today: bool
    wrong: str = ""


def as_of(request: HttpRequest) -> AsOf:
    """?ngay=31/12/2025, today by default."""
    typed, today = request.GET.get("ngay", ""), timezone.localdate()
    day = parse_date(typed)
    return AsOf(day or today, day is None or day == today, typed if typed and day is None else "")


def is_id(asked: str) -> bool:
    """Whether a part of a query string can be the id of a row."""
    return asked.isdecimal() and len(asked) <= MAX_DIGITS_OF_ID


@dataclass(frozen=True, slots=True)
class FormPage:
    """What stands around a form; `done` is said when it is saved."""

    title: str
    submit: str
    back: str
    done: str
    crumbs: list[Crumb] = field(default_factory=list)
    intro: str = ""
    danger: bool = False


def form_page(
    request: HttpRequest,
    form: PageForm,
    page: FormPage,
    save: Callable[[PageForm], str | None],
    template: str = "teams/form.html",
    *,
    foretell: Callable[[PageForm], list[str]] | None = None,
    **context,
) -> HttpResponse:
    """Show the form; when it is posted and sound, `save` it and go to the URL that `save` returns, else `page.back`.

    With `foretell` its lines, what will happen, are shown first and only `confirm` saves; the save is tried and taken
    back before, so that nothing is asked that would be refused. What the service refuses is told in the form, which
    keeps everything typed.
    """
    if request.method == "POST" and form.is_valid():
        asks = foretell is not None and "confirm" not in request.POST
        try:
            lines = foretell(form) if asks else []
            with transaction.atomic():
                target = save(form)
                transaction.set_rollback(asks)
            if not asks:
                messages.success(request, page.done)
                return redirect(target or page.back)
            context["lines"] = lines
        except ValidationError as refusal:
            form.tell(refusal)
        except Conflict as conflict:
            form.tell_conflict(conflict.current)
    context |= {"form": form, "page": page, "shows_first": foretell is not None}
    return render(request, template, context, status=422 if form.errors else 200)


def commune_crumbs(request: HttpRequest, commune: Commune) -> list[Crumb]:
    """The way down to the commune's page; people of one commune start there."""
    crumbs = [(commune.name, reverse("teams:commune", args=[commune.pk]))]
    if request.scope.home_commune:
        return crumbs
    communes = reverse("teams:communes")
    if request.scope.allows(Can.VIEW, commune.province_id):
        return [(commune.province.name, f"{communes}?tinh={commune.province_id}"), *crumbs]
    return [("Các xã, phường, đặc khu", communes), *crumbs]


def of_province(capability: Can = Can.VIEW) -> Callable:
    """View decorator of the department's pages about one province: passes the `province` that ?tinh= asks for or the
    only one, else lists those there are.

    A commune's people get 403, somebody else's province is a 404.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            seen = request.scope.provinces()
            if not request.GET.get("tinh"):
                some = list(seen[:2])
                if not some:
                    raise PermissionDenied("Trang này dành cho Sở.")
                request.scope.require(capability)  # nobody chooses among provinces that would all refuse them
                if len(some) > 1:
                    return render(request, "components/provinces.html", {"provinces": seen})
            province = get_object_or_404(seen, pk=request.GET["tinh"]) if request.GET.get("tinh") else some[0]
            request.scope.require(capability, province.pk)
            return view(request, province, *args, **kwargs)

        return guarded

    return decorate
