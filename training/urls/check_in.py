from django.urls import path

from training.views import check_in

urlpatterns = [
    path("diem-danh/<str:token>/", check_in.check_in, name="check_in"),
]
