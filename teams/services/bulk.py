"""Many rows at once: COPY, one statement, with the history's triggers firing as for any insert."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, models

BATCH = 500  # rows made into text at a time
SEPARATOR, QUOTE = "\x1f", "\x1e"  # stand in no text that a person wrote; keys to sort by hold the usual ones
SPECIAL = re.compile(f"[{SEPARATOR}{QUOTE}\\r\\n]")
to_json = json.JSONEncoder(ensure_ascii=False).encode


class _Lines:
    """Rows as CSV, made while the server already writes the ones before: for `copy_expert`, which calls `read`."""

    def __init__(self, rows: Iterable[Sequence]) -> None:
        self.rows = iter(rows)

    def read(self, _size: int) -> str:
        # An enum is a text that `str` would take long to make.
        rows = [
            [value if isinstance(value, str) else "" if value is None else str(value) for value in row]
            for row in islice(self.rows, BATCH)
        ]
        text = "".join([SEPARATOR.join(row) + "\n" for row in rows])
        return text if _is_plain(text, rows) else "".join([SEPARATOR.join(map(_quoted, row)) + "\n" for row in rows])


def _is_plain(text: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether nothing in the rows' `text` has to be quoted. Asked of each value it would take as long as the rest."""
    separators = sum(map(len, rows)) - len(rows)
    return (
        text.count("\n") == len(rows) and text.count(SEPARATOR) == separators and QUOTE not in text and "\r" not in text
    )


def _quoted(value: str) -> str:
    return f"{QUOTE}{value.replace(QUOTE, QUOTE * 2)}{QUOTE}" if SPECIAL.search(value) else value


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """COPY `rows` into the model's table inside the current transaction.

    In a column that may be NULL, None and "" both are; a column that may not keeps "". JSON comes as text.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    filled = ", ".join(f'"{name}"' for name in columns if not model._meta.get_field(name).null)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {model._meta.db_table} ({names}) FROM STDIN"
            f" (FORMAT csv, DELIMITER '{SEPARATOR}', QUOTE '{QUOTE}', FORCE_NOT_NULL ({filled}))",
            _Lines(rows),
        )


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys, for rows whose children are written in the same breath."""
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is looked up once, apart from the rows.
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def new_uuids(count: int) -> list[str]:
    """`count` random UUIDs (version 4) as their digits; made one by one, here or by the server, they are felt."""
    digits = os.urandom(16 * count).hex()
    each = (digits[at : at + 32] for at in range(0, 32 * count, 32))
    return [f"{one[:12]}4{one[13:16]}a{one[17:]}" for one in each]
