from django.db import models

from teams.models import Commune, Province


class CommuneStanding(models.Model):
    """What a commune's overview says beside the register and is dear to count: how many of its leaders are trained, how
    many households its teams guided. Written anew by the hour (`services.standings`); `counted_at` says when.

    `leaders` are those of whom it is known whether they are trained: none where a province does not keep its training
    here. `period` is the one whose team figures are told, of `asked` teams `reported` gave both numbers. Null is "not
    known", which is not zero.
    """

    commune = models.OneToOneField(Commune, models.CASCADE, primary_key=True, related_name="standing")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_constraint=False)
    counted_at = models.DateTimeField()
    leaders = models.PositiveIntegerField()
    leaders_trained = models.PositiveIntegerField(null=True)
    period = models.ForeignKey("reporting.ReportPeriod", models.SET_NULL, related_name="+", null=True, db_index=False)
    asked = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    households = models.PositiveIntegerField(null=True)
    guided = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "tình hình của xã"
        verbose_name_plural = "tình hình của xã"

    def __str__(self):
        return f"{self.commune_id} {self.counted_at:%d/%m/%Y %H:%M}"
