import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from cdt_portal.lib.sheets import (
    CENTER,
    DATE,
    NUMBER,
    PHONE,
    Column,
    Sheet,
    Total,
    Written,
    rows,
    write_workbook,
    write_zip,
)
from cdt_portal.lib.sheets.skeleton import sheet_name

PEOPLE = Sheet(
    "Cán bộ",
    (
        Column("STT", 6, None, CENTER),
        Column("Họ tên", 30, itemgetter("name")),
        Column("Điện thoại", 16, itemgetter("phone"), PHONE),
        Column("Số hộ", 10, itemgetter("households"), NUMBER),
        Column("Ngày vào", 12, itemgetter("joined"), DATE),
    ),
    titles=("Danh sách cán bộ", "Tính đến ngày 14/9/2026"),
    orientation="portrait",
)
AN = {"name": "Nguyễn Thị Ân", "phone": "0914994123", "households": 1440, "joined": date(2026, 7, 10)}
EMPTY = {"name": "", "phone": None, "households": None, "joined": None}

# ECMA-376 part 1, 18.3.1.99: Excel repairs a sheet whose parts stand in another order.
ORDER = ["sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "printOptions"]
ORDER += ["pageMargins", "pageSetup", "headerFooter"]


class WriteOnly:
    """A response body: it can be written, not sought, told or read."""

    def __init__(self):
        self.content = b""

    def write(self, data):
        self.content += data
        return len(data)

    def flush(self):
        pass


def one_column(*, block=None, total=None):
    return Sheet("Một cột", (Column("Chữ", 20, itemgetter(0), block=block),), total=total)


def written(*sheets):
    target = BytesIO()
    write_workbook(target, sheets)
    target.seek(0)
    return target


def by_openpyxl(target):
    return openpyxl.load_workbook(target).worksheets[0]


def by_calamine(target):
    target.seek(0)
    return CalamineWorkbook.from_filelike(target).get_sheet_by_index(0).to_python()


def sheet_xml(target, number=1):
    return ZipFile(target).read(f"xl/worksheets/sheet{number}.xml").decode()


def test_titles_headings_and_records_are_read_back_by_openpyxl():
    table = list(by_openpyxl(written((PEOPLE, [AN, EMPTY]))).values)
    assert table[0][0] == "Danh sách cán bộ"
    assert table[1][0] == "Tính đến ngày 14/9/2026"
    assert table[2] == ("STT", "Họ tên", "Điện thoại", "Số hộ", "Ngày vào")
    assert table[3][:4] == (1, "Nguyễn Thị Ân", "0914994123", 1440)
    assert table[3][4].date() == date(2026, 7, 10)
    assert table[4] == (2, None, None, None, None)


def test_titles_headings_and_records_are_read_back_by_calamine():
    table = by_calamine(written((PEOPLE, [AN, EMPTY])))
    assert table[2] == ["STT", "Họ tên", "Điện thoại", "Số hộ", "Ngày vào"]
    assert table[3] == [1, "Nguyễn Thị Ân", "0914994123", 1440, date(2026, 7, 10)]
    assert table[4] == [2, "", "", "", ""]


def test_cells_are_bordered_wrapped_and_in_times_new_roman():
    worksheet = by_openpyxl(written((PEOPLE, [AN, EMPTY])))
    for row in worksheet["A3:E5"]:
        for cell in row:
            assert (cell.font.name, cell.font.sz) == ("Times New Roman", 12)
            assert {cell.border.left.style, cell.border.right.style} == {"thin"}
            assert {cell.border.top.style, cell.border.bottom.style} == {"thin"}
            assert (cell.alignment.wrap_text, cell.alignment.vertical) == (True, "center")
    assert (worksheet["A1"].font.sz, worksheet["A1"].font.b) == (14, True)
    assert worksheet["B3"].font.b and not worksheet["B4"].font.b


def test_each_column_has_its_own_format_and_alignment():
    worksheet = by_openpyxl(written((PEOPLE, [AN])))
    assert [cell.number_format for cell in worksheet[4]] == ["General", "General", "@", "#,##0", "dd/mm/yyyy"]
    assert [cell.alignment.horizontal for cell in worksheet[4]] == [
        "center",
        "left",
        "center",
        "right",
        "center",
    ]
    assert [worksheet.column_dimensions[letter].width for letter in "ABCDE"] == [6, 30, 16, 10, 12]


def test_pages_are_a4_as_wide_as_the_paper_and_repeat_the_heading():
    worksheet = by_openpyxl(written((PEOPLE, [AN, EMPTY])))
    assert worksheet.page_setup.paperSize == 9
    assert worksheet.page_setup.orientation == "portrait"
    assert worksheet.sheet_properties.pageSetUpPr.fitToPage
    assert (worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight) == (1, 0)
    assert worksheet.print_title_rows == "$3:$3"
    assert worksheet.print_area == "'Cán bộ'!$A$1:$E$5"
    assert worksheet.freeze_panes == "A4"
    assert worksheet.oddFooter.center.text == "&P/&N"


@pytest.mark.parametrize("text", ["=1+1", "+84914994123", "-1", "@SUM(A1)", '=HYPERLINK("x")', "{{7*7}}"])
def test_text_is_never_a_formula(text):
    target = written((one_column(), [(text,)]))
    cell = by_openpyxl(target)["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert by_calamine(target)[1] == [text]
    assert "<f>" not in sheet_xml(target)


def test_a_title_is_never_a_formula():
    target = written((Sheet("Tờ", (Column("=2", 9, itemgetter(0)),), titles=("=1+1\x00",)), []))
    worksheet = by_openpyxl(target)
    assert [worksheet["A1"].value, worksheet["A2"].value] == ["=1+1", "=2"]
    assert [worksheet["A1"].data_type, worksheet["A2"].data_type] == ["s", "s"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>đậm</b> & ]]> 'một' \"hai\"",
        "O'Neil",
        "01/QĐ-UBND\nngày 10/7/2025",
        "  hai đầu  ",
        "a\tb",
        "Phường Hạc Thành, Tổ KP1: Đặng Thuỷ, Hoà",
        "H'Hen Niê 😀",
        "ghi chú " * 38,
        "x" * 32_767,
    ],
)
def test_text_comes_back_as_it_was(text):
    target = written((one_column(), [(text,), ("kế",)]))
    assert [row[0] for row in by_openpyxl(target).values] == ["Chữ", text, "kế"]
    assert by_calamine(target) == [["Chữ"], [text], ["kế"]]


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_forbids_are_dropped(forbidden):
    target = written((one_column(), [(f"Nguyễn{forbidden} Văn",)]))
    assert by_openpyxl(target)["A2"].value == "Nguyễn Văn"
    assert by_calamine(target)[1] == ["Nguyễn Văn"]


