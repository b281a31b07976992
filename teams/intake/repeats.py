"""Rows below the heading that only say it again: on each page anew, in its own words or others, or by numbers."""

import re
from collections.abc import Mapping
from typing import Final

from cdt_portal.lib.text import clean
from teams.intake.headings import Heading, meaning
from teams.intake.reader import RawSheet
from teams.intake.roles import role_of

_COLUMN_NUMBER: Final = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?")
_SHORTEST_PHONE: Final = 5


class HeadingRepeats:
    """Knows a sheet's heading line by line; a heading of two lines is repeated in two rows."""

    def __init__(self, sheet: RawSheet, heading: Heading) -> None:
        self.lines = [
            {
                field: _plain(values[column])
                for field, column in heading.columns.items()
                if column < len(values) and isinstance(values[column], str) and values[column]
            }
            for number, values in sheet.rows
            if heading.first_row <= number <= heading.last_row
        ]
        self.names = {line["full_name"] for line in self.lines if "full_name" in line}

    def reason(self, cells: Mapping[str, str]) -> str:
        """What the row repeats, as a key of IGNORED_LABELS, or ""."""
        phone = cells.get("phone", "")
        if len(phone) >= _SHORTEST_PHONE and phone[-1].isdigit():  # nearly every row of people ends here
            return ""
        if self._is_line(cells) or _is_heading_in_other_words(cells):
            return "repeated_heading"
        numbered = len(cells) > 2 and "full_name" in cells and all(map(_COLUMN_NUMBER.fullmatch, cells.values()))
        return "column_numbers" if numbered else ""

    def _is_line(self, cells: Mapping[str, str]) -> bool:
        if "full_name" in cells:
            return _plain(cells["full_name"]) in self.names
        return any(
            cells.keys() == line.keys() and all(_plain(text) == line[field] for field, text in cells.items())
            for line in self.lines
        )


def _is_heading_in_other_words(cells: Mapping[str, str]) -> bool:
    role = cells.get("role", "")
    if not role or role_of(role):
        return False
    return meaning(role)[0] == "role" and meaning(clean(cells.get("full_name", "")))[0] == "full_name"


def _plain(text: str) -> str:
    return clean(text).casefold()
