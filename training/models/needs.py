from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.enums import MemberRole
from teams.models import Member, Province
from teams.models.base import Owned, Versioned
from training.enums import CallState, DayPart, ReplyAction, ReplyState
from training.models.topics import Topic


def leaders_and_deputies() -> list[str]:
    return [MemberRole.LEADER, MemberRole.DEPUTY_LEADER]


@keep_history()
class TrainingCall(Versioned):
    """The department asks what communes need: topics, who may be named, until when (the first moment too late)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="training_calls", verbose_name="tỉnh")
    title = models.CharField("tên đợt đăng ký", max_length=250)
    letter_text = models.CharField("công văn", max_length=200, blank=True)
    topics = models.ManyToManyField(Topic, related_name="+", verbose_name="chuyên đề")
    roles = ArrayField(
        models.CharField(max_length=15, choices=MemberRole), default=leaders_and_deputies, verbose_name="ai được cử"
    )
    headcount_allowed = models.BooleanField("cho đăng ký số lượng, không cần tên", default=False)
    max_per_commune = models.PositiveSmallIntegerField("tối đa mỗi xã", null=True, blank=True)
    due_at = models.DateTimeField("hạn đăng ký")
    instructions = models.TextField("hướng dẫn", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=CallState, default=CallState.DRAFT)
    opened_at = models.DateTimeField("mở lúc", null=True, blank=True)

    class Meta:
        ordering = ["-due_at", "-id"]
        verbose_name = "đợt đăng ký nhu cầu"
        verbose_name_plural = "đợt đăng ký nhu cầu"

    def __str__(self):
        return self.title


class Wished(models.Model):
    """When and where people would like to learn; what is empty is left to the department."""

    from_day = models.DateField("học được từ ngày", null=True, blank=True)
    to_day = models.DateField("đến ngày", null=True, blank=True)
    day_part = models.CharField("buổi", max_length=10, choices=DayPart, default=DayPart.ANY)
    place = models.CharField("nơi muốn học", max_length=200, blank=True)

    class Meta:
        abstract = True


def days_run_forward(name: str) -> models.CheckConstraint:
    backward = Q(from_day__isnull=False, to_day__isnull=False, to_day__lt=models.F("from_day"))
    return models.CheckConstraint(condition=~backward, name=name)


@keep_history()
class NeedReply(Owned, Versioned, Wished):
    """One commune's answer to a call; it stands from the opening on, so that what is owed is a row. States are those
    of reports. Its wish is that of all whom it names but for those who have their own."""

    call = models.ForeignKey(TrainingCall, models.PROTECT, related_name="replies")
    state = models.CharField("trạng thái", max_length=15, choices=ReplyState, default=ReplyState.NOT_STARTED)
    extended_until = models.DateTimeField("gia hạn đến", null=True, blank=True)
    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    first_submitted_at = models.DateTimeField("nộp lần đầu lúc", null=True, blank=True)
    on_time = models.BooleanField("đúng hạn", null=True, blank=True)
    accepted_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    returns = models.PositiveSmallIntegerField("số lần trả lại", default=0)
    receipt = models.CharField("mã biên nhận", max_length=40, blank=True)
    nothing_needed = models.BooleanField("xã không có nhu cầu", default=False)

    class Meta:
        ordering = ["call_id", "commune_id"]
        verbose_name = "đăng ký của xã"
        verbose_name_plural = "đăng ký của xã"
        constraints = [
            models.UniqueConstraint(fields=["call", "commune"], name="one_reply_a_commune"),
            days_run_forward("days_of_a_reply_run_forward"),
        ]

    def __str__(self):
        return f"{self.commune_id} {self.call_id}"


class NeedStep(Owned):
    """One move of a reply from state to state: who, when, why."""

    reply = models.ForeignKey(NeedReply, models.CASCADE, related_name="steps")
    action = models.CharField("việc", max_length=10, choices=ReplyAction)
    from_state = models.CharField(max_length=15, choices=ReplyState)
    to_state = models.CharField(max_length=15, choices=ReplyState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("lúc", auto_now_add=True)
    note = models.TextField("lý do", blank=True)

    class Meta:
        ordering = ["reply_id", "id"]
        verbose_name = "bước xử lý đăng ký"
        verbose_name_plural = "bước xử lý đăng ký"

    def __str__(self):
        return f"{self.action} {self.at:%d/%m/%Y}"


@keep_history()
class TrainingNeed(Owned, Versioned, Wished):
    """A member, or a number of people without names, who should learn a topic; with the wish that holds for them,
    whether it is their own or their commune's."""

    reply = models.ForeignKey(NeedReply, models.CASCADE, related_name="needs")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="chuyên đề")
    member = models.ForeignKey(Member, models.PROTECT, related_name="needs", null=True, blank=True)
    headcount = models.PositiveSmallIntegerField("số người", default=1)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["reply_id", "topic_id", "id"]
        verbose_name = "nhu cầu"
        verbose_name_plural = "nhu cầu"
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "topic", "member"], condition=Q(member__isnull=False), name="a_member_once_a_topic"
            ),
            models.CheckConstraint(condition=Q(member=None) | Q(headcount=1), name="a_named_need_is_one_person"),
            days_run_forward("wished_days_run_forward"),
        ]

    def __str__(self):
        return f"{self.topic_id}: {self.member_id or self.headcount}"
