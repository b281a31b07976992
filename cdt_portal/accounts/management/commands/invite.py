from django.core.management.base import BaseCommand, CommandError

from cdt_portal.accounts import invitations
from cdt_portal.accounts.models import User


class Command(BaseCommand):
    """The way in when nobody who may invite can log in: the first administrator, or all of them long away."""

    help = "In liên kết đặt mật khẩu dùng một lần cho một tài khoản đang có."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username: str, **options):
        user = User.objects.filter(username=User.normalize_username(username)).first()
        if user is None:
            raise CommandError(f"Không có tài khoản {username!r}.")
        self.stdout.write(invitations.invite(user=user, by=user))
