from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern

from cdt_portal import help, home, search, tour, views


class BackOfficeResolver(URLResolver):
    """Imports its routes at their first page: django-import-export brings openpyxl, which no other page needs."""

    def _populate(self):
        """Nothing yet: names behind a namespace are looked up in `url_patterns` when one is asked for."""


urlpatterns = [
    path("", home.home, name="home"),
    path("tim/", search.search, name="search"),
    path("tro-giup/", help.own_guide, name="help"),
    path("tro-giup/gioi-thieu/", tour.tour_seen, name="tour_seen"),
    path("tro-giup/<slug:name>/", help.guide, name="guide"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.figures, name="metrics"),
    path("tai-khoan/", include("cdt_portal.accounts.urls")),
    path("cong-viec/", include("cdt_portal.jobs.urls")),
    path("thong-bao/", include("cdt_portal.notices.urls")),
    BackOfficeResolver(RoutePattern("quan-tri/"), "cdt_portal.back_office", app_name="admin", namespace="admin"),
    path("tap-huan/", include("training.urls")),
    path("", include("reporting.urls")),
    path("", include("teams.urls")),
]

handler400 = "cdt_portal.views.bad_request"
handler403 = "cdt_portal.views.forbidden"
handler404 = "cdt_portal.views.not_found"
handler500 = "cdt_portal.views.server_error"
