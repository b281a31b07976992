from django.urls import path

from cdt_portal.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:job_id>/", views.job_detail, name="detail"),
    path("<uuid:job_id>/tep/", views.job_file, name="file"),
    path("<uuid:job_id>/thu-lai/", views.job_retry, name="retry"),
    path("<uuid:job_id>/bo/", views.job_cancel, name="cancel"),
]
