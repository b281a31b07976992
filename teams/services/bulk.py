"""Many rows at once: COPY, one statement for each batch, with the history's triggers firing as for any insert."""

import csv
import io
import json
from collections.abc import Iterable
from itertools import islice

from django.db import connection, models

BATCH = 20_000  # rows a COPY: bounds the memory of the text on its way
to_json = json.JSONEncoder(ensure_ascii=False).encode
NULL = "\x01"  # no text of ours holds a control character


def copy(model: type[models.Model], columns: list[str], rows: Iterable[list]) -> None:
    """COPY `rows` into the model's table inside the current transaction; dict values go in as JSON."""
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT csv, NULL E'\\x01')"
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        text = io.StringIO()
        # In one expression: a call for each of half a million values is felt.
        csv.writer(text).writerows(
            [NULL if value is None else to_json(value) if type(value) is dict else value for value in row]
            for row in batch
        )
        text.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(sql, text)


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys, for rows whose children are written in the same breath."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
