from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from reporting.enums import FigureSource, SubmissionState
from reporting.models.periods import ReportPeriod
from teams.models import Team
from teams.models.base import Owned, Versioned


@keep_history()
class TeamFigures(Owned, Versioned):
    """What one team reports for one period: indicator code -> value, a missing code being "not reported"."""

    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="team_figures", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="figures", verbose_name="tổ")
    values = models.JSONField("số liệu", default=dict)
    source = models.CharField("nguồn", max_length=10, choices=FigureSource, default=FigureSource.OFFICER)
    updated_at = models.DateTimeField("lưu lúc", auto_now=True)

    class Meta:
        ordering = ["period_id", "commune_id", "team_id"]
        verbose_name = "số liệu của tổ"
        verbose_name_plural = "số liệu của tổ"
        constraints = [models.UniqueConstraint(fields=["period", "team"], name="one_row_a_team_and_period")]
        indexes = [models.Index(fields=["period", "commune"], name="team_figures_of_commune")]

    def __str__(self):
        return f"{self.team_id} {self.period_id}"


@keep_history()
class TeamLink(Owned):
    """A signed link with which one team's leader sends one period's figures, without an account.

    The link itself is made from the row's id, so that it can be shown again; it dies with the period or when revoked.
    """

    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name="tổ")
    expires_at = models.DateTimeField("dùng được đến")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    opened_at = models.DateTimeField("mở lần đầu lúc", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "liên kết gửi số liệu"
        verbose_name_plural = "liên kết gửi số liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "team"], condition=Q(revoked_at=None), name="one_live_link_a_team_and_period"
            )
        ]

    def __str__(self):
        return f"{self.team_id} {self.period_id}"


class TeamSubmission(Owned):
    """What came through a link: it waits until the commune's officer takes it into the figures, or refuses it."""

    link = models.ForeignKey(TeamLink, models.PROTECT, related_name="submissions")
    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name="tổ")
    values = models.JSONField("số liệu")
    sender = models.CharField("người gửi", max_length=120)
    sent_at = models.DateTimeField("gửi lúc", auto_now_add=True)
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField("lý do không nhận", max_length=300, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = "số liệu tổ trưởng gửi"
        verbose_name_plural = "số liệu tổ trưởng gửi"
        indexes = [models.Index(fields=["period", "commune", "state"], name="submission_of_commune")]

    def __str__(self):
        return f"{self.team_id} {self.sent_at:%d/%m/%Y}"

    @property
    def stamp(self) -> str:
        """Which sending this is: a leader who sends again before anybody decided writes over the row."""
        return self.sent_at.isoformat()
