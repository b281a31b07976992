"""The part of a workbook that openpyxl makes: styles, widths, titles, headings and print set-up; no rows."""

import re
from collections.abc import Collection, Iterable
from copy import copy
from io import BytesIO
from itertools import groupby
from typing import NamedTuple
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

from cdt_portal.lib.sheets.columns import CENTER, Sheet, Style, Totals
from cdt_portal.lib.sheets.rows import FORBIDDEN_IN_XML, LETTERS_PER_WIDTH, LINE_HEIGHT, MAX_HEIGHT, line_count

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


class Look(NamedTuple):
    """All that tells one of our cells from another to the eye."""

    style: Style = CENTER
    bold: bool = False
    size: int = 12
    bordered: bool = True


class Wardrobe:
    """The looks of one workbook, each made once: openpyxl takes longer to dress a cell than to write it."""

    def __init__(self) -> None:
        self._samples: dict[Look, Cell] = {}

    def number(self, look: Look, worksheet: Worksheet) -> int:
        """What the cells of a sheet's XML call `look`."""
        return int(self._sample(look, worksheet).style_id)

    def dress(self, cell: Cell, look: Look) -> None:
        cell._style = copy(self._sample(look, cell.parent)._style)

    def _sample(self, look: Look, worksheet: Worksheet) -> Cell:
        if look not in self._samples:
            sample = self._samples[look] = Cell(worksheet)
            side = Side(style="thin" if look.bordered else None)
            sample.font = Font(name=FONT, size=look.size, bold=look.bold)
            sample.border = Border(left=side, right=side, top=side, bottom=side)
            sample.alignment = Alignment(look.style.horizontal, "center", wrap_text=look.bordered)
            sample.number_format = look.style.number_format
        return self._samples[look]


class SkeletonSheet:
    """One sheet without its rows: the XML before and after them, and the style number of each column."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet, wardrobe: Wardrobe) -> None:
        self._worksheet = worksheet
        self._sheet = sheet
        _set_up_page(worksheet, sheet)
        _write_heading(worksheet, sheet, wardrobe)
        self.before, self.after = _xml_around_rows(worksheet)
        looks = [Look(column.style, bordered=not column.hidden) for column in sheet.columns]
        self.styles = [wardrobe.number(look, worksheet) for look in looks]
        keeps_style = isinstance(sheet.total, Totals)
        self.total_styles = [
            wardrobe.number(look._replace(style=look.style if keeps_style else CENTER, bold=True), worksheet)
            for look in looks
        ]

    def print_until(self, last_row: int) -> None:
        self._worksheet.print_area = f"A1:{get_column_letter(self._sheet.visible_columns)}{last_row}"


class Skeleton:
    """A workbook that gains sheets while they are being written and is closed when their rows are known."""

    def __init__(self) -> None:
        self._book = Workbook()
        self._wardrobe = Wardrobe()
        self._book.remove(self._book.active)
        self._book.properties.creator = "CDT Portal"

    def add(self, sheet: Sheet) -> SkeletonSheet:
        worksheet = self._book.create_sheet(sheet_name(sheet.name, self._book.sheetnames))
        return SkeletonSheet(worksheet, sheet, self._wardrobe)

    def parts(self) -> list[tuple[str, bytes]]:
        """Name and content of every part of the file but the sheets themselves."""
        saved = BytesIO()
        self._book.save(saved)
        with ZipFile(saved) as archive:
            names = [name for name in archive.namelist() if not name.startswith("xl/worksheets/")]
            return [(name, archive.read(name)) for name in names]


def _set_up_page(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = f"A{sheet.heading_row + 1}"
    worksheet.print_title_rows = f"{len(sheet.titles) + 1}:{sheet.heading_row}"
    worksheet.page_setup.orientation = sheet.orientation
    worksheet.page_setup.paperSize = A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_options.horizontalCentered = True
    worksheet.page_margins = PageMargins(left=0.6, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    worksheet.sheet_format.defaultRowHeight = LINE_HEIGHT
    worksheet.oddFooter.center.text = "&P/&N"
    worksheet.oddFooter.center.font = f"{FONT},Regular"
    worksheet.oddFooter.center.size = 12


def _write_heading(worksheet: Worksheet, sheet: Sheet, wardrobe: Wardrobe) -> None:
    for row, title in enumerate(sheet.titles, start=1):
        cell = _write_text(worksheet, row, 1, title)
        wardrobe.dress(cell, Look(bold=True, size=14, bordered=False))
        worksheet.row_dimensions[row].height = 24
    for number, column in enumerate(sheet.columns, start=1):
        for row, heading in _headings(sheet, number - 1):
            cell = _write_text(worksheet, row, number, heading)
            wardrobe.dress(cell, Look(bold=True, bordered=not column.hidden))
            worksheet.row_dimensions[row].height = 36
        dimension = worksheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column.width, column.hidden
    if sheet.is_grouped:
        groups = [list(each) for name, each in groupby(sheet.columns, key=lambda column: column.group) if name]
        names = ((columns[0].group, sum(column.width for column in columns)) for columns in groups)
        worksheet.row_dimensions[sheet.heading_row - 1].height = _height(names)
        own = ((column.heading, column.width) for columns in groups for column in columns)
        worksheet.row_dimensions[sheet.heading_row].height = _height(own)


def _headings(sheet: Sheet, index: int) -> list[tuple[int, str]]:
    """What stands in which heading row above a column; the first cell of a merged range carries its text."""
    column, last = sheet.columns[index], sheet.heading_row
    if not sheet.is_grouped:
        return [(last, column.heading)]
    if not column.group:
        return [(last - 1, column.heading), (last, "")]
    opens = index == 0 or sheet.columns[index - 1].group != column.group
    return [(last - 1, column.group if opens else ""), (last, column.heading)]


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """What a row of headings needs for its longest text, each given with its width; two lines at least."""
    lines = max(line_count(text, int(width * LETTERS_PER_WIDTH)) for text, width in texts)
    return min(max(2, lines) * LINE_HEIGHT + 3, MAX_HEIGHT)


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
