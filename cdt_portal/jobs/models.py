import uuid
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.enums import FINISHED, UNFINISHED, JobState

RESULT_FOLDER = "jobs"


def result_path(job: "Job", filename: str) -> str:
    """Stored under our own name; the user's name for the file stays in the row."""
    return f"{RESULT_FOLDER}/{job.pk}{PurePath(filename).suffix}"


class Job(models.Model):
    """A long piece of work: who asked, how far it is, what came out. Celery only carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("loại việc", max_length=60)
    title = models.CharField("tên việc", max_length=200)
    args = models.JSONField("tham số", default=dict)  # ids only
    key = models.CharField("khóa", max_length=200, blank=True)  # one unfinished job a key
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs", verbose_name="người yêu cầu")
    followers = models.ManyToManyField(User, related_name="followed_jobs", verbose_name="cùng yêu cầu")
    province_code = models.CharField("mã tỉnh", max_length=2, blank=True)
    commune_code = models.CharField("mã xã", max_length=5, blank=True)

    state = models.CharField("trạng thái", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("đã làm", default=0)
    total = models.PositiveIntegerField("tổng số", default=0)
    progress_text = models.CharField("đang làm gì", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần chạy", default=0)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField("lúc yêu cầu", default=timezone.now)
    started_at = models.DateTimeField("lúc bắt đầu", null=True)
    finished_at = models.DateTimeField("lúc kết thúc", null=True)

    message = models.TextField("kết quả", blank=True)
    url = models.CharField("trang kết quả", max_length=300, blank=True)
    file = models.FileField("tệp kết quả", upload_to=result_path, max_length=200, blank=True)
    filename = models.CharField("tên tệp", max_length=255, blank=True)
    error = models.TextField("lý do", blank=True)

    class Meta:
        verbose_name = "công việc"
        verbose_name_plural = "công việc"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="job_owner_newest"),
            models.Index(fields=["created_at"], condition=Q(state__in=UNFINISHED), name="job_unfinished"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key="") & Q(state__in=UNFINISHED),
                name="job_one_unfinished_a_key",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                | ~Q(state=JobState.RUNNING) & Q(lease_token__isnull=True, lease_until__isnull=True),
                name="job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED, finished_at__isnull=False)
                | Q(state__in=UNFINISHED, finished_at__isnull=True),
                name="job_finished_has_time",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def short_id(self) -> str:
        """What a user reads out to support."""
        return self.pk.hex[:8].upper()

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED


class Heartbeat(models.Model):
    """When something was last seen to be alive: see `heartbeats`."""

    name = models.CharField("tên", max_length=120, primary_key=True)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "nhịp"
        verbose_name_plural = "nhịp"

    def __str__(self):
        return self.name
