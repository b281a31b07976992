from django.db import models
from django.db.models import Q
from django.utils import timezone

from cdt_portal.accounts.models import User


class Notice(models.Model):
    """A sentence for one user, with the page to go on to. It holds no personal data of others."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="người nhận")
    text = models.CharField("nội dung", max_length=400)
    url = models.CharField("trang", max_length=300)
    created_at = models.DateTimeField("lúc", default=timezone.now)
    read_at = models.DateTimeField("đã xem lúc", null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self):
        return self.text


class Reminder(models.Model):
    """The log of what was sent: one row a subject, moment, addressee and channel, so that nothing goes out twice.

    `subject` names what is owed ("campaign:12"), `moment` why it was sent: so many days before or after the last valid
    day ("T-7 2026-03-15", of a deadline within it "T-7 2026-03-15 16:00:00"), or by hand ("hand 2026-03-12 10:05").
    """

    WAITING = "Chờ gửi"  # in `failed`, until the first try

    class Channel(models.TextChoices):
        IN_APP = "in_app", "Trong cổng"
        EMAIL = "email", "Thư điện tử"

    subject = models.CharField("về việc", max_length=60)
    moment = models.CharField("thời điểm", max_length=30)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="người nhận")
    channel = models.CharField("kênh", max_length=10, choices=Channel)
    commune_code = models.CharField("mã xã", max_length=5, blank=True)  # empty for the department's summary
    by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="người đôn đốc"
    )  # nobody: the clock
    text = models.TextField("nội dung")
    sent_at = models.DateTimeField("gửi lúc", default=timezone.now)
    failed = models.CharField("lý do chưa gửi được", max_length=200, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = "lượt đôn đốc"
        verbose_name_plural = "lượt đôn đốc"
        constraints = [
            models.UniqueConstraint(fields=["subject", "moment", "user", "channel", "commune_code"], name="remind_once")
        ]
        indexes = [models.Index(fields=["sent_at"], condition=~Q(failed=""), name="reminder_not_sent")]

    def __str__(self):
        return f"{self.subject} {self.moment}"

    @property
    def occasion(self) -> str:
        """The moment in the words of the log's reader."""
        if not self.moment.startswith("T"):
            return "Đôn đốc ngay"
        days = int(self.moment.split()[0].removeprefix("T"))
        return f"Trước hạn {-days} ngày" if days < 0 else f"Sau hạn {days} ngày"
