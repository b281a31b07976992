"""Every workbook the portal hands out: a sheet is an ordered list of columns, and there is one writer."""

from cdt_portal.lib.sheets.columns import (
    CENTER,
    DATE,
    NUMBER,
    PHONE,
    TEXT,
    Column,
    Sheet,
    Style,
    Total,
    Totals,
    style_of,
)
from cdt_portal.lib.sheets.writer import Written, write_workbook, write_zip

__all__ = [
    "CENTER",
    "DATE",
    "NUMBER",
    "PHONE",
    "TEXT",
    "Column",
    "Sheet",
    "Style",
    "Total",
    "Totals",
    "Written",
    "style_of",
    "write_workbook",
    "write_zip",
]
