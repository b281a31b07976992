from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Tổ công nghệ số cộng đồng"

    def ready(self):
        from teams.services import findings, register_tasks, unit_follow_up  # noqa: F401  they register tasks
