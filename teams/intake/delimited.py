"""Delimited text into rows of cells, as spreadsheets write it and as people leave it behind.

A quote opens a quoted cell only at its beginning, with something behind it, and when one before a delimiter or the end
of a line closes it; else it is a letter. Officers write it alone for "the same as above", and a reader unaware of it
would take all rows down to the next such cell for one cell.
"""

import re
from collections.abc import Iterator
from functools import lru_cache


@lru_cache
def _cell(delimiter: str) -> re.Pattern[str]:
    end = rf"(?=[{delimiter}\n]|\Z)"
    return re.compile(rf'"(?!{end})((?:[^"]++|"")*+)"{end}|([^{delimiter}\n]*+)')


def rows_of(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a text whose lines end in LF."""
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else None]
        if '"' in line:
            cells, at = _quoted_row(text, delimiter, at)
            yield cells
        else:
            at += len(line) + 1
            yield line.split(delimiter)


def _quoted_row(text: str, delimiter: str, at: int) -> tuple[list[str], int]:
    """The cells of the row that begins at `at`, and where the next one begins."""
    cells = []
    pattern = _cell(delimiter)
    while found := pattern.match(text, at):
        quoted, plain = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        at = found.end() + 1
        if text[found.end() : at] != delimiter:
            break
    return cells, at
