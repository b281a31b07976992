"""The same subject as a first day's models: no history, no keys, no lifetimes."""

from django.db import models


class Commune(models.Model):
    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.name


class Village(models.Model):
    commune = models.ForeignKey(Commune, models.PROTECT)
    name = models.CharField(max_length=200)

    class Meta:
        unique_together = ["commune", "name"]

    def __str__(self):
        return self.name


class Decision(models.Model):
    commune = models.ForeignKey(Commune, models.PROTECT)
    number = models.CharField(max_length=80)
    issued_on = models.DateField(null=True, blank=True)

    class Meta:
        unique_together = ["commune", "number", "issued_on"]

    def __str__(self):
        return f"{self.number} ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else self.number


class Team(models.Model):
    village = models.ForeignKey(Village, models.PROTECT)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=200)

    class Meta:
        unique_together = ["village", "name"]

    def __str__(self):
        return self.name


class Member(models.Model):
    class Role(models.TextChoices):
        LEADER = "leader", "Tổ trưởng"
        DEPUTY = "deputy", "Tổ phó"
        MEMBER = "member", "Thành viên"

    team = models.ForeignKey(Team, models.CASCADE)
    full_name = models.CharField(max_length=120, db_index=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    phone = models.CharField(max_length=15, blank=True, db_index=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        unique_together = ["team", "full_name", "phone"]

    def __str__(self):
        return self.full_name
