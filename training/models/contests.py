from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cdt_portal.accounts.history import keep_history
from teams.models import Province
from teams.models.base import Owned, Versioned


@keep_history()
class Contest(Versioned):
    """A contest whose registrations communes report: "Công dân số Hải Phòng – sử dụng thông minh, sống an toàn"."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="contests", verbose_name="tỉnh")
    name = models.CharField("tên cuộc thi", max_length=250)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến ngày")

    class Meta:
        ordering = ["-starts_on", "id"]
        verbose_name = "cuộc thi"
        verbose_name_plural = "cuộc thi"
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="a_contest_once"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="a_contest_runs_forward"),
        ]

    def __str__(self):
        return self.name


@keep_history()
class ContestCount(Owned, Versioned):
    """How many people of a commune had registered by the end of a day: cumulative, never summed over days."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="counts", verbose_name="cuộc thi")
    as_of = models.DateField("đến hết ngày")
    people = models.PositiveIntegerField("số người đăng ký (lũy kế)")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["contest_id", "commune_id", "-as_of"]
        verbose_name = "số liệu cuộc thi"
        verbose_name_plural = "số liệu cuộc thi"
        constraints = [models.UniqueConstraint(fields=["contest", "commune", "as_of"], name="a_count_once_a_day")]
        indexes = [models.Index(fields=["contest", "commune", "-as_of"], name="newest_count")]

    def __str__(self):
        return f"{self.contest_id} {self.commune_id} {self.as_of}"
