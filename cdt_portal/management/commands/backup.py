from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cdt_portal.backup import services
from cdt_portal.lib.numbers import format_int


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và tệp vào một tệp mã hóa, đọc lại để kiểm tra, giữ N bản gần nhất."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", metavar="THƯ_MỤC", default=settings.BACKUP_DIR, help="mặc định: CDT_BACKUP_DIR")
        parser.add_argument("--keep", type=int, default=settings.BACKUP_KEEP, help="số bản giữ lại, kể cả bản mới")
        parser.add_argument("--check", metavar="TỆP", help="không sao lưu, chỉ kiểm tra một bản đã có")

    def handle(self, *args, to: str, keep: int, check: str | None, **options) -> None:
        try:
            path, manifest = self.run(to, keep, check)
        except services.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows, size = sum(manifest.counts.values()), path.stat().st_size / 1e6
        self.stdout.write(
            f"{path}\n{size:.1f} MB, {format_int(rows)} dòng, {format_int(len(manifest.files))} tệp, đã kiểm tra."
        )

    def run(self, to: str, keep: int, check: str | None) -> tuple[Path, services.Manifest]:
        if check:
            return Path(check), services.verify(services.existing(check))
        if not to:
            raise CommandError("Hãy thêm --to THƯ_MỤC, hoặc đặt CDT_BACKUP_DIR.")
        if keep < 1:
            raise CommandError("--keep phải từ 1 trở lên.")
        return services.take(Path(to), keep=keep)
