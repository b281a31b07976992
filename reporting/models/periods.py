from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import PeriodKind, PeriodScheme
from reporting.models.forms import FormVersion
from teams.models import Province
from teams.models.base import Versioned


def default_kinds() -> list[str]:
    return [PeriodKind.QUARTER, PeriodKind.SIX_MONTHS, PeriodKind.NINE_MONTHS, PeriodKind.YEAR]


@keep_history()
class ReportingPolicy(Versioned):
    """How a province reports: which periods open by themselves, when they are due, who approves.

    Due days count working days after the cut-off, each level after the one below it.
    """

    province = models.OneToOneField(Province, models.PROTECT, primary_key=True, related_name="reporting_policy")
    scheme = models.CharField("cách tính kỳ", max_length=10, choices=PeriodScheme, default=PeriodScheme.ND09)
    kinds = ArrayField(models.CharField(max_length=12, choices=PeriodKind), default=default_kinds, verbose_name="kỳ")
    open_days_ahead = models.PositiveSmallIntegerField("mở kỳ trước ngày chốt (ngày)", default=30)
    team_days = models.PositiveSmallIntegerField("hạn của tổ (ngày làm việc sau ngày chốt)", default=1)
    commune_days = models.PositiveSmallIntegerField("hạn của xã (ngày làm việc sau hạn của tổ)", default=2)
    department_days = models.PositiveSmallIntegerField("hạn của Sở (ngày làm việc sau hạn của xã)", default=5)
    leader_approves = models.BooleanField("lãnh đạo xã duyệt trước khi nộp", default=False)
    opens_campaigns = models.BooleanField("tự mở đợt báo cáo định kỳ", default=False)  # else it waits as a draft
    household_target = models.PositiveSmallIntegerField("mục tiêu hộ được hướng dẫn (%)", default=80)

    class Meta:
        verbose_name = "cách báo cáo của tỉnh"
        verbose_name_plural = "cách báo cáo của tỉnh"
        constraints = [
            models.CheckConstraint(
                condition=Q(team_days__gte=1, commune_days__gte=1, department_days__gte=1),
                name="each_level_has_a_working_day",
            ),
        ]

    def __str__(self):
        return f"{self.province}: {self.get_scheme_display()}"


@keep_history()
class Holiday(models.Model):
    """A day without work, for one province or (without one) for all."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="tỉnh")
    day = models.DateField("ngày")
    name = models.CharField("tên ngày nghỉ", max_length=120)

    class Meta:
        ordering = ["day"]
        verbose_name = "ngày nghỉ"
        verbose_name_plural = "ngày nghỉ"
        constraints = [
            models.UniqueConstraint(fields=["province", "day"], nulls_distinct=False, name="a_holiday_once"),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"


@keep_history()
class ReportPeriod(Versioned):
    """A stretch of days to report on. `ends_on` is the cut-off, its last day; cumulative figures begin at
    `cumulative_from`. A deadline is the first moment that is too late: "trước ngày 16" is the 16th at 00:00."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="report_periods", verbose_name="tỉnh")
    scheme = models.CharField("cách tính kỳ", max_length=10, choices=PeriodScheme)
    kind = models.CharField("loại kỳ", max_length=12, choices=PeriodKind)
    name = models.CharField("tên kỳ", max_length=120)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày (chốt số liệu)")
    cumulative_from = models.DateField("lũy kế từ ngày")
    team_due_at = models.DateTimeField("hạn của tổ")
    commune_due_at = models.DateTimeField("hạn của xã")
    department_due_at = models.DateTimeField("hạn của Sở")
    team_form = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="mẫu số liệu của tổ"
    )

    class Meta:
        ordering = ["-ends_on", "-starts_on", "id"]
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        constraints = [
            models.UniqueConstraint(fields=["province", "kind", "starts_on", "ends_on"], name="a_period_once"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on"), cumulative_from__lte=F("starts_on")),
                name="period_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(team_due_at__lte=F("commune_due_at"), commune_due_at__lte=F("department_due_at")),
                name="deadlines_follow_levels",
            ),
        ]

    def __str__(self):
        return self.name
