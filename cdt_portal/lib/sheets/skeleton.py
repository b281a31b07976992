"""The part of a workbook that openpyxl makes: styles, widths, titles, headings and print set-up; no rows."""

import re
from collections.abc import Collection
from io import BytesIO
from zipfile import ZipFile

# Nothing here is imported by a web process before it writes a workbook: see writer.write_workbook.
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cdt_portal.lib.sheets.columns import CENTER, Column, Sheet, Style
from cdt_portal.lib.sheets.rows import FORBIDDEN_IN_XML

FONT = "Times New Roman"
A4 = 9
MAX_NAME = 31
ILLEGAL_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
# Written before the rows are known, so it could only lie; readers that trust it would lose rows.
DIMENSION = re.compile(rb"<dimension[^>]*/>")


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """The nearest name to `wanted` that Excel accepts and that none of `taken` has, whatever the case."""
    base = ILLEGAL_IN_NAME.sub("-", wanted).strip(" '")[:MAX_NAME].rstrip(" '") or "Danh sách"
    used = {name.casefold() for name in taken}
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        suffix = f" ({number})"
        name = base[: MAX_NAME - len(suffix)] + suffix
    return name


class SkeletonSheet:
    """One sheet without its rows: the XML before and after them, and the style number of each column."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet) -> None:
        self._worksheet = worksheet
        self._sheet = sheet
        self.before, self.after = _xml_around_rows(worksheet)
        self.styles = [self._number_of(column, column.style, bold=False) for column in sheet.columns]
        self.total_styles = [self._number_of(column, CENTER, bold=True) for column in sheet.columns]

    def _number_of(self, column: Column, style: Style, *, bold: bool) -> int:
        # A new cell each time: openpyxl's register holds the very style that a cell goes on changing.
        sample = Cell(self._worksheet)
        _dress(sample, style, bold=bold, bordered=not column.hidden)
        return int(sample.style_id)

    def print_until(self, last_row: int) -> None:
        self._worksheet.print_area = f"A1:{get_column_letter(self._sheet.visible_columns)}{last_row}"


class Skeleton:
    """A workbook that gains sheets while they are being written and is closed when their rows are known."""

    def __init__(self) -> None:
        self._book = Workbook()
        self._book.remove(self._book.active)
        self._book.properties.creator = "CDT Portal"

    def add(self, sheet: Sheet) -> SkeletonSheet:
        worksheet = self._book.create_sheet(sheet_name(sheet.name, self._book.sheetnames))
        _set_up_page(worksheet, sheet)
        _write_heading(worksheet, sheet)
        return SkeletonSheet(worksheet, sheet)

    def parts(self) -> list[tuple[str, bytes]]:
        """Name and content of every part of the file but the sheets themselves."""
        saved = BytesIO()
        self._book.save(saved)
        with ZipFile(saved) as archive:
            names = [name for name in archive.namelist() if not name.startswith("xl/worksheets/")]
            return [(name, archive.read(name)) for name in names]


def _dress(cell: Cell, style: Style, *, bold: bool = False, size: int = 12, bordered: bool = True) -> None:
    side = Side(style="thin" if bordered else None)
    cell.font = Font(name=FONT, size=size, bold=bold)
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(horizontal=style.horizontal, vertical="center", wrap_text=bordered)
    cell.number_format = style.number_format


def _set_up_page(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = f"A{sheet.heading_row + 1}"
    worksheet.print_title_rows = f"{sheet.heading_row}:{sheet.heading_row}"
    worksheet.page_setup.orientation = sheet.orientation
    worksheet.page_setup.paperSize = A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_options.horizontalCentered = True
    worksheet.page_margins = PageMargins(left=0.6, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    worksheet.oddFooter.center.text = "&P/&N"


def _write_heading(worksheet: Worksheet, sheet: Sheet) -> None:
    for row, title in enumerate(sheet.titles, start=1):
        cell = _write_text(worksheet, row, 1, title)
        _dress(cell, CENTER, bold=True, size=14, bordered=False)
        worksheet.row_dimensions[row].height = 24
    for number, column in enumerate(sheet.columns, start=1):
        cell = _write_text(worksheet, sheet.heading_row, number, column.heading)
        _dress(cell, CENTER, bold=True, bordered=not column.hidden)
        dimension = worksheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column.width, column.hidden
    worksheet.row_dimensions[sheet.heading_row].height = 36


def _write_text(worksheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = worksheet.cell(row, column, FORBIDDEN_IN_XML.sub("", text))
    # openpyxl would make a formula of a title that begins with "=".
    cell.data_type = "s"
    return cell


def _xml_around_rows(worksheet: Worksheet) -> tuple[bytes, bytes]:
    xml = BytesIO()
    writer = WorksheetWriter(worksheet, xml)
    writer.write()
    before, after = DIMENSION.sub(b"", xml.getvalue()).split(b"</sheetData>")
    return before, after
