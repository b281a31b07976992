from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cdt_portal.accounts import invitations
from cdt_portal.accounts.models import User
from teams.enums import UserRole
from teams.models import Assignment


class Command(BaseCommand):
    """The way in without the page of an empty installation; everybody else is invited in the browser."""

    help = "Tạo tài khoản quản trị hệ thống và in liên kết đặt mật khẩu dùng một lần."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")

    def handle(self, *args, username: str, full_name: str, **options) -> None:
        user = User(username=User.normalize_username(username), full_name=full_name)
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        with transaction.atomic():
            user.save()
            Assignment.objects.create(user=user, role=UserRole.SYSTEM_ADMIN)
            self.stdout.write(invitations.invite(user=user, by=user))
