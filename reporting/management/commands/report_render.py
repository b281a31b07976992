from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reporting.models import Report
from reporting.services.rendering import FORMATS, report_bytes


class Command(BaseCommand):
    help = "Ghi báo cáo của một xã trong một đợt ra tệp: bản đã nộp, nếu chưa nộp thì bản đang soạn."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", metavar="SLUG", required=True, help="mã đợt báo cáo")
        parser.add_argument("--commune", metavar="CODE", required=True, help="mã xã")
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--output", type=Path, metavar="FILE", required=True)

    def handle(self, *args, **options) -> None:
        data, name = self.render(options)
        try:
            options["output"].write_bytes(data)
        except OSError as error:
            raise CommandError(f"Không ghi được {options['output']}: {error.strerror}.") from error
        self.stdout.write(f"Đã ghi “{name}” vào {options['output']}.")

    def render(self, options: dict) -> tuple[bytes, str]:
        slug, code = options["campaign"], options["commune"]
        report = Report.objects.filter(campaign__slug=slug, commune=code).select_related("campaign").first()
        if report is None:
            raise CommandError(f"Không có báo cáo của xã {code} trong đợt {slug}.")
        return report_bytes(report, options["format"])
