from django.urls import path

from teams.views import bulk, roster_rows, rosters

urlpatterns = [
    path("to/<int:pk>/", rosters.team, name="team"),
    path("to/<int:pk>/dan/", rosters.paste, name="roster_paste"),
    path("to/<int:pk>/dong/", roster_rows.add, name="row_add"),
    path("to/<int:pk>/dong/<int:member_id>/", roster_rows.save, name="row_save"),
    path("to/<int:pk>/dong/<int:member_id>/thoi/", roster_rows.leave, name="row_leave"),
    path("to/<int:pk>/dong/<int:member_id>/tro-lai/", roster_rows.come_back, name="row_return"),
    path("thanh-vien/hang-loat/", bulk.bulk, name="bulk"),
    path("thanh-vien/<int:pk>/hien-so/", rosters.reveal, name="reveal_phone"),
]
