from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reporting.enums import CampaignState
from reporting.models import Campaign, ProvinceReport, Report
from reporting.services.consolidation import consolidate
from reporting.services.province_rendering import province_bytes
from reporting.services.rendering import FORMATS, report_bytes


class Command(BaseCommand):
    help = (
        "Ghi báo cáo của một xã trong một đợt ra tệp: bản đã nộp, nếu chưa nộp thì bản đang soạn; "
        "hoặc báo cáo tổng hợp của tỉnh, sau khi tổng hợp lại nếu chưa chốt."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", metavar="SLUG", required=True, help="mã đợt báo cáo")
        unit = parser.add_mutually_exclusive_group(required=True)
        unit.add_argument("--commune", metavar="CODE", help="mã xã")
        unit.add_argument("--province", metavar="CODE", help="mã tỉnh: báo cáo tổng hợp của tỉnh")
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
        if options["province"]:
            return self.render_province(options)
        slug, code = options["campaign"], options["commune"]
        report = Report.objects.filter(campaign__slug=slug, commune=code).select_related("campaign").first()
        if report is None:
            raise CommandError(f"Không có báo cáo của xã {code} trong đợt {slug}.")
        return report_bytes(report, options["format"])

    def render_province(self, options: dict) -> tuple[bytes, str]:
        slug, code = options["campaign"], options["province"]
        campaigns = Campaign.objects.select_related("province", "letter", "period", "form_version")
        campaign = campaigns.filter(slug=slug, province=code).exclude(state=CampaignState.DRAFT).first()
        if campaign is None:
            raise CommandError(f"Không có đợt {slug} đã mở ở tỉnh {code}.")
        consolidate(campaign=campaign)
        report = ProvinceReport.objects.get(campaign=campaign)
        report.campaign = campaign
        return province_bytes(report, options["format"])
