from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.models.base import Versioned
from teams.models.units import Commune, Province


@keep_history()
class Letterhead(Versioned):
    """How a unit's own papers begin and end (Nghị định 30/2020): of a commune, or (without one) of the department.

    Several lines stand as several lines of text. What is empty is worded from the unit's name.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="xã")
    parent = models.TextField("cơ quan chủ quản", blank=True)
    name = models.TextField("cơ quan ban hành", blank=True)
    symbol = models.CharField("ký hiệu cơ quan", max_length=40, blank=True)  # what follows "BC-": UBND, SKHCN
    place = models.CharField("địa danh", max_length=80, blank=True)
    signer_titles = models.TextField("quyền hạn, chức vụ người ký", blank=True)
    signer_name = models.CharField("họ tên người ký", max_length=120, blank=True)
    recipients = models.TextField("nơi nhận", blank=True)

    class Meta:
        verbose_name = "thể thức văn bản"
        verbose_name_plural = "thể thức văn bản"
        constraints = [
            models.UniqueConstraint(fields=["province", "commune"], nulls_distinct=False, name="one_letterhead_a_unit"),
        ]
        indexes = [models.Index(fields=["commune"], condition=Q(commune__isnull=False), name="letterhead_commune")]

    def __str__(self):
        return self.name or str(self.commune or self.province)
