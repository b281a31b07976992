from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cdt_portal"
    label = "portal"
    verbose_name = "Cổng thông tin"

    def ready(self):
        from cdt_portal import checks  # noqa: F401  registers the checks
