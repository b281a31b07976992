import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.encryption import EncryptedTextField
from cdt_portal.accounts.history import keep_history
from teams import naming
from teams.enums import DecisionKind, LeaveReason, MemberRole, Organization, TeamKind
from teams.models.base import KeyField, Owned, OwnedByTeam, Versioned
from teams.models.counting import counted
from teams.models.decisions import Decision
from teams.models.units import ResidentialUnit
from teams.models.words import words_index


@counted()
@keep_history()
class Team(Owned, Versioned):
    """A team of a commune. It stands on its latest decision; earlier ones are in `TeamDecision`."""

    kind = models.CharField("loại", max_length=20, choices=TeamKind, default=TeamKind.VILLAGE_TEAM)
    name = models.CharField("tên tổ", max_length=200)
    match_key = KeyField()
    sort_key = KeyField()
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        related_name="current_teams",
        null=True,
        blank=True,
        db_index=False,
        verbose_name="quyết định",
    )
    zalo_url = models.URLField("nhóm Zalo", blank=True)
    founded_on = models.DateField("thành lập ngày", null=True, blank=True)
    dissolved_on = models.DateField("giải thể ngày", null=True, blank=True)

    class Meta:
        ordering = ["commune_id", "sort_key", "id"]
        verbose_name = "tổ"
        verbose_name_plural = "tổ"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "kind", "match_key"],
                condition=Q(dissolved_on=None),
                name="one_live_team_of_a_name",
            )
        ]
        indexes = [models.Index(fields=["commune", "sort_key"]), words_index("team_words")]

    def __str__(self):
        return self.name

    @property
    def title(self) -> str:
        """The name as it stands alone: "Khu phố 1" is a village, "Tổ công nghệ số cộng đồng Khu phố 1" its team."""
        says = self.kind != TeamKind.VILLAGE_TEAM or naming.says_team(self.name)
        return self.name if says else f"{self.province.team_label} {self.name}"


@keep_history()
class TeamDecision(OwnedByTeam):
    """The team's history of decisions: which one did what to it, from when."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="decisions", db_index=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="teams", verbose_name="quyết định")
    kind = models.CharField("loại", max_length=12, choices=DecisionKind)
    effective_on = models.DateField("từ ngày", null=True, blank=True)

    class Meta:
        verbose_name = "quyết định của tổ"
        verbose_name_plural = "quyết định của tổ"
        constraints = [models.UniqueConstraint(fields=["team", "decision"], name="a_decision_once_a_team")]

    def __str__(self):
        return f"{self.team}: {self.decision}"


@counted()
@keep_history()
class TeamCoverage(OwnedByTeam):
    """Which villages a team looks after, from when until when. A village is covered while one such row holds."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="coverages", db_index=False)
    unit = models.ForeignKey(
        ResidentialUnit, models.PROTECT, related_name="coverages", verbose_name="địa bàn phụ trách"
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    ended_on = models.DateField("đến trước ngày", null=True, blank=True)

    class Meta:
        verbose_name = "địa bàn phụ trách"
        verbose_name_plural = "địa bàn phụ trách"
        constraints = [
            models.UniqueConstraint(fields=["team", "unit"], condition=Q(ended_on=None), name="a_unit_once_a_team"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(ended_on=None) | Q(ended_on__gte=models.F("valid_from")),
                name="coverage_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["commune"])]

    def __str__(self):
        return f"{self.team} – {self.unit}"


@counted()
@keep_history()
class Member(OwnedByTeam, Versioned):
    """One person's time in one team. Leaving sets `left_on`; `person` ties the rows of one person together."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", db_index=False, verbose_name="tổ")
    person = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    full_name = models.CharField("họ và tên", max_length=120)
    match_key = KeyField()
    sort_key = KeyField()
    search_key = KeyField()
    role = models.CharField("chức vụ trong tổ", max_length=15, choices=MemberRole, default=MemberRole.MEMBER)
    phone = models.CharField("số điện thoại", max_length=15, blank=True)
    other_phone = models.CharField("số điện thoại khác", max_length=15, blank=True)
    organization = models.CharField("thành phần", max_length=20, choices=Organization, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    joined_on = models.DateField("tham gia từ ngày", null=True, blank=True)
    left_on = models.DateField("thôi tham gia từ ngày", null=True, blank=True)
    left_reason = models.CharField("lý do", max_length=20, choices=LeaveReason, blank=True)

    class Meta:
        ordering = ["team_id", "position", "id"]
        verbose_name = "thành viên"
        verbose_name_plural = "thành viên"
        constraints = [
            models.UniqueConstraint(
                fields=["team"], condition=Q(role=MemberRole.LEADER, left_on=None), name="one_active_leader_a_team"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, left_reason="") | (Q(left_on__isnull=False) & ~Q(left_reason="")),
                name="leaving_has_a_date_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(joined_on=None) | Q(left_on=None) | Q(left_on__gte=models.F("joined_on")),
                name="nobody_leaves_before_joining",
            ),
        ]
        indexes = [
            models.Index(fields=["commune", "team"]),
            models.Index(fields=["team", "position"]),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="member_phone"),
            models.Index(fields=["other_phone"], condition=~Q(other_phone=""), name="member_other_phone"),
            models.Index(fields=["sort_key", "id"], name="member_by_name"),
            models.Index(fields=["province", "sort_key", "id"], name="member_of_province_by_name"),
            models.Index(fields=["sort_key", "id"], condition=Q(left_on__isnull=False), name="member_left_by_name"),
            GinIndex(SearchVector("search_key", config="simple"), name="member_words"),
        ]

    def __str__(self):
        return self.full_name


@keep_history(exclude=["citizen_id", "citizen_id_hash"], also=("reencrypted",))
class FocalOfficer(Owned, Versioned):
    """The official of a commune who answers for its teams (seed letter of 2024). The only people with a CCCD here."""

    full_name = models.CharField("họ và tên", max_length=120)
    position = models.CharField("chức vụ", max_length=160, blank=True)
    phone = models.CharField("số điện thoại", max_length=15, blank=True)
    citizen_id = EncryptedTextField("số CCCD", blank=True)
    citizen_id_hash = models.CharField(max_length=64, blank=True, editable=False)
    started_on = models.DateField("từ ngày", null=True, blank=True)
    ended_on = models.DateField("đến trước ngày", null=True, blank=True)

    class Meta:
        ordering = ["commune_id", "id"]
        verbose_name = "cán bộ phụ trách"
        verbose_name_plural = "cán bộ phụ trách"
        indexes = [models.Index(fields=["commune"])]

    def __str__(self):
        return self.full_name
