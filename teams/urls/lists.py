from django.urls import path

from teams.views import lists

urlpatterns = [
    path("to/", lists.team_list, name="team_list"),
    path("to/xuat/", lists.team_list_export, name="team_list_export"),
    path("thon/", lists.village_list, name="village_list"),
    path("thon/xuat/", lists.village_list_export, name="village_list_export"),
]
