from django.urls import path

from teams.views import members

urlpatterns = [
    path("thanh-vien/", members.members, name="members"),
    path("thanh-vien/xuat/", members.members_export, name="members_export"),
]
