from django.urls import path

from teams.views import imports

urlpatterns = [
    path("nhap-tep/", imports.imports, name="imports"),
    path("nhap-tep/<uuid:pk>/", imports.roster_import, name="import"),
    path("nhap-tep/<uuid:pk>/lua-chon/", imports.choose, name="import_choose"),
    path("nhap-tep/<uuid:pk>/xac-nhan/", imports.confirm, name="import_confirm"),
    path("nhap-tep/<uuid:pk>/bo/", imports.cancel, name="import_cancel"),
    path("nhap-tep/<uuid:pk>/hoan-tac/", imports.undo, name="import_undo"),
    path("nhap-tep/<uuid:pk>/tep-goc/", imports.original, name="import_original"),
    path("nhap-tep/<uuid:pk>/tep-danh-dau/", imports.marked, name="import_marked"),
]
