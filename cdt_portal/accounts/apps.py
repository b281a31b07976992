from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cdt_portal.accounts"
    label = "accounts"
    verbose_name = "Tài khoản"
