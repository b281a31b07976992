import json
import sys
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from teams.enums import ImportState, RowOutcome, Severity
from teams.models import Commune, Province, RosterImport
from teams.services.imports.applying import apply
from teams.services.imports.lifecycle import read_and_rehearse, upload
from teams.services.quality import check_by_job


class Command(BaseCommand):
    help = "Đọc danh sách tổ từ tệp Excel; không có --apply thì chỉ cho biết sẽ thay đổi gì."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        unit = parser.add_mutually_exclusive_group(required=True)
        unit.add_argument("--commune", metavar="CODE", help="mã xã: tệp của một xã")
        unit.add_argument("--province", metavar="CODE", help="mã tỉnh: bảng chung của nhiều xã")
        parser.add_argument("--apply", action="store_true", help="ghi vào cơ sở dữ liệu")
        parser.add_argument("--create-units", action="store_true", help="tạo các thôn, tổ dân phố chưa có")
        parser.add_argument("--partial", action="store_true", help="ghi các dòng đúng dù còn dòng lỗi")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args, **options) -> None:
        if not options["file"].is_file():
            raise CommandError(f"Không có tệp {options['file']}.", returncode=3)
        report = self.run_import(options)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else self.in_words(report))
        if "refused" in report:
            sys.exit(2)
        if report["rows"]["rejected"]:
            sys.exit(1)

    def run_import(self, options: dict) -> dict:
        """The report; without --apply, and when anything breaks, neither rows nor the kept file stay behind."""
        roster_import = None
        try:
            with transaction.atomic():
                roster_import = self.upload(options)
                roster_import = read_and_rehearse(roster_import)
                if self.may_apply(roster_import, options):
                    roster_import = apply(roster_import=roster_import, by=None)
                    check_by_job(roster_import.plan["communes"])
                report = self.report(roster_import)
                transaction.set_rollback(not options["apply"])
        except BaseException:
            if roster_import:
                roster_import.file.delete(save=False)
            raise
        if not options["apply"]:
            roster_import.file.delete(save=False)
        return report

    def upload(self, options: dict) -> RosterImport:
        commune, province = self.units(options)
        with options["file"].open("rb") as file:
            roster_import = upload(
                file=File(file), filename=options["file"].name, by=None, province=province, commune=commune
            )
        if options["create_units"]:
            roster_import.options = {"create_units": True}
        return roster_import

    def units(self, options: dict) -> tuple[Commune | None, Province]:
        if options["commune"]:
            commune = Commune.objects.select_related("province").filter(pk=options["commune"]).first()
            if commune is None:
                raise CommandError(f"Không có xã nào mang mã {options['commune']}.", returncode=3)
            return commune, commune.province
        province = Province.objects.filter(pk=options["province"]).first()
        if province is None:
            raise CommandError(f"Không có tỉnh nào mang mã {options['province']}.", returncode=3)
        return None, province

    def may_apply(self, roster_import: RosterImport, options: dict) -> bool:
        if not options["apply"] or roster_import.state != ImportState.REHEARSED:
            return False
        return options["partial"] or not roster_import.counts["rows"]["rejected"]

    def report(self, roster_import: RosterImport) -> dict:
        if roster_import.state == ImportState.REFUSED:
            return roster_import.counts
        ignored = roster_import.rows.filter(outcome=RowOutcome.IGNORED).order_by("position")
        findings = roster_import.findings.order_by("pk")
        counts = roster_import.counts
        return {
            "rows": counts["rows"],
            "teams": counts["teams"],
            "members": counts["members"],
            "ignored": list(ignored.values("sheet", "row", "reason")),
            "findings": list(findings.values("sheet", "cell", "severity", "code", "message")),
            "total_row": counts["total_row"],
            "applied": roster_import.state == ImportState.APPLIED,
        }

    def in_words(self, report: dict) -> str:
        if "refused" in report:
            return f"Không nhận tệp: {report['refused']['message']}"
        rows, teams, members = report["rows"], report["teams"], report["members"]
        lines = [
            f"Đọc {rows['read']} dòng = thêm {rows['new']} + sửa {rows['changed']} + giữ {rows['same']}"
            f" + lỗi {rows['rejected']} + bỏ qua {rows['ignored']}.",
            f"Tổ: thêm {teams['new']}, sửa {teams['changed']}, giữ {teams['same']}."
            f" Thành viên vắng trong tệp: {members['absent']}.",
            *(f"{f['sheet']}!{f['cell']} [{Severity(f['severity']).label}] {f['message']}" for f in report["findings"]),
            "Đã ghi." if report["applied"] else "Chưa ghi gì.",
        ]
        return "\n".join(lines)
