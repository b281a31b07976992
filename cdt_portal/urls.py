from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern

from cdt_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("tai-khoan/", include("cdt_portal.accounts.urls")),
    path("cong-viec/", include("cdt_portal.jobs.urls")),
    # Imported at its first page only: django-import-export brings openpyxl, which no other page needs.
    URLResolver(RoutePattern("quan-tri/"), "teams.admin", app_name="admin", namespace="admin"),
    path("", include("teams.urls")),
]

handler400 = "cdt_portal.views.bad_request"
handler403 = "cdt_portal.views.forbidden"
handler404 = "cdt_portal.views.not_found"
handler500 = "cdt_portal.views.server_error"
