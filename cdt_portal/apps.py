import gc

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cdt_portal"
    label = "portal"
    verbose_name = "Cổng thông tin"

    def ready(self):
        from cdt_portal import checks  # noqa: F401  registers the checks

        # Tens of thousands of short-lived rows made the collector walk the whole heap again and again: a tenth of an
        # import's time. What is loaded by now stays for good.
        gc.freeze()
        gc.set_threshold(100_000, 50, 50)
