from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cdt_portal.accounts"
    label = "accounts"
    verbose_name = "Tài khoản"

    def ready(self):
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from cdt_portal.accounts import events  # noqa: F401  connects the access log

        # The back office has no door of its own: the limits and the second factor stand at one place.
        admin.site.login = secure_admin_login(admin.site.login)
