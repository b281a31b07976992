from django.contrib.postgres.fields import ArrayField
from django.db import models

from teams.models.base import Owned
from teams.models.counting import recount
from teams.models.units import Commune, Province


def count() -> models.PositiveIntegerField:
    """The triggers insert a commune's row before they count it."""
    return models.PositiveIntegerField(db_default=0, editable=False)


class Counts(models.Model):
    """The columns of `teams.figures.RosterFigures`."""

    villages = count()
    covered = count()
    teams = count()
    members = count()
    reachable = count()
    without_members = count()
    without_leader = count()
    without_deputy = count()
    without_decision = count()
    below_norm = count()
    rapid_response = count()
    steering_team = count()
    steering_committee = count()
    youth_union = count()
    women_union = count()
    farmers_union = count()
    veterans = count()
    fatherland_front = count()
    police = count()
    village_head = count()
    party_cell = count()
    teacher = count()
    civil_servant = count()
    telecom = count()
    resident = count()

    class Meta:
        abstract = True


class CommuneCounters(Counts):
    """The register of one commune today, counted anew by every transaction that changes it (see `models.counting`).

    What began or ended with the day, no transaction tells: counters of an earlier `counted_on` speak of that day.
    """

    commune = models.OneToOneField(Commune, models.CASCADE, primary_key=True, related_name="counters")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_constraint=False)
    counted_on = models.DateField()

    class Meta:
        verbose_name = "số đếm của xã"
        verbose_name_plural = "số đếm của xã"

    def __str__(self):
        return f"{self.commune_id} {self.counted_on:%d/%m/%Y}"


class CounterNote(models.Model):
    """The communes that one statement touched, until its transaction ends. A row put in by hand has them recounted."""

    communes = ArrayField(models.CharField(max_length=5))

    class Meta:
        triggers = [recount()]

    def __str__(self):
        return ", ".join(self.communes)


class CommuneRecord(Owned, Counts):
    """What the register of a commune was at the end of a day, as it was known when the record was made."""

    day = models.DateField()

    class Meta:
        verbose_name = "số liệu đã ghi của xã"
        verbose_name_plural = "số liệu đã ghi của xã"
        constraints = [models.UniqueConstraint(fields=["province", "day", "commune"], name="a_commune_record_a_day")]

    def __str__(self):
        return f"{self.commune_id} {self.day:%d/%m/%Y}"


class ProvinceRecord(Counts):
    """The sum of the communes' records of a day: a trend over the nation reads some rows of each province."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        verbose_name = "số liệu đã ghi của tỉnh"
        verbose_name_plural = "số liệu đã ghi của tỉnh"
        constraints = [models.UniqueConstraint(fields=["province", "day"], name="a_province_record_a_day")]

    def __str__(self):
        return f"{self.province_id} {self.day:%d/%m/%Y}"
