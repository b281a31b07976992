"""Each model that keeps its history, written in each way that there is: as many events as rows written, and the table
can be made anew from them. The tables are laid bare for it: what is tried is the history, not what rows may say."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pghistory.models
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db

EVENTS = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
TEXTS = {"CharField", "TextField", "SlugField", "EmailField", "URLField", "FileField"}
VALUES = {
    "BooleanField": lambda n: bool(n % 2),
    "BinaryField": lambda n: str(n).encode(),
    "DateField": lambda n: date(2026, 1, 1) + timedelta(n),
    "DateTimeField": lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(n),
    "DecimalField": lambda n: Decimal(n),
    "DurationField": lambda n: timedelta(n),
    "FloatField": float,
    "GenericIPAddressField": lambda n: f"10.0.0.{n}",
    "JSONField": lambda n: {"n": n},
    "TimeField": lambda n: time(n % 24),
    "UUIDField": lambda n: UUID(int=n),
}


def value(field: models.Field, n: int) -> object:
    """Another one for each `n` below 100, unless the field has too few."""
    if field.remote_field:
        return value(field.target_field, n)
    kind = field.get_internal_type()
    if kind == "ArrayField":
        return [value(field.base_field, n)]
    if kind in TEXTS:
        return str(n)[-(field.max_length or 2) :]
    return VALUES.get(kind, int)(n)


def columns(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def row(model: type[models.Model], n: int) -> models.Model:
    automatic = isinstance(model._meta.pk, models.AutoField)
    fields = [field for field in columns(model) if not (automatic and field.primary_key)]
    others = [field for field in fields if field.related_model is not model]  # a row of the same table may go first
    return model(**{field.attname: value(field, n) for field in others})


def lay_bare(table: str, events: str) -> None:
    """Only the primary key and the history's triggers stay, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint"
            " WHERE conrelid IN (%s::regclass, %s::regclass) AND contype IN ('c', 'f', 'u', 'x')",
            [table, events],
        )
        statements = cursor.fetchall()
        cursor.execute(
            "SELECT format('DROP TRIGGER %%I ON %%I', tgname, tgrelid::regclass) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND position(%s IN pg_get_functiondef(tgfoid)) = 0",
            [table, f'INSERT INTO "{events}"'],
        )
        statements += cursor.fetchall()
        for (statement,) in statements:
            cursor.execute(statement)
        cursor.execute(
            "SELECT format('DROP INDEX %%s', indexrelid::regclass) FROM pg_index"
            " WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary",
            [table],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def write_in_every_way(model: type[models.Model], changing: models.Field) -> dict[str, int]:
    """{label: how many rows were written so}."""
    rows, name = model._base_manager, changing.attname
    created = rows.create(**{field.attname: getattr(row(model, 1), field.attname) for field in columns(model)})
    saved = row(model, 2)
    saved.save()
    many = rows.bulk_create([row(model, n) for n in (3, 4, 5, 6, 7)])

    setattr(saved, name, value(changing, 12))
    saved.save()
    for n, one in enumerate(many[:2], 13):
        setattr(one, name, value(changing, n))
    rows.bulk_update(many[:2], [name])
    rows.filter(pk__in=[one.pk for one in many[2:4]]).update(**{name: value(changing, 16)})
    rows.filter(pk=created.pk).update(**{name: value(changing, 1)})  # as it is: no event
    by_sql(model, changing, many[4])

    copied_back(model, many[4])
    many[0].delete()
    rows.filter(pk=many[1].pk).delete()
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', [many[2].pk])
    return {"insert": 7 + 2, "update": 1 + 2 + 2 + 1, "delete": 3 + 2}


def by_sql(model: type[models.Model], changing: models.Field, one: models.Model) -> None:
    wanted = changing.get_db_prep_save(value(changing, 17), connection)
    with connection.cursor() as cursor:
        where = f'WHERE "{model._meta.pk.column}" = %s'
        cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{changing.column}" = %s {where}', [wanted, one.pk])


def copied_back(model: type[models.Model], one: models.Model) -> None:
    """The row goes out of the table, in again by COPY, out again, and in by an INSERT of SQL's own."""
    table, key = model._meta.db_table, model._meta.pk.column
    names = ", ".join(f'"{field.column}"' for field in columns(model))
    text = io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE kept AS SELECT {names} FROM "{table}" WHERE "{key}" = %s', [one.pk])
        cursor.copy_expert("COPY kept TO STDOUT", text)
        text.seek(0)
        cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = %s', [one.pk])
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', text)
        cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = %s', [one.pk])
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM kept')


@pytest.mark.parametrize("event", EVENTS, ids=[event._meta.label for event in EVENTS])
def test_events_are_as_many_as_rows_written_and_make_the_table_anew(event):
    model = event.pgh_tracked_model
    lay_bare(model._meta.db_table, event._meta.db_table)
    kept = {field.column for field in event._meta.concrete_fields}
    tracked = [field for field in columns(model) if field.column in kept]
    # One with many values, so that each change is one.
    changing = max(
        [field for field in tracked if not field.primary_key],
        key=lambda field: len({str(value(field, n)) for n in range(20)}),
    )
    written = write_in_every_way(model, changing)

    names, key = ", ".join(f'"{field.column}"' for field in tracked), model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT pgh_label, count(*) FROM "{event._meta.db_table}" GROUP BY 1')
        assert dict(cursor.fetchall()) == written
        last = f'SELECT DISTINCT ON ("{key}") * FROM "{event._meta.db_table}" ORDER BY "{key}", pgh_id DESC'
        cursor.execute(f"""SELECT {names} FROM ({last}) last WHERE pgh_label <> 'delete' ORDER BY "{key}" """)
        rebuilt = cursor.fetchall()
        cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}" ORDER BY "{key}"')
        assert rebuilt == cursor.fetchall() and len(rebuilt) == 4


def test_without_the_triggers_nothing_is_noted():
    """The control."""
    event = EVENTS[0]
    lay_bare(event.pgh_tracked_model._meta.db_table, event._meta.db_table)
    with pgtrigger.ignore():
        row(event.pgh_tracked_model, 1).save()
    assert not event.objects.exists()


def test_no_model_is_forgotten():
    assert len(EVENTS) == len({event.pgh_tracked_model for event in EVENTS}) >= 30
