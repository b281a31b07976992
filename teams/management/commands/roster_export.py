import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from teams.models import Commune, Province
from teams.services.exports import ExportOrder, Tally, export_roster


class Command(BaseCommand):
    help = "Ghi danh sách tổ của một xã hoặc một tỉnh ra tệp Excel theo mẫu chính thức."

    def add_arguments(self, parser) -> None:
        unit = parser.add_mutually_exclusive_group(required=True)
        unit.add_argument("--commune", metavar="CODE", help="mã xã")
        unit.add_argument("--province", metavar="CODE", help="mã tỉnh")
        parser.add_argument("--output", type=Path, metavar="FILE.xlsx", required=True)
        parser.add_argument("--masked", action="store_true", help="che ba số cuối của số điện thoại")

    def handle(self, *args, **options) -> None:
        order = self.order(options)
        try:
            tally = self.write(order, options["output"])
        except OSError as error:
            raise CommandError(f"Không ghi được {options['output']}: {error.strerror}.") from error
        self.stdout.write(f"Đã ghi {tally.members} thành viên của {tally.communes} xã vào {options['output']}.")

    def order(self, options: dict) -> ExportOrder:
        code = options["commune"] or options["province"]
        unit = (Commune if options["commune"] else Province).objects.filter(pk=code).first()
        if unit is None:
            raise CommandError(f"Không có {'xã' if options['commune'] else 'tỉnh'} nào mang mã {code}.")
        if options["output"].suffix.lower() != ".xlsx":
            raise CommandError("Tên tệp phải có đuôi .xlsx.")
        return ExportOrder(
            day=timezone.localdate().isoformat(),
            province=options["province"] or unit.province_id,
            communes=(code,) if options["commune"] else (),
            full_phones=not options["masked"],
        )

    def write(self, order: ExportOrder, output: Path) -> Tally:
        """Under another name first, so that nobody ever finds half a file under this one."""
        draft = output.with_name(f".{output.name}.{os.getpid()}")
        try:
            with draft.open("xb") as target:
                tally = export_roster(target, order, within=Q(), shows_phones=lambda *unit: order.full_phones, by=None)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
        return tally
