"""Lists as CSV that Excel opens in Vietnamese and never runs."""

import codecs
import csv
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from cdt_portal.lib.sheets.columns import Sheet

# What makes a spreadsheet take text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(target: IO[bytes], sheet: Sheet, records: Iterable[Any]) -> int:
    """Write headings and `records` as UTF-8 with a byte order mark; give the number of records.

    Titles, the total row and hidden columns are left out, block columns are repeated on each line, and text
    that a spreadsheet would run gets an apostrophe in front. `target` needs `write` only.
    """
    columns = [column for column in sheet.columns if not column.hidden]
    lines = csv.writer(codecs.getwriter("utf-8-sig")(target))
    lines.writerow([column.heading for column in columns])
    number = 0
    for number, record in enumerate(records, start=1):
        lines.writerow([safe(column.value(record) if column.value else number) for column in columns])
    return number


def restored(text: str) -> str:
    """A field as it was before `safe` disarmed it; an apostrophe before anything else is part of the text."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text


def safe(value: object) -> object:
    """`value` as a CSV field: dates as dd/mm/yyyy, formulas disarmed."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value
