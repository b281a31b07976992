from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cdt_portal.accounts"
    label = "accounts"
    verbose_name = "Tài khoản"

    def ready(self):
        from cdt_portal.accounts import events  # noqa: F401  connects the access log
