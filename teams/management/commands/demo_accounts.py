from django.core.management.base import BaseCommand

from teams.demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "In các tài khoản của dữ liệu mẫu."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Mật khẩu chung: {PASSWORD}")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<16} {account.role.label}")
