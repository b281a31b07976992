from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cdt_portal.accounts.history import keep_history
from teams.models import Province
from teams.models.base import Versioned


def percent(words: str) -> models.PositiveSmallIntegerField:
    """Whole percent, all at first."""
    return models.PositiveSmallIntegerField(
        words, default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )


@keep_history()
class ProvinceTargets(Versioned):
    """What a province wants the shares of its overview to reach. The columns are called as the measures of
    `queries.overview_measures`; households guided have theirs in `ReportingPolicy`, as teams' figures know it too."""

    province = models.OneToOneField(Province, models.PROTECT, primary_key=True, related_name="targets")
    coverage = percent("thôn, tổ dân phố có tổ (%)")
    led = percent("tổ có tổ trưởng (%)")
    assisted = percent("tổ có tổ phó (%)")
    decided = percent("tổ có quyết định (%)")
    sized = percent("tổ đủ số thành viên (%)")
    reachable = percent("thành viên có số điện thoại (%)")
    trained = percent("tổ trưởng đã tập huấn (%)")
    reported = percent("báo cáo đã nộp (%)")

    class Meta:
        verbose_name = "mục tiêu của tỉnh"
        verbose_name_plural = "mục tiêu của tỉnh"

    def __str__(self):
        return str(self.province)
