"""Many rows at once: COPY, one statement for each batch, with the history's triggers firing as for any insert."""

import io
import json
from collections.abc import Iterable
from itertools import islice

from django.db import connection, models

BATCH = 20_000  # rows a COPY: bounds the memory of the text on its way
NULL = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy(model: type[models.Model], columns: list[str], rows: Iterable[list]) -> None:
    """COPY `rows` into the model's table inside the current transaction; dict values go in as JSON."""
    names = ", ".join(f'"{name}"' for name in columns)
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        text = "".join("\t".join(map(copy_text, row)) + "\n" for row in batch)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', io.StringIO(text))


def copy_text(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(ESCAPES)
    return json.dumps(value, ensure_ascii=False).translate(ESCAPES) if isinstance(value, dict) else str(value)


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys, for rows whose children are written in the same breath."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
