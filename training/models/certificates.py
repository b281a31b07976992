from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.models import Member
from teams.models.base import Owned, Versioned
from training.enums import Outcome
from training.models.classes import Enrolment
from training.models.topics import Topic


@keep_history()
class Result(Owned, Versioned):
    """How a class ended for one person."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="result")
    outcome = models.CharField("kết quả", max_length=15, choices=Outcome)
    score = models.DecimalField("điểm", max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["enrolment_id"]
        verbose_name = "kết quả học"
        verbose_name_plural = "kết quả học"

    def __str__(self):
        return f"{self.enrolment_id} {self.outcome}"


@keep_history()
class ExternalTraining(Owned, Versioned):
    """A class held elsewhere (onetouch, Bình dân học vụ số, the provincial system), with what proves it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="external_trainings", verbose_name="thành viên")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="chuyên đề")
    provider = models.CharField("nơi tổ chức", max_length=200)
    title = models.CharField("tên khóa học", max_length=200)
    finished_on = models.DateField("hoàn thành ngày")
    hours = models.DecimalField("thời lượng (giờ)", max_digits=5, decimal_places=1, null=True, blank=True)
    evidence_url = models.URLField("liên kết minh chứng", blank=True)
    evidence = models.FileField("tệp minh chứng", upload_to="training/evidence/%Y/", blank=True)

    class Meta:
        ordering = ["-finished_on", "id"]
        verbose_name = "khóa học bên ngoài"
        verbose_name_plural = "khóa học bên ngoài"
        constraints = [
            models.CheckConstraint(condition=~Q(evidence_url="", evidence=""), name="elsewhere_needs_evidence"),
        ]

    def __str__(self):
        return self.title


@keep_history()
class Certificate(Owned):
    """What was issued, frozen: a corrected name is a new certificate that `replaces` the old one, whose code says so.

    `code` is what the public page is asked for; it shows `full_name`, `title`, `hours`, `issued_on` and nothing else.
    From `voided_on` on it shows that day alone.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    code = models.CharField("mã tra cứu", max_length=12, unique=True)
    full_name = models.CharField("họ và tên", max_length=120)
    title = models.CharField("lớp", max_length=200)
    hours = models.DecimalField("thời lượng (giờ)", max_digits=5, decimal_places=1)
    issued_on = models.DateField("cấp ngày")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, related_name="successor", null=True, blank=True)
    voided_on = models.DateField("hết giá trị từ ngày", null=True, blank=True)
    pdf = models.FileField("bản PDF", upload_to="certificates/%Y/", blank=True)

    class Meta:
        ordering = ["-issued_on", "id"]
        verbose_name = "giấy chứng nhận"
        verbose_name_plural = "giấy chứng nhận"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(voided_on=None), name="one_valid_certificate_an_enrolment"
            )
        ]

    def __str__(self):
        return self.code
