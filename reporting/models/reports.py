import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import EDITABLE, ReportAction, ReportState
from reporting.models.campaigns import Campaign
from reporting.models.forms import FormVersion
from teams.models import Province
from teams.models.base import Owned, Versioned


@keep_history()
class Report(Owned, Versioned):
    """One commune's report to one campaign; it stands from the campaign's opening on, so that what is owed is a row.

    `on_time` is decided once, at the first submission, by the deadline in force then (`due_at` of its group or the
    campaign's, or `extended_until`). `returns` counts how often it came back.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports", verbose_name="đợt báo cáo")
    state = models.CharField("trạng thái", max_length=20, choices=ReportState, default=ReportState.NOT_STARTED)
    group = models.CharField("nhóm", max_length=80, blank=True)
    due_at = models.DateTimeField("hạn riêng của nhóm", null=True, blank=True)
    extended_until = models.DateTimeField("gia hạn đến", null=True, blank=True)
    extension_reason = models.CharField("lý do gia hạn", max_length=300, blank=True)
    reopened_until = models.DateTimeField("mở lại đến", null=True, blank=True)
    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    first_submitted_at = models.DateTimeField("nộp lần đầu lúc", null=True, blank=True)
    on_time = models.BooleanField("đúng hạn", null=True, blank=True)
    accepted_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    returns = models.PositiveSmallIntegerField("số lần trả lại", default=0)
    receipt = models.CharField("mã biên nhận", max_length=40, blank=True)

    class Meta:
        ordering = ["campaign_id", "commune_id"]
        verbose_name = "báo cáo của xã"
        verbose_name_plural = "báo cáo của xã"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "commune"], name="one_report_a_commune"),
            models.CheckConstraint(
                condition=Q(first_submitted_at=None, on_time=None)
                | Q(first_submitted_at__isnull=False, on_time__isnull=False),
                name="a_first_submission_is_on_time_or_late",
            ),
        ]
        indexes = [models.Index(fields=["commune", "state"])]

    def __str__(self):
        return f"{self.commune_id}: {self.get_state_display()}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE


@keep_history()
class ReportAnswer(Owned, Versioned):
    """What a commune wrote for one indicator. A computed figure has none until somebody writes another value; then
    `note` says why it differs. Empty is not zero: an answer whose value is null was emptied on purpose."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="answers", db_index=False)
    code = models.CharField("mã chỉ tiêu", max_length=40)
    value = models.JSONField("nội dung", null=True)  # by kind: see reporting/answers.py
    note = models.CharField("giải thích", max_length=500, blank=True)
    updated_at = models.DateTimeField("lưu lúc", auto_now=True)

    class Meta:
        ordering = ["report_id", "code"]
        verbose_name = "nội dung báo cáo"
        verbose_name_plural = "nội dung báo cáo"
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="one_answer_a_code")]

    def __str__(self):
        return self.code


class Attachment(Owned):
    """A file sent with a report, kept under our own name; `name` is the sender's. One that a snapshot may name stays
    when it is taken off the report: `removed_at` says since when it goes with it no more."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    code = models.CharField("mã chỉ tiêu", max_length=40, blank=True)  # empty: with the report as a whole
    file = models.FileField("tệp", upload_to="reports/%Y/")
    name = models.CharField("tên tệp", max_length=255)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc", auto_now_add=True)
    removed_at = models.DateTimeField("bỏ lúc", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "tệp kèm theo"
        verbose_name_plural = "tệp kèm theo"

    def __str__(self):
        return self.name


class ReportSnapshot(Owned):
    """What a commune submitted, frozen: figures and texts as shown, the roster, the day they speak of.

    The database refuses any change but the one that adds the PDF, and every removal.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField("lần nộp")
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    as_of = models.DateField("số liệu đến hết ngày")
    content = models.JSONField("nội dung")  # reporting/figures.py: ReportFigures.to_json()
    roster = models.JSONField("danh sách tổ", default=list)  # names and roles, no phones: they go when members leave
    sha256 = models.CharField(max_length=64)  # of content and roster, as canonical JSON
    made_at = models.DateTimeField("lúc", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pdf = models.FileField("bản PDF", upload_to="reports/pdf/%Y/", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    # what asks a reviewer for a look, counted at the submission: reporting/queries/review.py: Weight
    findings = models.PositiveSmallIntegerField("điều cần xem", default=0)
    jumps = models.PositiveSmallIntegerField("thay đổi lớn", default=0)
    overridden = models.PositiveSmallIntegerField("ghi khác", default=0)

    class Meta:
        ordering = ["report_id", "-number"]
        verbose_name = "bản đã nộp"
        verbose_name_plural = "bản đã nộp"
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="a_snapshot_number_once"),
            models.CheckConstraint(condition=Q(pdf="") | ~Q(pdf_sha256=""), name="a_pdf_has_its_sum"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="frozen",
                fields=[
                    "report",
                    "number",
                    "form_version",
                    "as_of",
                    "content",
                    "roster",
                    "sha256",
                    "made_at",
                    "made_by",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="one_pdf",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__pdf_sha256__df="") & ~pgtrigger.Q(old__pdf_sha256=""),
            ),
        ]

    def __str__(self):
        return f"{self.report_id} lần {self.number}"


class ReportStep(Owned):
    """One move of a report from state to state: who, when, why. `reasons` are [{"code", "text"}], by indicator."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="steps")
    action = models.CharField("việc", max_length=15, choices=ReportAction)
    from_state = models.CharField(max_length=20, choices=ReportState)
    to_state = models.CharField(max_length=20, choices=ReportState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("lúc", auto_now_add=True)
    note = models.TextField("lý do", blank=True)
    reasons = models.JSONField("góp ý theo mục", default=list)
    snapshot = models.ForeignKey(ReportSnapshot, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["report_id", "id"]
        verbose_name = "bước xử lý"
        verbose_name_plural = "bước xử lý"

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%d/%m/%Y}"


class ReadyComment(models.Model):
    """A comment that reviewers of a province use again and again."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    text = models.CharField("nội dung", max_length=400)

    class Meta:
        ordering = ["province_id", "id"]
        verbose_name = "góp ý soạn sẵn"
        verbose_name_plural = "góp ý soạn sẵn"
        constraints = [models.UniqueConstraint(fields=["province", "text"], name="a_ready_comment_once")]

    def __str__(self):
        return self.text
