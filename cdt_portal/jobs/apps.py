from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "cdt_portal.jobs"
    label = "jobs"
    verbose_name = "Công việc"
