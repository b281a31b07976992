from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Tập huấn"

    def ready(self):
        from training.services import duties, tasks  # noqa: F401  they register what communes owe
