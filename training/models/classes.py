import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cdt_portal.accounts.history import keep_history
from teams.models import Member, Province
from teams.models.base import Owned, Versioned
from training.enums import LIVE, TAKES_PLACE, AttendanceWay, ClassState, EnrolmentState
from training.models.needs import TrainingCall, TrainingNeed
from training.models.topics import Topic, Venue

EARLY = timedelta(minutes=60)  # before a sitting people may mark themselves and be marked present


@keep_history()
class TrainingClass(Versioned):
    """One class. `taken` counts its seats: raised and lowered only by conditional updates, held below `capacity` by
    the database, so that no two people get the last one. `why` says in sentences why the planner made it so; `kept` is
    for whom it left seats free, which nobody else gets: commune -> people that it counted and has not named yet."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="training_classes", verbose_name="tỉnh")
    call = models.ForeignKey(TrainingCall, models.PROTECT, related_name="classes", null=True, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="classes", verbose_name="chuyên đề")
    title = models.CharField("tên lớp", max_length=200)
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="classes", verbose_name="địa điểm")
    starts_at = models.DateTimeField("khai giảng lúc")
    ends_at = models.DateTimeField("kết thúc lúc")
    hours = models.DecimalField("thời lượng (giờ)", max_digits=5, decimal_places=1)
    capacity = models.PositiveSmallIntegerField("số chỗ")
    taken = models.PositiveSmallIntegerField("đã xếp", default=0, editable=False)
    commune_quota = models.PositiveSmallIntegerField("tối đa mỗi xã", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=12, choices=ClassState, default=ClassState.PROPOSED)
    teacher = models.CharField("giảng viên", max_length=200, blank=True)
    why = models.JSONField("lý do xếp", default=list, editable=False)
    kept = models.JSONField("giữ chỗ", default=dict, editable=False)

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = "lớp tập huấn"
        verbose_name_plural = "lớp tập huấn"
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="a_class_is_never_oversold"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_class_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["province", "starts_at"])]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether its people may still change."""
        return self.state in TAKES_PLACE

    @property
    def has_begun(self) -> bool:
        return timezone.now() >= self.starts_at

    @property
    def awaits_invitation(self) -> bool:
        """Whether it is to come, stands, and has somebody to invite."""
        return self.state == ClassState.PLANNED and not self.has_begun and bool(self.taken or self.kept)

    @property
    def free(self) -> int:
        """Seats for anybody: neither taken nor kept; below zero once the class was made smaller than that."""
        return self.capacity - self.taken - sum(self.kept.values())


@keep_history()
class Enrolment(Owned, Versioned):
    """A member in a class. `rank` orders the waiting list. A replacement names whom it stands for."""

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="enrolments", verbose_name="lớp")
    member = models.ForeignKey(Member, models.PROTECT, related_name="enrolments", verbose_name="học viên")
    need = models.ForeignKey(TrainingNeed, models.SET_NULL, related_name="enrolments", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=12, choices=EnrolmentState, default=EnrolmentState.SEATED)
    rank = models.PositiveIntegerField("thứ tự chờ", null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        ordering = ["training_class_id", "commune_id", "id"]
        verbose_name = "học viên của lớp"
        verbose_name_plural = "học viên của lớp"
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "member"], condition=Q(state__in=LIVE), name="a_member_once_a_class"
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.WAITING, rank__isnull=False)
                | (~Q(state=EnrolmentState.WAITING) & Q(rank=None)),
                name="who_waits_has_a_rank",
            ),
        ]
        indexes = [models.Index(fields=["training_class", "state"])]

    def __str__(self):
        return f"{self.member_id} {self.training_class_id}"


class ClassSession(models.Model):
    """A sitting of a class, for attendance: most classes have one or two. `token_key` makes its QR codes."""

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField("từ")
    ends_at = models.DateTimeField("đến")
    token_key = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["training_class_id", "starts_at"]
        verbose_name = "buổi học"
        verbose_name_plural = "buổi học"
        constraints = [
            models.UniqueConstraint(fields=["training_class", "starts_at"], name="a_session_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_session_ends_after_it_begins"),
        ]

    def __str__(self):
        return f"{self.training_class_id} {self.starts_at:%d/%m/%Y}"

    @property
    def opens_at(self) -> datetime:
        """From when on its attendance may be noted."""
        return self.starts_at - EARLY


@keep_history()
class Attendance(Owned):
    """That somebody was there (or, marked so on purpose, was not). `at` is when it happened, not when it arrived."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances")
    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="attendances")
    present = models.BooleanField("có mặt", default=True)
    way = models.CharField("cách điểm danh", max_length=10, choices=AttendanceWay)
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["session_id", "enrolment_id"]
        verbose_name = "điểm danh"
        verbose_name_plural = "điểm danh"
        constraints = [models.UniqueConstraint(fields=["enrolment", "session"], name="attendance_once_a_session")]

    def __str__(self):
        return f"{self.enrolment_id} {self.session_id}"
