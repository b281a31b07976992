from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Báo cáo"

    def ready(self):
        from reporting.services import duties, quality, tasks, unit_mentions  # noqa: F401  they register with the register
