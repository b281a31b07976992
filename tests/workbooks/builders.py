"""Workbooks as officers and attackers make them, built anew for each test; no file is kept in the repository."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet

from teams.intake.reader import read_workbook
from teams.intake.reading import Reading
from teams.intake.roster import read_roster

Grid = list[list[object]]

TITLE = "Mẫu danh sách Tổ Công nghệ số cộng đồng"
HEADING = [
    "TT",
    "Tên Phường\\xã",
    "Tên Tổ",
    "Số Quyết định",
    "Họ tên thành viên",
    "Chức vụ trong tổ",
    "Số điện thoại liên hệ",
    "Ghi chú",
]
DECISION = "01/QĐ-UBND\nngày 10/7/2025"
COMMUNE = "Xã Bình Minh"

# The plain list: two teams of one commune. A layout that means the same must read the same.
PEOPLE: Grid = [
    [1, COMMUNE, "Thôn 1", DECISION, "Lê Văn An", "Tổ trưởng", "0912345601", None],
    [None, None, None, None, "Trần Thị Bình", "Tổ phó", "0912345602", None],
    [None, None, None, None, "Phạm Minh Châu", "Thành viên", "0912345603", None],
    [2, None, "Thôn 2", DECISION, "Vũ Đức Dũng", "Tổ trưởng", "0912345604", None],
    [None, None, None, None, "Đỗ Thu Giang", "Thành viên", "0912345605", None],
]
MEANING = [
    (COMMUNE, "Thôn 1", "01", "Lê Văn An", "leader", "0912345601"),
    (COMMUNE, "Thôn 1", "01", "Trần Thị Bình", "deputy_leader", "0912345602"),
    (COMMUNE, "Thôn 1", "01", "Phạm Minh Châu", "member", "0912345603"),
    (COMMUNE, "Thôn 2", "01", "Vũ Đức Dũng", "leader", "0912345604"),
    (COMMUNE, "Thôn 2", "01", "Đỗ Thu Giang", "member", "0912345605"),
]


def people() -> Grid:
    return [row.copy() for row in PEOPLE]


def person(name: object = "Lê Văn An", role: object = "Tổ trưởng", phone: object = "0912345601", **other) -> list:
    """One row of the form: the first of a team unless told otherwise."""
    cells = {"tt": 1, "commune": COMMUNE, "team": "Thôn 1", "decision": DECISION, "note": None} | other
    return [cells["tt"], cells["commune"], cells["team"], cells["decision"], name, role, phone, cells["note"]]


def follower(name: object = "Trần Thị Bình", role: object = "Thành viên", phone: object = "0912345602") -> list:
    return [None, None, None, None, name, role, phone, None]


def grid(rows: Sequence[Sequence[object]] | None = None, heading: Sequence[object] = HEADING) -> Grid:
    return [[TITLE], list(heading), *map(list, people() if rows is None else rows)]


def write(path: Path, rows: Grid, change: Callable[[Worksheet], object] | None = None) -> Path:
    """An .xlsx with one sheet; `change` may do to the sheet what a grid cannot say."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Danh sách"
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    workbook.save(path)
    return path


def write_xls(path: Path, rows: Grid) -> Path:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Danh sách")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    workbook.save(str(path))
    return path


def write_ods(path: Path, rows: Grid) -> Path:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Danh sách")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell() if value is None else TableCell(valuetype="string")
            for text in str(value).split("\n") if value is not None else ():
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def as_text(rows: Grid, delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["" if v is None else v for v in row] for row in rows])
    return out.getvalue()


def repacked(source: Path, target: Path, change: Callable[[str, bytes], bytes], **added: bytes) -> Path:
    """The same package with each part passed through `change`."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, data in added.items():
            new.writestr(name, data)
    return target


def with_sheet_xml(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The plain workbook with its sheet's XML changed by hand."""
    plain = write(path.with_name("plain.xlsx"), grid())
    return repacked(plain, path, lambda name, data: change(data) if name.endswith("sheet1.xml") else data)


def package(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def read(path: Path, filename: str | None = None) -> Reading:
    return read_roster(read_workbook(path, filename or path.name))


def read_rows(tmp_path: Path, rows: Sequence[Sequence[object]], heading: Sequence[object] = HEADING) -> Reading:
    """The reading of a workbook with these rows below the official heading."""
    return read(write(tmp_path / "danh-sach.xlsx", grid(rows, heading)))


def meaning(reading: Reading) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (row.commune, row.team, row.decision.number, row.full_name, row.role, row.phone.first) for row in reading.rows
    ]


def codes(reading: Reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def told(reading: Reading) -> set[tuple[str, str, str]]:
    """Every finding as (cell, severity, code)."""
    return {(finding.cell, finding.severity, finding.code) for finding in reading.findings}


def reasons(reading: Reading) -> list[str]:
    return [ignored.reason for ignored in reading.ignored]
