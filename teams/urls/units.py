from django.urls import path

from teams.views import communes, consolidation, officers, teams, units

urlpatterns = [
    path("tinh/", communes.provinces, name="provinces"),
    path("xa/", communes.communes, name="communes"),
    path("xa/<slug:code>/", communes.commune, name="commune"),
    path("xa/<slug:code>/thon/", units.units, name="units"),
    path("xa/<slug:code>/thon/them/", units.unit_add, name="unit_add"),
    path("xa/<slug:code>/thon/sap-nhap/", units.unit_merge, name="unit_merge"),
    path("thon/<int:pk>/sua/", units.unit_edit, name="unit_edit"),
    path("thon/<int:pk>/xoa/", units.unit_delete, name="unit_delete"),
    path("thon/<int:pk>/ket-thuc/", units.unit_end, name="unit_end"),
    path("thon/<int:pk>/doi-ten/", units.unit_rename, name="unit_rename"),
    path("thon/<int:pk>/chia-tach/", units.unit_split, name="unit_split"),
    path("xa/<slug:code>/to/them/", teams.team_add, name="team_add"),
    path("to/<int:pk>/sua/", teams.team_edit, name="team_edit"),
    path("to/<int:pk>/giai-the/", teams.team_dissolve, name="team_dissolve"),
    path("to/<int:pk>/lich-su/", teams.team_past, name="team_past"),
    path("xa/<slug:code>/kien-toan/", consolidation.consolidate, name="consolidate"),
    path("xa/<slug:code>/can-bo/", officers.officers, name="officers"),
    path("xa/<slug:code>/can-bo/them/", officers.officer_add, name="officer_add"),
    path("can-bo/<int:pk>/sua/", officers.officer_edit, name="officer_edit"),
    path("can-bo/<int:pk>/thoi/", officers.officer_end, name="officer_end"),
    path("can-bo/<int:pk>/cccd/", officers.officer_reveal, name="officer_reveal"),
]
