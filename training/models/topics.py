from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.models import Commune, Province
from teams.models.base import Versioned


@keep_history()
class Topic(Versioned):
    """What a class may teach. The catalogue changes over the years: a topic ends and another begins, none is edited
    into another. Without a province it is shipped with the portal."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="tỉnh")
    code = models.SlugField("mã", max_length=40)
    name = models.CharField("tên chuyên đề", max_length=200)
    description = models.TextField("nội dung", blank=True)
    hours = models.DecimalField("thời lượng (giờ)", max_digits=5, decimal_places=1, default=4)
    valid_from = models.DateField("dùng từ ngày", null=True, blank=True)
    ended_on = models.DateField("thôi dùng từ ngày", null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = "chuyên đề"
        verbose_name_plural = "chuyên đề"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "code"],
                condition=Q(ended_on=None),
                nulls_distinct=False,
                name="one_live_topic_of_a_code",
            )
        ]

    def __str__(self):
        return self.name


class Material(models.Model):
    """A file or a link that belongs to a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="materials")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, blank=True)
    title = models.CharField("tên tài liệu", max_length=200)
    url = models.URLField("liên kết", blank=True)
    file = models.FileField("tệp", upload_to="training/%Y/", blank=True)

    class Meta:
        ordering = ["topic_id", "title", "id"]
        verbose_name = "tài liệu"
        verbose_name_plural = "tài liệu"
        constraints = [
            models.CheckConstraint(condition=~Q(url="", file=""), name="a_material_is_a_link_or_a_file"),
        ]

    def __str__(self):
        return self.title


@keep_history()
class Venue(Versioned):
    """A room for classes."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="thuộc xã")
    name = models.CharField("địa điểm", max_length=200)
    address = models.CharField("địa chỉ", max_length=300, blank=True)
    capacity = models.PositiveSmallIntegerField("số chỗ")

    class Meta:
        ordering = ["commune_id", "name"]
        verbose_name = "địa điểm"
        verbose_name_plural = "địa điểm"
        constraints = [models.UniqueConstraint(fields=["commune", "name"], name="a_venue_once_a_commune")]

    def __str__(self):
        return self.name
