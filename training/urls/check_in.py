from django.urls import path

from training.views import check_in

urlpatterns = [
    path("diem-danh/may.js", check_in.worker, name="check_in_worker"),
    path("diem-danh/khong-mang/", check_in.offline, name="check_in_offline"),
    path("diem-danh/<str:token>/", check_in.check_in, name="check_in"),
]
