from django.urls import path

from cdt_portal.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("<int:pk>/", views.notice_open, name="open"),
    path("da-xem/", views.notices_seen, name="seen"),
]
