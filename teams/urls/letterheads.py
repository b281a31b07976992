from django.urls import path

from teams.views import letterheads

urlpatterns = [
    path("xa/<slug:code>/the-thuc/", letterheads.commune_letterhead, name="commune_letterhead"),
    path("tinh/<slug:code>/the-thuc/", letterheads.province_letterhead, name="province_letterhead"),
]
