from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import CampaignKind, CampaignState
from reporting.models.forms import FormVersion
from reporting.models.periods import ReportPeriod
from teams.models import Province
from teams.models.base import Versioned


@keep_history()
class DirectiveLetter(Versioned):
    """The letter that asks for a report: "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025"."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh")
    raw_text = models.CharField("số, ký hiệu như trên văn bản", max_length=200)
    number = models.CharField("số", max_length=40, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    subject = models.CharField("trích yếu", max_length=400)
    file = models.FileField("tệp văn bản", upload_to="letters/%Y/", blank=True)
    contact_name = models.CharField("đầu mối liên hệ", max_length=120, blank=True)
    contact_phone = models.CharField("số điện thoại đầu mối", max_length=15, blank=True)

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name = "công văn"
        verbose_name_plural = "công văn"

    def __str__(self):
        return self.raw_text


@keep_history()
class Campaign(Versioned):
    """One call for reports: a form, its addressees and their deadlines; periodic, or ad hoc on a letter.

    `ends_on` is the cut-off: figures from the register are those of that day. Deadlines as in `ReportPeriod`.
    `communes` are the codes of those addressed, None being all of the province; from the opening on each has a report.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="campaigns", verbose_name="tỉnh")
    slug = models.SlugField("mã đợt", max_length=60)
    kind = models.CharField("loại", max_length=10, choices=CampaignKind)
    state = models.CharField("trạng thái", max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    title = models.CharField("tên đợt báo cáo", max_length=250)
    letter = models.ForeignKey(
        DirectiveLetter, models.PROTECT, related_name="campaigns", null=True, blank=True, verbose_name="công văn"
    )
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, related_name="campaigns", null=True, blank=True, verbose_name="kỳ báo cáo"
    )
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="campaigns", verbose_name="mẫu")
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("chốt số liệu hết ngày")
    cumulative_from = models.DateField("lũy kế từ ngày")
    commune_due_at = models.DateTimeField("hạn của xã")
    department_due_at = models.DateTimeField("hạn tổng hợp của Sở")
    instructions = models.TextField("hướng dẫn", blank=True)
    leader_approves = models.BooleanField("lãnh đạo xã duyệt trước khi nộp", default=False)
    communes = ArrayField(models.CharField(max_length=5), null=True, blank=True, verbose_name="các xã được yêu cầu")
    previous = models.ForeignKey(
        "self", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name="đợt trước để so sánh"
    )
    opened_at = models.DateTimeField("mở lúc", null=True, blank=True)
    locked_at = models.DateTimeField("chốt lúc", null=True, blank=True)

    class Meta:
        ordering = ["-commune_due_at", "-id"]
        verbose_name = "đợt báo cáo"
        verbose_name_plural = "đợt báo cáo"
        constraints = [
            models.UniqueConstraint(fields=["province", "slug"], name="a_campaign_once"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on"), cumulative_from__lte=F("starts_on")),
                name="campaign_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(kind=CampaignKind.PERIODIC, period__isnull=False)
                | Q(kind=CampaignKind.AD_HOC, letter__isnull=False),
                name="periodic_has_period_ad_hoc_has_letter",
            ),
        ]

    def __str__(self):
        return self.title


@keep_history()
class AddresseeGroup(Versioned):
    """Communes of a campaign with a deadline of their own; a commune stands in one group at most."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="groups")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    name = models.CharField("tên nhóm", max_length=80)
    due_at = models.DateTimeField("hạn của nhóm")
    communes = ArrayField(models.CharField(max_length=5), verbose_name="các xã")

    class Meta:
        ordering = ["due_at", "id"]
        verbose_name = "nhóm xã có hạn riêng"
        verbose_name_plural = "nhóm xã có hạn riêng"
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="a_group_once_a_campaign")]

    def __str__(self):
        return self.name


@keep_history()
class BodyAddressee(Versioned):
    """An addressee outside the communes (a department, a union, a company): it answers on paper, staff note it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="bodies")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    name = models.CharField("cơ quan, đơn vị", max_length=200)
    due_at = models.DateTimeField("hạn riêng", null=True, blank=True)
    received_on = models.DateField("nhận báo cáo ngày", null=True, blank=True)
    file = models.FileField("báo cáo đã nhận", upload_to="reports/bodies/%Y/", blank=True)
    note = models.CharField("ghi chú", max_length=400, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "cơ quan khác được yêu cầu"
        verbose_name_plural = "cơ quan khác được yêu cầu"
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="a_body_once_a_campaign")]

    def __str__(self):
        return self.name
