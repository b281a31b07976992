"""No lost update: conditional writes on `version`, and one lock for each commune's imports."""

from typing import TypeVar

from django.db import connection
from django.db.models import F, Model

Row = TypeVar("Row", bound=Model)


class Conflict(Exception):
    """The row changed after the caller read it. `current` is what stands now; the caller keeps what was typed."""

    def __init__(self, current: Model | None):
        super().__init__("Dòng này vừa được người khác sửa.")
        self.current = current


def save_if_unchanged(row: Row, *, version: int, fields: dict[str, object]) -> Row:
    """Write `fields` when the row still has `version`, and raise its version by one; else raise Conflict."""
    model = type(row)
    written = model.objects.filter(pk=row.pk, version=version).update(version=F("version") + 1, **fields)
    if not written:
        raise Conflict(model.objects.filter(pk=row.pk).first())
    row.refresh_from_db()
    return row


def lock_communes(codes: list[str]) -> None:
    """Wait for, and hold until the transaction ends, the right to write whole rosters of these communes.

    One after the other in the order of their codes: of two who want some of the same nobody waits for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('roster:' || code)) FROM unnest(%s::text[]) AS code", [sorted(codes)]
        )


def take_turn(name: str) -> None:
    """Wait for whoever took this turn before, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
