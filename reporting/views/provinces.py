"""The department's pages are about one province: the user's only one, or the one that is asked for."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from teams.access import Can
from teams.models import Province
from teams.views.pages import Crumb


def of_province(capability: Can = Can.VIEW) -> Callable:
    """View decorator: passes the `province` that ?tinh= asks for or the only one, else lists those there are.

    A commune's people get 403, somebody else's province is a 404.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            seen = request.scope.provinces()
            if not request.GET.get("tinh"):
                some = list(seen[:2])
                if not some:
                    raise PermissionDenied("Trang này dành cho Sở. Báo cáo của xã ở mục Báo cáo.")
                if len(some) > 1:
                    return render(request, "reporting/provinces.html", {"provinces": seen})
            province = get_object_or_404(seen, pk=request.GET["tinh"]) if request.GET.get("tinh") else some[0]
            request.scope.require(capability, province.pk)
            return view(request, province, *args, **kwargs)

        return guarded

    return decorate


def page_of(name: str, province: Province) -> str:
    """The URL of a page about a province."""
    return f"{reverse(f'reporting:{name}')}?tinh={province.pk}"


def report_crumbs() -> list[Crumb]:
    return [("Báo cáo", reverse("reporting:home"))]


def period_crumbs(province: Province) -> list[Crumb]:
    return [*report_crumbs(), ("Kỳ báo cáo", page_of("period_list", province))]