@pytest.mark.parametrize("text", ["<b>", "a & b", "Nguyễn\x0b Văn"])
def test_without_that_care_the_sheet_could_not_be_read(monkeypatch, text):
    ElementTree.fromstring(sheet_xml(written((one_column(), [(text,)]))))
    monkeypatch.setattr(rows, "needs_care", lambda _: False)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(sheet_xml(written((one_column(), [(text,)]))))


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b_x000D_", "_x005F_x0041_", "_xin_chào_"])
def test_what_excel_would_take_for_an_escape_comes_back_as_it_was(text):
    assert by_calamine(written((one_column(), [(text,)])))[1] == [text]


def test_text_beyond_the_limit_of_excel_is_cut():
    assert len(by_openpyxl(written((one_column(), [("x" * 32_768,)])))["A2"].value) == 32_767


@pytest.mark.parametrize("number", [0, -5, 12.5, Decimal("99.5")])
def test_numbers_are_numbers(number):
    assert by_calamine(written((one_column(), [(number,)])))[1] == [float(number)]


@pytest.mark.parametrize("value", [True, b"x", ["x"], object()])
def test_a_value_that_no_cell_can_hold_is_refused(value):
    with pytest.raises(TypeError, match="no cell for"):
        written((one_column(), [(value,)]))


def test_one_delicate_cell_among_many_changes_nothing_for_the_others():
    texts = [f"Thành viên {number}" for number in range(1_000)]
    texts[700] = "<b>"
    texts[900] = ""
    table = by_calamine(written((one_column(), [(text,) for text in texts])))
    assert [row[0] for row in table[1:]] == texts


