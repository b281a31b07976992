"""The user's own file back: the cells to mend are coloured, the reasons stand in a column of their own."""

import zipfile
from collections import defaultdict
from pathlib import Path, PurePath

from django.core.files.base import ContentFile
from django.core.files.temp import NamedTemporaryFile

from teams.enums import Severity
from teams.intake.reader import read_workbook
from teams.models import ImportFinding, RosterImport
from teams.services.imports.lifecycle import local_copy, row_limit

COLOURS = {Severity.ERROR: "FFF4B9B5", Severity.WARNING: "FFFFF0B3"}
LAYOUT_LIMIT = 20 * 1024 * 1024  # bytes unpacked: openpyxl holds some fifty times that in memory
HEADING = "Cần sửa (hệ thống ghi)"


def marked_file(roster_import: RosterImport) -> ContentFile:
    """An .xlsx with the sheets of the upload; other formats, and files too large to keep their
    layout in memory, come back as plain cells."""
    # openpyxl costs every process that imports it 25 MB: only the worker that marks a file pays.
    import openpyxl
    from openpyxl.styles import Alignment, PatternFill

    fills = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
    with local_copy(roster_import) as path:
        sheets = read_workbook(path, roster_import.filename, row_limit=row_limit(roster_import))
        if PurePath(roster_import.filename).suffix.lower() in {".xlsx", ".xlsm"} and unpacked_size(path) < LAYOUT_LIMIT:
            workbook = openpyxl.load_workbook(path)
            pages = {page.title: page for page in workbook.worksheets}
        else:
            workbook = plain_workbook(openpyxl.Workbook(), sheets)
            pages = dict(zip((sheet.name for sheet in sheets), workbook.worksheets, strict=True))
    widths = {sheet.name: max((len(values) for _, values in sheet.rows), default=1) for sheet in sheets}
    by_sheet: dict[str, list[ImportFinding]] = defaultdict(list)
    for finding in roster_import.findings.exclude(cell=""):
        by_sheet[finding.sheet].append(finding)
    for name, page in pages.items():
        notes: dict[int, list[str]] = defaultdict(list)
        for finding in by_sheet[name]:
            cell = page[finding.cell]
            cell.fill = fills[finding.severity]
            notes[cell.row].append(finding.message)
        column = widths.get(name, 1) + 1
        for row, messages in notes.items():
            note = page.cell(row=row, column=column)
            note.value, note.data_type = "\n".join([HEADING + ":", *messages]), "s"
            note.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 60
    with NamedTemporaryFile(suffix=".xlsx") as target:
        workbook.save(target.name)
        target.seek(0)
        return ContentFile(target.read())


def unpacked_size(path: Path) -> int:
    """Bytes of the package's parts; the preflight has already checked that they are true."""
    with zipfile.ZipFile(path) as package:
        return sum(part.file_size for part in package.infolist())


def plain_workbook(workbook, sheets):
    """The cells of .xls, .ods, text or pasted sheets in a new workbook; text stays text, also when it begins with =."""
    workbook.remove(workbook.active)
    for sheet in sheets:
        target = workbook.create_sheet(sheet.name[:31])
        for number, values in sheet.rows:
            for column, value in enumerate(values, start=1):
                if value != "":
                    cell = target.cell(row=number, column=column)
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"
    return workbook
