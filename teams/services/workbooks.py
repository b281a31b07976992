"""Small tables that come in as a file of any office: read at once, by the limited reader of whole rosters."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from cdt_portal.lib.text import fold
from teams.intake.reader import Cell, read_workbook
from teams.intake.refusals import Refused

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Table:
    """`headings` are folded. `rows`: (number in the sheet, cells), as long as the headings; "" for an empty cell.
    `unevaluated`: (row number, index of the cell) of formulas whose value no program has worked out, "" in `rows`."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, list[Cell]], ...]
    unevaluated: frozenset[tuple[int, int]]


def read_table(upload: UploadedFile, *, required: Collection[str]) -> Table:
    """The first table whose headings have all of `required` (folded); what stands above it does no harm. Raises
    ValidationError with the reader's sentence."""
    with NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        try:
            sheets = read_workbook(Path(file.name), upload.name or "", row_limit=MOST_ROWS)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal
    for sheet in sheets:
        for at, (_, cells) in enumerate(sheet.rows):
            headings = tuple(fold(str(cell)) for cell in cells)
            if set(required) <= set(headings):
                rows = tuple(_as_long(row, len(headings)) for row in sheet.rows[at + 1 :])
                return Table(headings, rows, frozenset((row, column - 1) for row, column in sheet.unevaluated))
    raise ValidationError("Không thấy dòng tiêu đề. Hãy dùng tệp tải từ trang này, giữ nguyên tên các cột.")


def _as_long(row: tuple[int, list[Cell]], length: int) -> tuple[int, list[Cell]]:
    number, cells = row
    return number, (cells + [""] * length)[:length]
