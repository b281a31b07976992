from django.core.management.base import BaseCommand, CommandError

from cdt_portal.accounts import rotation
from cdt_portal.accounts.encryption import DecryptionError
from teams.services import officers


class Command(BaseCommand):
    help = "Mã hóa lại mọi giá trị dưới khóa đầu của CDT_FIELD_KEYS, rồi in mỗi khóa còn bao nhiêu giá trị."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="chỉ in, không mã hóa lại")

    def handle(self, *args, check: bool, **options) -> None:
        try:
            if not check:
                self.stdout.write(f"Đã mã hóa lại {rotation.rotate()} giá trị.")
                self.stdout.write(f"Đã tính lại {officers.renew_indexes()} chỉ mục tra cứu số CCCD.")
        except DecryptionError as error:
            raise CommandError(str(error)) from error
        for key, count in sorted(rotation.in_use().items()):
            self.stdout.write(f"Khóa {key}: {count} giá trị.")
