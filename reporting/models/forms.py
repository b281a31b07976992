import pgtrigger
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import FormAudience, VersionState
from teams.models import Province
from teams.models.base import Versioned


@keep_history()
class ReportForm(models.Model):
    """A form that a campaign or a period asks for: shipped with the portal (no province) or a province's own."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="tỉnh")
    slug = models.SlugField("mã mẫu", max_length=60)
    name = models.CharField("tên mẫu", max_length=200)
    audience = models.CharField("dành cho", max_length=10, choices=FormAudience)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = "mẫu báo cáo"
        verbose_name_plural = "mẫu báo cáo"
        constraints = [
            models.UniqueConstraint(fields=["province", "slug"], nulls_distinct=False, name="a_form_once_a_province"),
        ]

    def __str__(self):
        return self.name


@keep_history()
class FormVersion(Versioned):
    """What a form asked at one time. A published one never changes, which the database sees to: a correction is a new
    version."""

    form = models.ForeignKey(ReportForm, models.PROTECT, related_name="versions", verbose_name="mẫu")
    number = models.PositiveSmallIntegerField("bản số")
    state = models.CharField("trạng thái", max_length=10, choices=VersionState, default=VersionState.DRAFT)
    definition = models.JSONField("nội dung")  # see reporting/definition.py
    published_at = models.DateTimeField("ban hành lúc", null=True, blank=True)

    class Meta:
        ordering = ["form_id", "-number"]
        verbose_name = "bản của mẫu"
        verbose_name_plural = "bản của mẫu"
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="a_version_number_once"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(state=VersionState.DRAFT), name="one_draft_version_a_form"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, published_at=None)
                | Q(state=VersionState.PUBLISHED, published_at__isnull=False),
                name="a_published_version_has_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=VersionState.PUBLISHED),
            )
        ]

    def __str__(self):
        return f"{self.form} – bản {self.number}"
