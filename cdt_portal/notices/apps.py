from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "cdt_portal.notices"
    label = "notices"
    verbose_name = "Thông báo"
