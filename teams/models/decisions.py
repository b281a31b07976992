from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from cdt_portal.lib import decisions
from teams.enums import DecisionKind
from teams.models.base import KeyField, Owned, Versioned


@keep_history()
class Decision(Owned, Versioned):
    """A decision of a commune's committee. Numbers restart each year: unique by commune, year, number and symbol."""

    kind = models.CharField("loại", max_length=12, choices=DecisionKind, default=DecisionKind.ESTABLISH)
    number = models.CharField("số", max_length=40, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=160, blank=True)
    subject = models.CharField("trích yếu", max_length=400, blank=True)
    raw_text = models.CharField("nguyên văn", max_length=400, blank=True)
    match_key = KeyField()
    scan = models.FileField("bản quét", upload_to="decisions/%Y/", blank=True)

    class Meta:
        ordering = ["-issued_on", "match_key"]
        verbose_name = "quyết định"
        verbose_name_plural = "quyết định"
        constraints = [
            models.UniqueConstraint(fields=["commune", "match_key", "issued_on"], name="one_decision_of_a_day"),
            models.UniqueConstraint(
                fields=["commune", "match_key"], condition=Q(issued_on=None), name="one_undated_decision"
            ),
        ]
        indexes = [models.Index(fields=["match_key"], name="decision_by_number")]

    def __str__(self):
        return decisions.decision_title(self.number, self.symbol, self.issued_on) or self.raw_text
