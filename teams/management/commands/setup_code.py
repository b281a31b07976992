from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from teams.services.first_run import is_open, setup_code


class Command(BaseCommand):
    """Started with the server, so that whoever reads its output can begin."""

    help = "In mã thiết lập khi Cổng chưa có tài khoản nào; sau đó không in gì."

    def handle(self, *args, **options) -> None:
        if is_open():
            page = settings.PORTAL_URL + reverse("teams:first_run")
            self.stdout.write(f"Cổng chưa có tài khoản nào. Mở {page} và nhập mã thiết lập: {setup_code()}")
