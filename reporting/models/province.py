import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import ProvinceFormat, ProvinceReportState
from reporting.models.campaigns import Campaign
from teams.models import Province
from teams.models.base import Versioned


@keep_history(exclude=["content"])
class ProvinceReport(Versioned):
    """A campaign consolidated for the whole province, as often as wanted until it is locked.

    `sources` is commune code -> id of the snapshot that was counted, null for a commune that was missing: the same
    sources give the same content, whose sum is `sha256`.
    `texts` are the department's own words by section code; they outlive a new consolidation.
    Once it is locked the database refuses every change and its removal.
    """

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="province_report")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ProvinceReportState, default=ProvinceReportState.DRAFT)
    content = models.JSONField("số liệu tổng hợp", default=dict)  # reporting/figures.py: ProvinceFigures.to_json()
    sources = models.JSONField("báo cáo đã tổng hợp", default=dict)
    texts = models.JSONField("lời của Sở", default=dict)
    consolidated_at = models.DateTimeField("tổng hợp lúc", null=True, blank=True)
    locked_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "báo cáo tổng hợp"
        verbose_name_plural = "báo cáo tổng hợp"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProvinceReportState.DRAFT, locked_at=None)
                | Q(state=ProvinceReportState.LOCKED, locked_at__isnull=False),
                name="a_locked_province_report_has_a_time",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="locked",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=ProvinceReportState.LOCKED),
            )
        ]

    def __str__(self):
        return f"Tổng hợp: {self.campaign}"


class ProvinceFile(models.Model):
    """A locked province report as the file that is signed and sent, drawn once and the same bytes ever after.

    The database refuses every change and every removal.
    """

    report = models.ForeignKey(ProvinceReport, models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=ProvinceFormat)
    file = models.FileField("tệp", upload_to="reports/province/%Y/")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    class Meta:
        ordering = ["report_id", "format"]
        verbose_name = "tệp báo cáo tổng hợp đã chốt"
        verbose_name_plural = "tệp báo cáo tổng hợp đã chốt"
        constraints = [models.UniqueConstraint(fields=["report", "format"], name="a_province_file_once_a_format")]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.report_id}.{self.format}"
