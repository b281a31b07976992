from django.urls import path

from training.views import attendance

urlpatterns = [
    path("lop/<int:pk>/diem-danh/", attendance.attendance, name="attendance"),
    path("lop/<int:pk>/diem-danh/tep/<str:format>/", attendance.attendance_file, name="attendance_file"),
    path("lop/<int:pk>/diem-danh/nhap/", attendance.attendance_upload, name="attendance_upload"),
    path("lop/<int:pk>/ket-thuc/", attendance.class_finish, name="class_finish"),
    path("lop/<int:pk>/mo-lai/", attendance.class_reopen, name="class_reopen"),
    path("nguoi-hoc/<int:pk>/cu-nguoi-thay/", attendance.class_replace, name="class_replace"),
]