def test_consecutive_equal_keys_are_one_merged_cell():
    sheet = one_column(block=itemgetter(1))
    worksheet = by_openpyxl(written((sheet, [("A", 1), ("A", 1), ("B", 2), ("A", 1), ("A", 1), ("A", 1)])))
    assert sorted(map(str, worksheet.merged_cells.ranges)) == ["A2:A3", "A5:A7"]
    assert [worksheet[f"A{row}"].value for row in range(2, 8)] == ["A", None, "B", "A", None, None]


def test_blocks_reach_across_the_chunks_that_are_written_at_once():
    records = [("A", 0)] * 10 + [("B", number // 400) for number in range(1, 1_000)]
    worksheet = by_openpyxl(written((one_column(block=itemgetter(1)), records)))
    keys = [key for _, key in records]
    sizes = [len(list(block)) for _, block in groupby(keys)]
    starts = [2 + sum(sizes[:index]) for index in range(len(sizes))]
    expected = {f"A{start}:A{start + size - 1}" for start, size in zip(starts, sizes, strict=True)}
    assert set(map(str, worksheet.merged_cells.ranges)) == expected


def test_blocks_are_numbered_once_each():
    sheet = Sheet("Tờ", (Column("TT", 5, None, block=itemgetter(0)), Column("Chữ", 9, itemgetter(0))))
    table = by_calamine(written((sheet, [("A",), ("A",), ("B",)])))
    assert table[1:] == [[1, "A"], ["", "A"], [2, "B"]]


def test_the_total_row_counts_cells_that_are_not_empty():
    sheet = Sheet(
        "Tờ",
        (Column("Tổ", 9, itemgetter(0)), Column("Tên", 9, itemgetter(1))),
        total=Total("TỔNG", label_column=0, counted_column=1),
    )
    records = [("A", "x"), ("B", ""), ("C", None), ("D", "y")]
    target = BytesIO()
    assert write_workbook(target, [(sheet, records)]) == Written(records=4, counted=2)
    assert by_calamine(target)[-1] == ["TỔNG", 2]
    assert by_openpyxl(target)["A6"].font.b


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("x" * 24, None),
        ("x" * 25, 33),
        ("hai\ndòng", 33),
        ("x" * 30 + "\n\n&", 66),
        ("x" * 5_000, 409.5),
        (12, None),
        (None, None),
    ],
)
def test_a_row_is_as_high_as_its_text_needs(text, height):
    worksheet = by_openpyxl(written((one_column(), [("ngắn",), (text,), ("ngắn",)])))
    assert [worksheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, height, None]


def test_a_row_is_as_high_as_the_highest_of_its_cells():
    sheet = Sheet("Tờ", (Column("a", 9, itemgetter(0)), Column("b", 9, itemgetter(1))))
    worksheet = by_openpyxl(written((sheet, [("1\n2\n3", "1\n2"), ("1", "1\n2")])))
    assert [worksheet.row_dimensions[row].height for row in (2, 3)] == [49.5, 33]


def test_the_rows_of_a_block_share_the_lines_of_its_text():
    text = "1\n2\n3"
    blocks = [(text, 1), (text, 2), (text, 2), (text, 3), (text, 3), (text, 3)]
    worksheet = by_openpyxl(written((one_column(block=itemgetter(1)), blocks)))
    assert [worksheet.row_dimensions[row].height for row in range(2, 8)] == [49.5, 33, None, None, None, None]


def test_a_table_wider_than_the_alphabet_is_merged_and_printed_to_its_last_column():
    columns = tuple(
        Column(str(index), 5, itemgetter(index), block=itemgetter(index) if index == 27 else None)
        for index in range(28)
    )
    worksheet = by_openpyxl(written((Sheet("Rộng", columns, titles=("Tên",)), [range(28)] * 2)))
    assert set(map(str, worksheet.merged_cells.ranges)) == {"A1:AB1", "AB3:AB4"}
    assert worksheet.print_area == "'Rộng'!$A$1:$AB$4"
    assert worksheet["AB3"].value == 27


def test_a_sheet_without_records_or_merges_is_still_whole():
    target = written((one_column(), []))
    assert list(by_openpyxl(target).values) == [("Chữ",)]
    assert "mergeCell" not in sheet_xml(target)


