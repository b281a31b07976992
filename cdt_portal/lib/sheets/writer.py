"""The one XLSX writer: rows are streamed as XML into a ready skeleton, so memory does not grow with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from cdt_portal.lib.sheets.columns import Sheet
from cdt_portal.lib.sheets.rows import Rows

if TYPE_CHECKING:
    from cdt_portal.lib.sheets.skeleton import SkeletonSheet

# Already 4 to 20 times smaller; the higher levels cost more time than the rows themselves.
DEFLATE_LEVEL = 1
MERGES_IN_MEMORY = 65_536


@dataclass(frozen=True, slots=True)
class Written:
    """How many records were written, and how many cells the total rows counted."""

    records: int
    counted: int


def write_workbook(target: IO[bytes], sheets: Iterable[tuple[Sheet, Iterable[Any]]]) -> Written:
    """Write an .xlsx of `sheets`, each with its records, to `target`, which needs `write` and `flush` only.

    Sheets, at least one, and their records are taken one at a time, in order. Text is never a formula; what
    XML forbids is dropped from it and what passes Excel's 32,767 characters is cut. Raises ValueError when a
    sheet has more rows than Excel's 1,048,576, and TypeError for a value that is not text, int, float,
    Decimal, date or None; `target` then holds a broken file.
    """
    # openpyxl is heavy: only whoever really writes a workbook loads it.
    from cdt_portal.lib.sheets.skeleton import Skeleton

    skeleton = Skeleton()
    records = counted = 0
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=DEFLATE_LEVEL) as archive:
        for number, (sheet, sheet_records) in enumerate(sheets, start=1):
            frame = skeleton.add(sheet)
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                rows = _write_sheet(part, sheet, frame, sheet_records)
            frame.print_until(rows.last_row)
            records, counted = records + rows.records, counted + rows.counted
        for name, content in skeleton.parts():
            archive.writestr(name, content)
    return Written(records, counted)


def _write_sheet(part: IO[bytes], sheet: Sheet, frame: "SkeletonSheet", records: Iterable[Any]) -> Rows:
    with SpooledTemporaryFile(MERGES_IN_MEMORY) as spool:
        rows = Rows(sheet, frame.styles, frame.total_styles, spool)
        part.write(frame.before)
        part.writelines(rows.xml(records))
        part.write(b"</sheetData>")
        part.writelines(rows.merges.xml())
        part.write(frame.after)
    return rows


def write_zip(target: IO[bytes], members: Iterable[tuple[str, Callable[[IO[bytes]], object]]]) -> int:
    """Write a ZIP of `members`, each a file name and a function that writes its content; give how many.

    They are streamed in order and not compressed again. `target` needs `write` and `flush` only.
    """
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, write in members:
            with archive.open(name, "w") as part:
                write(part)
        return len(archive.namelist())
