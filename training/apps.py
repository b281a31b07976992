from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Tập huấn"

    def ready(self):
        from training.services import duties  # noqa: F401  registers what communes owe
