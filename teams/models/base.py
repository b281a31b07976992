"""What several models share: a lifetime, a version, the unit that owns the row."""

import json
from datetime import date

from django.db import models
from django.db.models import Q


def in_force(day: date, start: str = "valid_from", end: str = "ended_on") -> Q:
    """Rows whose lifetime holds `day`: start <= day < end, an unknown start or end being open."""
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day})
    )


def holds(day: date, start: date | None, end: date | None) -> bool:
    """`in_force` for a row that was read."""
    return (start is None or start <= day) and (end is None or end > day)


class KeyField(models.CharField):
    """A key computed by `cdt_portal.lib.text`, compared byte by byte whatever the database's language is."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("db_collation", "C")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class DocumentField(models.JSONField):
    """JSON that is read and written whole. It is kept as text: `jsonb`, which can be asked by key, costs several times
    as much to write."""

    def db_type(self, connection):
        return "json"

    def get_db_prep_value(self, value, connection, prepared=False):
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def from_db_value(self, value, expression, connection):
        return value  # the driver has read it already, which it leaves to Django for `jsonb` alone


class Owned(models.Model):
    """A row that belongs to one commune. The province is repeated so that the scope is one indexed comparison; the
    commune's constraint vouches for it, a second one would cost every bulk write."""

    province = models.ForeignKey(
        "teams.Province", models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="tỉnh"
    )
    commune = models.ForeignKey("teams.Commune", models.PROTECT, related_name="+", db_index=False, verbose_name="xã")

    class Meta:
        abstract = True


class OwnedByTeam(Owned):
    """A row of one team. No service moves a team to another commune and the team's own constraint holds its commune, so
    the row's `team` vouches for `commune` too: its constraint would be checked row by row for what can not be wrong."""

    commune = models.ForeignKey(
        "teams.Commune", models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="xã"
    )

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that people edit side by side: a save names the version it saw and fails when another came first."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
