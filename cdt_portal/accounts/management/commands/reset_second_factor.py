from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cdt_portal.accounts import second_factor
from cdt_portal.accounts.models import User


class Command(BaseCommand):
    """For the administrator who has lost the device: everybody else asks somebody with the right, in the browser."""

    help = "Bỏ lớp xác thực thứ hai của một tài khoản; lần đăng nhập tới người đó thêm lại. Ghi vào lịch sử tài khoản."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")

    def handle(self, *args, username: str, **options) -> None:
        user = User.objects.filter(username=User.normalize_username(username)).first()
        if user is None:
            raise CommandError(f"Không có tài khoản {username!r}.")
        if not second_factor.is_enrolled(user):
            raise CommandError(f"Tài khoản {user.username} chưa có lớp xác thực thứ hai.")
        with transaction.atomic():
            second_factor.reset(user)
        self.stdout.write(f"Đã bỏ lớp xác thực thứ hai của {user.username}.")
