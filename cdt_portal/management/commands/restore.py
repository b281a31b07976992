from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cdt_portal.backup import services
from cdt_portal.lib.numbers import format_int


class Command(BaseCommand):
    help = "Khôi phục một bản sao lưu vào cơ sở dữ liệu trống, rồi kiểm tra số dòng, cập nhật và từng tệp."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="TỆP")
        parser.add_argument(
            "--into-filled", metavar="TÊN_CSDL", help="thay toàn bộ dữ liệu của cơ sở dữ liệu có tên này"
        )

    def handle(self, *args, file: str, into_filled: str | None, **options) -> None:
        name = connection.settings_dict["NAME"]
        if into_filled not in (None, name):
            raise CommandError(f"--into-filled phải là tên cơ sở dữ liệu sẽ bị thay: {name}.")
        try:
            manifest = services.restore(services.existing(file), into_filled=into_filled is not None)
        except services.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows, files = sum(manifest.counts.values()), len(manifest.files)
        self.stdout.write(f"Đã khôi phục {format_int(rows)} dòng, {format_int(files)} tệp; số đếm và tệp đều khớp.")
        if services.is_behind(manifest):
            self.stdout.write("Bản sao lưu cũ hơn chương trình: chạy tiếp python manage.py migrate.")
