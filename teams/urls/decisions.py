from django.urls import path

from teams.views import decisions

urlpatterns = [
    path("xa/<slug:code>/quyet-dinh/", decisions.decisions, name="decisions"),
    path("xa/<slug:code>/quyet-dinh/them/", decisions.decision_add, name="decision_add"),
    path("quyet-dinh/<int:pk>/", decisions.decision, name="decision"),
    path("quyet-dinh/<int:pk>/sua/", decisions.decision_edit, name="decision_edit"),
    path("quyet-dinh/<int:pk>/gan-to/", decisions.decision_assign, name="decision_assign"),
    path("quyet-dinh/<int:pk>/go-to/<int:team_id>/", decisions.decision_detach, name="decision_detach"),
    path("quyet-dinh/<int:pk>/ban-quet/", decisions.decision_scan, name="decision_scan"),
]
