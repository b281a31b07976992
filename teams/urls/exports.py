from django.urls import path

from teams.views import exports

urlpatterns = [
    path("xuat-danh-sach/", exports.exports, name="exports"),
    path("xuat-danh-sach/mau/", exports.blank_form, name="blank_form"),
    path("xa/<slug:code>/xuat-danh-sach/", exports.export_commune, name="export_commune"),
]
