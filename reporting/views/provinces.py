"""Where the department's pages about one province are, and the way back from them."""

from django.urls import reverse

from teams.models import Province
from teams.views.pages import Crumb


def page_of(name: str, province: Province) -> str:
    """The URL of a page about a province."""
    return f"{reverse(f'reporting:{name}')}?tinh={province.pk}"


def report_crumbs() -> list[Crumb]:
    return [("Báo cáo", reverse("reporting:home"))]


def period_crumbs(province: Province) -> list[Crumb]:
    return [*report_crumbs(), ("Kỳ báo cáo", page_of("period_list", province))]