def test_the_parts_of_a_sheet_stand_in_the_order_of_the_standard():
    xml = sheet_xml(written((PEOPLE, [AN])))
    top_level = [name for name in re.findall(r"<(\w+)", xml) if name in ORDER]
    assert top_level == ORDER
    assert "<dimension" not in xml


def test_every_style_that_a_cell_names_exists():
    target = written((PEOPLE, [AN]), (one_column(total=Total("x", 0, 0)), [("a",)]))
    styles = int(re.search(rb'<cellXfs count="(\d+)"', ZipFile(target).read("xl/styles.xml"))[1])
    used = {int(number) for sheet in (1, 2) for number in re.findall(r' s="(\d+)"', sheet_xml(target, sheet))}
    assert max(used) < styles
    assert len(used) > 5


def test_the_count_of_merges_is_right_and_none_is_there_twice_or_of_one_cell():
    xml = sheet_xml(written((PEOPLE, [AN])))
    ranges = re.findall(r'mergeCell ref="(\w+):(\w+)"', xml)
    assert ranges == [("A1", "E1"), ("A2", "E2")]
    assert '<mergeCells count="2">' in xml


def test_a_response_that_cannot_seek_gets_the_same_bytes_of_rows():
    target = WriteOnly()
    write_workbook(target, [(PEOPLE, [AN])])
    assert sheet_xml(BytesIO(target.content)) == sheet_xml(written((PEOPLE, [AN])))
    assert by_calamine(BytesIO(target.content))[3][1] == "Nguyễn Thị Ân"


def test_sheets_are_taken_one_at_a_time_so_that_one_cursor_can_feed_them_all():
    records = [("Xã A", 1), ("Xã A", 2), ("Xã B", 3)]
    column = Column("Số", 9, itemgetter(1))
    sheets = ((Sheet(name, (column,)), group) for name, group in groupby(records, itemgetter(0)))
    target = BytesIO()
    assert write_workbook(target, sheets).records == 3
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Xã A", "Xã B"]
    assert [list(sheet.values)[1:] for sheet in book] == [[(1,), (2,)], [(3,)]]


@pytest.mark.parametrize(
    ("wanted", "legal"),
    [
        ("Đặc khu Cát Hải", "Đặc khu Cát Hải"),
        ("Phường\\xã: [1]*?/", "Phường-xã- -1-"),
        ("'Xã O'Neil'", "Xã O'Neil"),
        ("x" * 40, "x" * 31),
        ("  ", "Danh sách"),
        ("xã a", "xã a (2)"),
        ("X" * 31, "X" * 27 + " (2)"),
    ],
)
def test_sheet_names_are_made_legal_and_unique(wanted, legal):
    taken = ["Xã A"] + (["x" * 31] if wanted == "X" * 31 else [])
    assert sheet_name(wanted, taken) == legal


def test_a_name_with_an_apostrophe_keeps_its_print_area():
    worksheet = by_openpyxl(written((Sheet("Xã O'Neil", (Column("a", 9, itemgetter(0)),)), [("x",)])))
    assert worksheet.title == "Xã O'Neil"
    assert worksheet.print_area == "'Xã O''Neil'!$A$1:$A$2"


def test_more_rows_than_excel_has_are_refused_and_as_many_are_not(monkeypatch):
    monkeypatch.setattr(rows, "MAX_ROWS", 5)
    assert len(by_calamine(written((one_column(total=Total("x", 0, 0)), [("a",)] * 3)))) == 5
    with pytest.raises(ValueError, match="at most 5 rows"):
        written((one_column(), [("a",)] * 4))


def test_a_zip_holds_each_workbook_under_its_name():
    target = WriteOnly()
    members = [
        (f"{name}.xlsx", lambda part, name=name: write_workbook(part, [(one_column(), [(name,)])]))
        for name in ("Xã Cẩm Giang", "Xã Cẩm Giàng")
    ]
    assert write_zip(target, members) == 2
    archive = ZipFile(BytesIO(target.content))
    assert archive.testzip() is None
    assert archive.namelist() == ["Xã Cẩm Giang.xlsx", "Xã Cẩm Giàng.xlsx"]
    assert by_calamine(BytesIO(archive.read("Xã Cẩm Giàng.xlsx"))) == [["Chữ"], ["Xã Cẩm Giàng"]]
