from django.urls import include, path

from cdt_portal import views
from teams.admin import back_office

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("tai-khoan/", include("cdt_portal.accounts.urls")),
    path("cong-viec/", include("cdt_portal.jobs.urls")),
    path("quan-tri/", back_office.urls),
    path("", include("teams.urls")),
]

handler400 = "cdt_portal.views.bad_request"
handler403 = "cdt_portal.views.forbidden"
handler404 = "cdt_portal.views.not_found"
handler500 = "cdt_portal.views.server_error"
