from django.conf import settings
from django.db import models

from teams.models.teams import Member


class PhoneReveal(models.Model):
    """The trace of somebody's look at one masked phone. It outlives the member's row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người xem")
    member = models.ForeignKey(
        Member, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="thành viên"
    )
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"])]
        verbose_name = "lượt xem số điện thoại"
        verbose_name_plural = "lượt xem số điện thoại"

    def __str__(self):
        return f"{self.user_id} xem số của thành viên {self.member_id}"


class ExportTrace(models.Model):
    """The trace of a list that left the portal: who took it, what of it, whether phones stood there in full.

    `scope` says what was asked for, in codes, ids and the words of the filter. `user` is None for the operator's
    command line.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="người xuất"
    )
    scope = models.JSONField("phạm vi", default=dict)
    full_phones = models.BooleanField("đủ số điện thoại")
    rows = models.PositiveIntegerField("số dòng")
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"])]
        verbose_name = "lượt xuất danh sách"
        verbose_name_plural = "lượt xuất danh sách"

    def __str__(self):
        return f"{self.user_id} xuất {self.rows} dòng"
