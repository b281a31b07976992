"""Files that say the same as the plain list in other ways: what is told about them, what is left out."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbooks.builders import (
    COMMUNE,
    DECISION,
    HEADING,
    TITLE,
    Grid,
    as_text,
    grid,
    nfd,
    people,
    person,
    repacked,
    with_sheet_xml,
    write,
    write_ods,
    write_xls,
)


class Case(NamedTuple):
    build: Callable[[Path], Path]
    codes: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


def _rows(rows: Grid, *codes: str, reasons: tuple[str, ...] = (), heading: list = HEADING) -> Case:
    return Case(lambda folder: write(folder / "a.xlsx", grid(rows, heading)), frozenset(codes), reasons)


def _changed(change: Callable[[Worksheet], object], *codes: str, reasons: tuple[str, ...] = ()) -> Case:
    return Case(lambda folder: write(folder / "a.xlsx", grid(), change), frozenset(codes), reasons)


def _headings(**changed: str) -> Case:
    places = {"number": 0, "commune": 1, "team": 2, "decision": 3, "full_name": 4, "role": 5, "phone": 6, "note": 7}
    heading = HEADING.copy()
    for field, text in changed.items():
        heading[places[field]] = text
    return _rows(people(), heading=heading)


def _text_file(name: str, delimiter: str, encoding: str) -> Case:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(as_text(grid(), delimiter).encode(encoding))
        return path

    return Case(build)


# --- container


def _with_macros(folder: Path) -> Path:
    plain = write(folder / "plain.xlsx", grid())
    return repacked(plain, folder / "a.xlsm", lambda name, data: data, **{"xl/vbaProject.bin": b"macro"})


def _formatted_rows(count: int) -> Callable[[Path], Path]:
    def extend(xml: bytes) -> bytes:
        row = b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>'
        rows = b"".join(row % (number, number) for number in range(8, count))
        return xml.replace(b"</sheetData>", rows + b"</sheetData>")

    return lambda folder: with_sheet_xml(folder / "a.xlsx", extend)


def _lying_dimension(folder: Path) -> Path:
    return with_sheet_xml(folder / "a.xlsx", lambda xml: xml.replace(b'ref="A1:H7"', b'ref="A1:B2"'))


def _prefixed(folder: Path) -> Path:
    """The same sheet with every element in a named namespace, as some programs write it."""

    def prefix(xml: bytes) -> bytes:
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"is", b"t", b"v"):
            for end in (b" ", b">"):
                xml = xml.replace(b"<" + name + end, b"<x:" + name + end)
            xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
        return xml.replace(b"xmlns=", b"xmlns:x=")

    return with_sheet_xml(folder / "a.xlsx", prefix)


def _shared_strings(folder: Path) -> Path:
    """Texts in the shared table, among them blank ones that make no row."""
    texts = [cell for row in grid() for cell in row if isinstance(cell, str)]
    index = {text: number for number, text in enumerate(dict.fromkeys(["", "  ", *texts]))}
    lines = []
    for number, row in enumerate([*grid(), ["", "  "]], start=1):
        cells = [
            f'<c r="{letter}{number}" t="s"><v>{index[cell]}</v></c>'
            if isinstance(cell, str)
            else f'<c r="{letter}{number}"><v>{cell}</v></c>'
            for letter, cell in zip("ABCDEFGH", row, strict=False)
            if cell is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    table = "".join(f'<si><t xml:space="preserve">{text}</t></si>' if text else "<si/>" for text in index)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    plain = write(folder / "plain.xlsx", grid())
    relation = (
        b'<Relationship Id="strings" Target="sharedStrings.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )

    def change(name: str, data: bytes) -> bytes:
        if name.endswith("sheet1.xml"):
            return f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>".encode()
        return data.replace(b"</Relationships>", relation) if name.endswith("workbook.xml.rels") else data

    with zipfile.ZipFile(plain) as old:
        had_strings = "xl/sharedStrings.xml" in old.namelist()
    added = {} if had_strings else {"xl/sharedStrings.xml": f"<sst {space}>{table}</sst>".encode()}
    return repacked(plain, folder / "a.xlsx", change, **added)


def _with_decoration(folder: Path) -> Path:
    """A comment, a picture and a formula that points into another file."""

    def decorate(sheet: Worksheet) -> None:
        sheet["E3"].comment = Comment("Nguyễn Văn Lạ", "ai đó")
        sheet["K3"] = "='[1]Trang khác'!A1"

    plain = write(folder / "plain.xlsx", grid(), decorate)
    parts = {"xl/media/photo.png": b"\x89PNG", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    return repacked(plain, folder / "a.xlsx", lambda name, data: data, **parts)


def _mac_dates(folder: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    rows = [[*row[:3], "01/QĐ-UBND", *row[4:], dt.date(2025, 7, 10)] for row in people()]
    for row in grid(rows, [*HEADING, "Ngày ban hành"]):
        workbook.active.append(row)
    workbook.save(folder / "a.xlsx")
    return folder / "a.xlsx"


# --- layout


def _merge(sheet: Worksheet) -> None:
    for block in ("B3:B7", "C3:C5", "C6:C7", "D3:D5", "D6:D7"):
        sheet.merge_cells(block)


def _merged_decision(folder: Path) -> Path:
    rows = people()
    rows[3][3] = None
    return write(folder / "a.xlsx", grid(rows), lambda sheet: sheet.merge_cells("D3:D7"))


def _border_empty_rows(sheet: Worksheet) -> None:
    for number in range(8, 60):
        for column in range(1, 9):
            sheet.cell(number, column).border = Border(left=Side("thin"))


UPPER = ["TT", "Địa bàn", None, "Quyết định", "Thành viên tổ", None, None, "Ghi chú"]
LOWER = [None, "Phường/Xã", "Tổ", None, "Họ và tên", "Chức vụ", "SĐT", None]
OTHER_WORDS = ["STT", "Xã, phường", "Tên tổ", "Số QĐ", "HỌ VÀ TÊN", "Chức danh", "SĐT", "Ghi chú"]


def _two_lines(folder: Path) -> Path:
    def merge(sheet: Worksheet) -> None:
        for cells in ("B2:C2", "E2:G2", "A2:A3", "D2:D3", "H2:H3"):
            sheet.merge_cells(cells)

    return write(folder / "a.xlsx", [["Danh sách"], UPPER, LOWER, *people()], merge)


def _two_lines_apart(folder: Path) -> Path:
    """The same two lines where nobody merged anything: each upper heading stands above its first column only."""
    return write(folder / "a.xlsx", [["Danh sách"], UPPER, LOWER, *people()])


def _two_lines_repeated(folder: Path) -> Path:
    return write(folder / "a.xlsx", [["Danh sách"], UPPER, LOWER, *_inserted(3, UPPER, LOWER)])


def _kept_formulas(folder: Path) -> Path:
    """Numbers and phones as Excel keeps them beside the formulas that gave them."""

    def compute(xml: bytes) -> bytes:
        xml = xml.replace(b'<c r="A3" t="n"><v>1</v>', b'<c r="A3"><f>ROW()-2</f><v>1</v>')
        typed = rb't="inlineStr"><is><t>(0912345\d+)</t></is>'
        return re.sub(typed, rb't="str"><f>"0"&amp;912345600+ROW()-2</f><v>\1</v>', xml)

    return with_sheet_xml(folder / "a.xlsx", compute)


def _second_sheet(folder: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Hướng dẫn điền mẫu"])
    sheet = workbook.create_sheet("Danh sách")
    for row in grid():
        sheet.append(row)
    workbook.active = 0
    workbook.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _hide_rows(sheet: Worksheet) -> None:
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["G"].hidden = True


def _order(*places: int) -> Case:
    return _rows([[row[place] for place in places] for row in people()], heading=[HEADING[place] for place in places])


def _with_extra_columns() -> Case:
    rows = [[*row, "Nữ", "Kinh"] for row in people()]
    return _rows(rows, heading=[*HEADING, "Giới tính", "Dân tộc"])


def _repeated_on_each_row() -> Grid:
    teams = ["Thôn 1"] * 3 + ["Thôn 2"] * 2
    return [[row[0], COMMUNE, team, DECISION, *row[4:]] for row, team in zip(people(), teams, strict=True)]


def _same_as_above(mark: str) -> Grid:
    rows = people()
    for row, cells in ((1, (1, 2, 3)), (2, (1, 2, 3)), (3, (1, 3)), (4, (1, 2, 3))):
        for cell in cells:
            rows[row][cell] = mark
    return rows


def _inserted(at: int, *lines: list) -> Grid:
    rows = people()
    rows[at:at] = lines
    return rows


def _decision_once() -> Grid:
    rows = people()
    rows[3][3] = None
    return rows


def _names(first: str) -> Grid:
    return [person(first), *people()[1:]]


EXAMPLE = person("Nguyễn Văn A", "Tổ trưởng", "0914994***", tt="VD", commune="Phường Mẫu", team="Tổ KP1")
EXAMPLE_2 = [None, None, None, None, "Nguyễn Văn B", "Thành viên", "0914994***", None]
UNMARKED = person("Nguyễn Văn A", "Tổ trưởng", "0914994***", tt=None, commune="Xã Mẫu", team="Thôn 9")

CASES = {
    # container
    ".xlsx": _rows(people()),
    ".xlsm: macros dropped": Case(_with_macros),
    ".xls": Case(lambda folder: write_xls(folder / "a.xls", grid())),
    ".ods": Case(lambda folder: write_ods(folder / "a.ods", grid())),
    ".csv with commas": _text_file("a.csv", ",", "utf-8"),
    ".csv with semicolons and a mark": _text_file("a.csv", ";", "utf-8-sig"),
    ".tsv in UTF-16": _text_file("a.tsv", "\t", "utf-16"),
    "16,000 formatted empty rows": Case(_formatted_rows(16_000)),
    "1,048,576 formatted empty rows": Case(_formatted_rows(1_048_577)),
    "bordered empty rows below": _changed(_border_empty_rows),
    "a dimension that lies": Case(_lying_dimension),
    "elements with a prefix": Case(_prefixed),
    "texts in a shared table, blank ones too": Case(_shared_strings),
    "external links, images, comments": Case(_with_decoration),
    "1904 dates": Case(_mac_dates),
    # layout
    "title and office lines above the header": Case(
        lambda folder: write(folder / "a.xlsx", [["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI"], [], *grid()])
    ),
    "two-line merged header": Case(_two_lines),
    "two-line header without merges": Case(_two_lines_apart),
    "line breaks inside headings": _headings(full_name="Họ tên\nthành viên", phone="Số điện thoại\nliên hệ"),
    "Phường/Xã, SĐT, Chức danh": _headings(commune="Phường/Xã", phone="SĐT", role="Chức danh", team="Tên tổ CNSCĐ"),
    "Xã, phường; Điện thoại; STT": _headings(commune="Xã, phường", phone="Điện thoại", number="STT"),
    "Số ĐT liên hệ, Họ và tên, Chức vụ": _headings(phone="Số ĐT liên hệ", full_name="Họ và tên", role="Chức vụ"),
    "capitals and trailing colon": _headings(full_name="HỌ TÊN THÀNH VIÊN:", team="TÊN TỔ :", decision="SỐ QĐ:"),
    "lookalike letters": _headings(full_name="Нọ tên thành viên", team="Тên Тổ", decision="Số Quуết định"),
    "NFD headings": _headings(**{key: nfd(text) for key, text in zip(("commune", "team"), HEADING[1:3], strict=True)}),
    "the village as team column": _headings(team="Thôn, tổ dân phố"),
    "columns in another order": _order(0, 4, 5, 6, 1, 2, 3, 7),
    "extra columns": _with_extra_columns(),
    "no column for TT and notes": _order(1, 2, 3, 4, 5, 6),
    "merged commune, team, decision": _changed(_merge),
    "a decision merged over two teams": Case(_merged_decision),
    "blank below the first": _rows(people()),
    "every cell repeated": _rows(_repeated_on_each_row()),
    "one decision on the first team only": _rows(_decision_once(), "decision_shared"),
    "VD rows": _rows(_inserted(0, EXAMPLE, EXAMPLE_2), reasons=("sample", "sample")),
    "Nguyễn Văn A with a masked phone": _rows(_inserted(0, UNMARKED, EXAMPLE_2), reasons=("sample", "sample")),
    "Tổ …. and Thôn…": _rows(
        _inserted(3, [None, None, "Tổ ….", *[None] * 5], [None, None, "Thôn…", *[None] * 5]),
        reasons=("placeholder", "placeholder"),
    ),
    "TỔNG with the right number": _rows([*people(), [None, None, "TỔNG", None, 5]], reasons=("total",)),
    "TỔNG in words": _rows([*people(), ["Tổng cộng: 2 tổ, 5 thành viên"]], reasons=("total",)),
    "TỔNG with another number": _rows([*people(), [None, None, "TỔNG", None, 6]], "total_differs", reasons=("total",)),
    "sub-totals": _rows(
        [*_inserted(3, ["Cộng tổ 1", None, None, None, 3]), ["Cộng", None, None, None, 2]],
        reasons=("subtotal", "subtotal"),
    ),
    "a sub-total that differs": _rows(
        [*people(), ["Tổng xã Bình Minh", None, None, None, 9]], "subtotal_differs", reasons=("subtotal",)
    ),
    "header repeated on each page": _rows(_inserted(3, HEADING), reasons=("repeated_heading",)),
    "header of two lines repeated on each page": Case(_two_lines_repeated, reasons=("repeated_heading",) * 2),
    "header repeated with other line breaks": _rows(
        _inserted(3, [text.replace(" ", "\n") for text in HEADING]), reasons=("repeated_heading",)
    ),
    "header repeated in other words": _rows(_inserted(3, OTHER_WORDS), reasons=("repeated_heading",)),
    "title and header repeated on each page": _rows(
        _inserted(3, [TITLE], HEADING), reasons=("no_person", "repeated_heading")
    ),
    "column letters below the header": _rows(_inserted(0, list("ABCDEFGH")), reasons=("column_numbers",)),
    "column numbers below the header": _rows(
        _inserted(0, [f"({number})" for number in range(1, 9)]), reasons=("column_numbers",)
    ),
    "signature lines below the table": _rows(
        [*people(), [None, "NGƯỜI LẬP BIỂU", None, None, None, "TM. ỦY BAN NHÂN DÂN"]], reasons=("footer",)
    ),
    "a signature below the table and its name": _rows(
        [*people(), ["Người lập biểu", *[None] * 3, "CHỦ TỊCH"], ["Hồ Văn Lập", *[None] * 3, "Vũ Thị Ký"]],
        reasons=("footer", "footer"),
    ),
    "a signature under the column of roles": _rows(
        [*people(), *([*[None] * 5, text] for text in ("TM. ỦY BAN NHÂN DÂN", "(Đã ký)", "Vũ Thị Ký"))],
        reasons=("footer",) * 3,
    ),
    "a signature on each page": _rows(
        _inserted(3, [None, "Người lập biểu"], HEADING), reasons=("footer", "repeated_heading")
    ),
    "the data not on the active sheet": Case(_second_sheet, frozenset({"sheet_ignored"})),
    "hidden rows and columns": _changed(_hide_rows, "hidden_row", "hidden_column"),
    # cells
    "formulas with kept values": Case(_kept_formulas),
    "TT with gaps": _rows([[(row[0] or 0) * 7 or None, *row[1:]] for row in people()]),
    "numbered lines left empty": _rows([*people(), [3], [4]], reasons=("empty_number", "empty_number")),
    "nt": _rows(_same_as_above("nt")),
    "như trên": _rows(_same_as_above("Như trên")),
    "〃": _rows(_same_as_above("〃")),
    'a lone "': _rows(_same_as_above('"')),
    # text
    "NFD": _rows([[nfd(cell) if isinstance(cell, str) else cell for cell in row] for row in people()]),
    "NBSP and zero-width": _rows(_names("Lê\xa0Văn\u200b  An ")),
    "a control character": _rows(_names("Lê\tVăn An")),
    "Ông before the name": _rows(_names("Đ/c Lê Văn An")),
    "a link in Ghi chú": _rows([person(note="https://zalo.me/g/abc"), *people()[1:]]),
}
