from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams import naming
from teams.enums import CommuneKind, PlanState, ProvinceKind, UnitChangeKind, UnitKind
from teams.models.base import KeyField, Owned, Versioned
from teams.models.counting import counted, norm_counted
from teams.models.words import words_index


@norm_counted
@keep_history()
class Province(models.Model):
    """A province or centrally run city, with the wording and norms it has chosen."""

    code = models.CharField("mã", max_length=2, primary_key=True)
    kind = models.CharField("loại", max_length=10, choices=ProvinceKind)
    name = models.CharField("tên", max_length=120)
    sort_key = KeyField()
    team_label = models.CharField("tên gọi của tổ", max_length=120, default="Tổ công nghệ số cộng đồng")
    size_norm = models.PositiveSmallIntegerField("số thành viên tối thiểu mỗi tổ", default=3)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "tỉnh, thành phố"
        verbose_name_plural = "tỉnh, thành phố"

    def __str__(self):
        return self.name


@counted("code")
@keep_history()
class Commune(models.Model):
    """A commune-level unit. A new unit is a new row; `ended_on` is the first day on which it no longer exists."""

    code = models.CharField("mã", max_length=5, primary_key=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="communes", verbose_name="tỉnh")
    kind = models.CharField("loại", max_length=15, choices=CommuneKind)
    name = models.CharField("tên", max_length=120)
    match_key = KeyField()
    sort_key = KeyField()
    size_norm = models.PositiveSmallIntegerField("số thành viên tối thiểu mỗi tổ", null=True, blank=True)
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    ended_on = models.DateField("hết hiệu lực từ ngày", null=True, blank=True)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "xã, phường, đặc khu"
        verbose_name_plural = "xã, phường, đặc khu"
        indexes = [
            words_index("commune_words", "code"),
            models.Index(fields=["valid_from"]),  # for the few that begin or end about some day
            models.Index(fields=["ended_on"]),
        ]

    def __str__(self):
        return self.name


@counted()
@keep_history()
class ResidentialUnit(Owned, Versioned):
    """A village or residential group. The valid ones of a day are the denominator of coverage."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="residential_units", db_index=False, verbose_name="xã"
    )
    kind = models.CharField("loại", max_length=20, choices=UnitKind)
    name = models.CharField("tên", max_length=160)
    match_key = KeyField()
    sort_key = KeyField()
    households = models.PositiveIntegerField("số hộ", null=True, blank=True)
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    ended_on = models.DateField("hết hiệu lực từ ngày", null=True, blank=True)

    class Meta:
        ordering = ["commune_id", "sort_key"]
        verbose_name = "thôn, tổ dân phố"
        verbose_name_plural = "thôn, tổ dân phố"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "match_key"], condition=Q(ended_on=None), name="one_live_unit_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(ended_on=None) | Q(ended_on__gte=models.F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["commune", "sort_key"]), words_index("unit_words")]

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        """The local word before the name, in lower case: thôn, bản, khu phố …"""
        return naming.unit_label(self.name)


@keep_history()
class UnitPlan(Versioned):
    """One decree on villages: drafted, looked at, recorded as a whole, and called off as a whole.

    `commune` is empty where the decree is about several communes of the province. The JSON columns are written and read
    by `teams.services.unit_plans` alone: `rows`, the new villages with the old ones they are made of; `fates`, what
    becomes of a team that shares its village with another; `seen`, the versions the draft was made for; `wrote`, what
    recording it changed, for taking that back.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    effective_on = models.DateField("ngày có hiệu lực")
    legal_basis = models.CharField("căn cứ (số, ngày văn bản, cơ quan quyết định)", max_length=300)
    note = models.TextField("ghi chú", blank=True)
    rows = models.JSONField("đơn vị mới", default=list)
    fates = models.JSONField("các tổ", default=dict)
    seen = models.JSONField("đã xem", default=dict)
    wrote = models.JSONField("đã ghi", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("soạn lúc", auto_now_add=True)
    recorded_at = models.DateTimeField("ghi lúc", null=True, blank=True)
    teams_settled_at = models.DateTimeField("các tổ đã xong lúc", null=True, blank=True)

    class Meta:
        verbose_name = "sắp xếp thôn, tổ dân phố"
        verbose_name_plural = "sắp xếp thôn, tổ dân phố"
        indexes = [models.Index(fields=["province", "commune"])]

    def __str__(self):
        return f"{self.legal_basis} ngày {self.effective_on:%d/%m/%Y}"


@keep_history()
class UnitChange(models.Model):
    """An event that ended some units and began others, and who decided it."""

    plan = models.ForeignKey(UnitPlan, models.PROTECT, related_name="changes", null=True, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    kind = models.CharField("loại", max_length=12, choices=UnitChangeKind)
    effective_on = models.DateField("ngày có hiệu lực")
    legal_basis = models.CharField("căn cứ (số, ngày văn bản, cơ quan quyết định)", max_length=300)
    note = models.TextField("ghi chú", blank=True)

    class Meta:
        verbose_name = "thay đổi đơn vị"
        verbose_name_plural = "thay đổi đơn vị"

    def __str__(self):
        return f"{self.get_kind_display()} ngày {self.effective_on:%d/%m/%Y}"


@keep_history()
class UnitLineage(models.Model):
    """Old unit -> new unit, whole or in part; a village divided between two new ones has two rows."""

    change = models.ForeignKey(UnitChange, models.CASCADE, related_name="lineages")
    old = models.ForeignKey(ResidentialUnit, models.PROTECT, related_name="successors", verbose_name="đơn vị cũ")
    new = models.ForeignKey(ResidentialUnit, models.PROTECT, related_name="predecessors", verbose_name="đơn vị mới")
    whole = models.BooleanField("chuyển nguyên trạng", default=True)

    class Meta:
        verbose_name = "nguồn gốc đơn vị"
        verbose_name_plural = "nguồn gốc đơn vị"
        constraints = [models.UniqueConstraint(fields=["change", "old", "new"], name="one_lineage_of_a_pair")]

    def __str__(self):
        return f"{self.old} → {self.new}"
