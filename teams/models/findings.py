"""What is wrong with the register, how good it is, and who was said to be one person."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.enums import FindingState, PairAnswer
from teams.models.base import Owned, Versioned
from teams.models.decisions import Decision
from teams.models.teams import Member, Team
from teams.models.units import Commune, Province, ResidentialUnit


def pointer(model: type[models.Model], words: str) -> models.ForeignKey:
    """What a finding points to. An import that is undone removes rows; the finding then closes by itself."""
    return models.ForeignKey(
        model,
        models.DO_NOTHING,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        verbose_name=words,
    )


@keep_history()
class DataFinding(Owned, Versioned):
    """A fault that a rule found in a commune. The same fault, by rule and what it points to, keeps its row.

    While it stands it is seen at every check; `last_seen` says when it was seen last, once it has gone.
    """

    rule = models.CharField("quy tắc", max_length=40)
    unit = pointer(ResidentialUnit, "thôn, tổ dân phố")
    team = pointer(Team, "tổ")
    member = pointer(Member, "thành viên")
    decision = pointer(Decision, "quyết định")
    detail = models.CharField("chi tiết", max_length=80, blank=True)  # what tells two faults of one subject apart
    text = models.CharField("nội dung", max_length=400)
    basis = models.CharField(max_length=64, editable=False)  # digest of what was found: accepted is this, no more
    state = models.CharField("tình trạng", max_length=10, choices=FindingState, default=FindingState.OPEN)
    reason = models.CharField("lý do chấp nhận", max_length=300, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name="người chấp nhận",
    )
    accepted_at = models.DateTimeField("chấp nhận lúc", null=True, blank=True)
    first_seen = models.DateTimeField("thấy lần đầu")
    last_seen = models.DateTimeField("thấy lần cuối", null=True, blank=True)

    class Meta:
        verbose_name = "điều cần xem lại"
        verbose_name_plural = "điều cần xem lại"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "rule", "unit", "team", "member", "decision", "detail"],
                nulls_distinct=False,
                name="one_finding_of_a_fault",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.ACCEPTED) | Q(accepted_at__isnull=False) & ~Q(reason=""),
                name="accepted_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["province", "rule"], condition=Q(state=FindingState.OPEN), name="finding_open")]

    def __str__(self):
        return self.text

    def reopen(self) -> None:
        """Forget the acceptance, which the history keeps."""
        self.state, self.last_seen = FindingState.OPEN, None
        self.reason, self.accepted_by, self.accepted_at = "", None, None


class QualityRecord(Owned):
    """How good a commune's data were at the last check of a month; the latest one is how they are now."""

    month = models.DateField("tháng")  # its first day
    score = models.PositiveSmallIntegerField("điểm")
    open_findings = models.PositiveIntegerField("cần xem lại")
    accepted_findings = models.PositiveIntegerField("đã chấp nhận")
    checked_at = models.DateTimeField("kiểm tra lúc")

    class Meta:
        verbose_name = "chất lượng dữ liệu"
        verbose_name_plural = "chất lượng dữ liệu"
        constraints = [models.UniqueConstraint(fields=["commune", "month"], name="one_quality_record_a_month")]
        indexes = [models.Index(fields=["province", "month"])]

    def __str__(self):
        return f"{self.commune} {self.month:%m/%Y}: {self.score}"


@keep_history()
class PersonPair(models.Model):
    """What somebody said of two rows of members: one person, or two. `first` is the earlier row.

    "One person" ties the rows: those of `moved` got the person of `first` in place of `former_person`, and `ended`
    says that one of two rows of a team was ended as a mistake. Taken back, the pair may be asked again.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_index=False, verbose_name="tỉnh")
    commune = models.ForeignKey(  # None: the rows stand in two communes, which only the department joins
        Commune, models.PROTECT, related_name="+", null=True, blank=True, db_index=False, verbose_name="xã"
    )
    first = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    second = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", db_constraint=False)
    answer = models.CharField("trả lời", max_length=10, choices=PairAnswer)
    former_person = models.UUIDField(null=True, editable=False)
    moved = ArrayField(models.BigIntegerField(), default=list, editable=False)
    ended = models.BooleanField(default=False, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="người trả lời"
    )
    answered_at = models.DateTimeField("trả lời lúc", auto_now_add=True)
    taken_back_at = models.DateTimeField("tách ra lúc", null=True, blank=True)

    class Meta:
        verbose_name = "cặp dòng cùng một người"
        verbose_name_plural = "cặp dòng cùng một người"
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(taken_back_at=None), name="one_answer_about_a_pair"
            ),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="the_earlier_row_first"),
        ]
        indexes = [models.Index(fields=["province", "commune"], name="pair_of_commune")]

    def __str__(self):
        return f"{self.first_id}, {self.second_id}: {self.get_answer_display()}"
