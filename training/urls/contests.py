from django.urls import path

from training.views import contests

urlpatterns = [
    path("cuoc-thi/", contests.contests, name="contests"),
    path("cuoc-thi/them/", contests.contest_add, name="contest_add"),
    path("cuoc-thi/<int:pk>/", contests.contest, name="contest"),
    path("cuoc-thi/<int:pk>/sua/", contests.contest_edit, name="contest_edit"),
    path("cuoc-thi/<int:pk>/tep/", contests.contest_file, name="contest_file"),
    path("cuoc-thi/<int:pk>/nhap/", contests.contest_upload, name="contest_upload"),
]
