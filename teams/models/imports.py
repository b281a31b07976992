import uuid

from django.conf import settings
from django.db import models

from teams.enums import ImportState, MemberRole, RowOutcome, Severity, UndoOutcome
from teams.models.base import DocumentField, KeyField


class RosterImport(models.Model):
    """One uploaded workbook on its way into the register: kept file, rehearsal, one apply, perhaps an undo.

    `commune` is the only commune it may change; a province's shared sheet has `province` alone. `options` are the
    choices people made at the rehearsal, `plan` the teams, decisions and villages it would write, `counts` the figures
    in the shape that `manage.py roster_import --json` prints, `stamp` the state of the register it was compared with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    province = models.ForeignKey("teams.Province", models.PROTECT, related_name="+")
    commune = models.ForeignKey("teams.Commune", models.PROTECT, related_name="+", null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    filename = models.CharField("tên tệp", max_length=300)
    file = models.FileField(upload_to="imports/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    options = models.JSONField(default=dict)
    plan = DocumentField(default=dict)
    counts = models.JSONField(default=dict)
    stamp = models.CharField(max_length=64, blank=True)
    refusal = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "lần nhập tệp"
        verbose_name_plural = "lần nhập tệp"
        indexes = [models.Index(fields=["commune", "-created_at"]), models.Index(fields=["province", "-created_at"])]

    def __str__(self):
        return self.filename


class StagedRow(models.Model):
    """One row of a workbook between reading and writing, and what the rehearsal found it to mean.

    `team_ref` points into the import's `plan["teams"]`. A changed row remembers the member's values and version as
    they were (`before`); after the apply `member_id` and `written_version` name what was written, so that the import
    can be undone row by row.
    """

    roster_import = models.ForeignKey(
        RosterImport, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=80)
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    reason = models.CharField(max_length=400, blank=True)
    team_ref = models.IntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    person = models.UUIDField(null=True)
    full_name = models.CharField(max_length=120, blank=True)
    match_key = KeyField(blank=True)
    sort_key = KeyField(blank=True)
    search_key = KeyField(blank=True)
    role = models.CharField(max_length=15, choices=MemberRole, blank=True)
    phone = models.CharField(max_length=15, blank=True)
    other_phone = models.CharField(max_length=15, blank=True)
    organization = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)
    joined_on = models.DateField(null=True)
    before = models.JSONField(null=True)
    written_version = models.PositiveIntegerField(null=True)
    undo = models.CharField(max_length=10, choices=UndoOutcome, blank=True)

    class Meta:
        verbose_name = "dòng chờ"
        verbose_name_plural = "dòng chờ"
        constraints = [models.UniqueConstraint(fields=["roster_import", "position"], name="a_staged_row_once")]

    def __str__(self):
        return f"{self.sheet}!{self.row}"


class ImportFinding(models.Model):
    """Something to tell about one cell of the workbook."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="findings")
    sheet = models.CharField(max_length=80)
    cell = models.CharField(max_length=12)
    severity = models.CharField(max_length=8, choices=Severity)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=400)

    class Meta:
        ordering = ["id"]
        verbose_name = "phát hiện"
        verbose_name_plural = "phát hiện"

    def __str__(self):
        return f"{self.sheet}!{self.cell}: {self.message}"
