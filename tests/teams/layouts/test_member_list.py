import re
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from python_calamine import CalamineWorkbook

from cdt_portal.lib.sheets import Written
from teams.layouts.member_list import FORM_ID, MemberListRow, member_list_sheet, write_member_list

HEADINGS = [
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


def row(commune, team, name, **values):
    member = dict.fromkeys(("role", "phone", "note"), "") | {"decision": DECISION, "row_id": f"id:{name}"} | values
    return MemberListRow(
        commune=commune, commune_key=commune, team=team, team_key=(commune, team), full_name=name, **member
    )


ROWS = [
    row(
        "Phường Hạc Thành",
        "Tổ KP1",
        "Nguyễn Văn A",
        role="Tổ trưởng",
        phone="0914994123",
        note="Đoàn Thanh niên",
    ),
    row("Phường Hạc Thành", "Tổ KP1", "Nguyễn Văn B", role="Thành viên", phone="0914 994 ***"),
    row("Phường Hạc Thành", "Tổ KP1", "Nguyễn Văn C", role="Thành viên"),
    row("Phường Hạc Thành", "Tổ KP2", "", decision="", row_id="id:KP2"),
    row("Xã Xuân Bình", "Thôn 1", "Lê Thị D", role="Tổ trưởng", phone="0373000111"),
    row("Xã Xuân Bình", "Thôn 2", "Phạm Văn E", role="Tổ trưởng"),
    row("Xã Xuân Bình", "Thôn 2", "Phạm Văn G", role="Thành viên"),
]


def written(*sheets):
    target = BytesIO()
    write_member_list(target, sheets)
    return target


@pytest.fixture(scope="module")
def worksheet():
    return openpyxl.load_workbook(written(("Danh sách", ROWS))).active


def visible(worksheet):
    return [[cell.value for cell in cells[:8]] for cells in worksheet.iter_rows()]


def data_rows(target):
    xml = ZipFile(target).read("xl/worksheets/sheet1.xml").decode()
    return re.findall(r'<row r="(\d+)"[^>]*>(.*?)</row>', xml, re.DOTALL)[2:]


def test_the_form_has_its_title_and_eight_headings(worksheet):
    assert visible(worksheet)[0] == ["Mẫu danh sách Tổ Công nghệ số cộng đồng"] + [None] * 7
    assert visible(worksheet)[1] == HEADINGS


def test_commune_team_decision_and_number_stand_on_the_first_row_of_their_block(worksheet):
    assert visible(worksheet)[2:] == [
        [
            1,
            "Phường Hạc Thành",
            "Tổ KP1",
            DECISION,
            "Nguyễn Văn A",
            "Tổ trưởng",
            "0914994123",
            "Đoàn Thanh niên",
        ],
        [None, None, None, None, "Nguyễn Văn B", "Thành viên", "0914 994 ***", None],
        [None, None, None, None, "Nguyễn Văn C", "Thành viên", None, None],
        [2, None, "Tổ KP2", None, None, None, None, None],
        [3, "Xã Xuân Bình", "Thôn 1", DECISION, "Lê Thị D", "Tổ trưởng", "0373000111", None],
        [4, None, "Thôn 2", DECISION, "Phạm Văn E", "Tổ trưởng", None, None],
        [None, None, None, None, "Phạm Văn G", "Thành viên", None, None],
        [None, None, "TỔNG", None, 6, None, None, None],
    ]


def test_blocks_of_more_than_one_row_are_merged(worksheet):
    assert set(map(str, worksheet.merged_cells.ranges)) == {
        "A1:H1",
        "A3:A5",
        "C3:C5",
        "D3:D5",
        "B3:B6",
        "A8:A9",
        "C8:C9",
        "D8:D9",
        "B7:B9",
    }


def test_calamine_reads_the_same_cells(worksheet):
    table = CalamineWorkbook.from_filelike(BytesIO(written(("Danh sách", ROWS)).getvalue()))
    read = [[value or None for value in cells[:8]] for cells in table.get_sheet_by_name("Danh sách").to_python()]
    assert read == visible(worksheet)


def test_phones_are_text_and_the_total_is_a_number(worksheet):
    assert (worksheet["G3"].data_type, worksheet["G3"].number_format) == ("s", "@")
    assert (worksheet["E10"].data_type, worksheet["E10"].value) == ("n", 6)


def test_the_form_looks_as_official_paper_does(worksheet):
    assert (worksheet["A1"].font.name, worksheet["A1"].font.sz, worksheet["A1"].font.b) == (
        "Times New Roman",
        14,
        True,
    )
    assert worksheet["A1"].alignment.horizontal == "center"
    own_cells = [cell for cells in worksheet["A2:H10"] for cell in cells if not isinstance(cell, MergedCell)]
    assert len(own_cells) == 9 * 8 - 14
    for cell in own_cells:
        assert (cell.font.name, cell.font.sz) == ("Times New Roman", 12)
        sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
        assert {side.style for side in sides} == {"thin"}, cell.coordinate
        assert cell.alignment.wrap_text and cell.alignment.vertical == "center"
    assert worksheet["C10"].font.b and worksheet["E10"].font.b


def test_a_decision_of_two_lines_makes_only_a_team_of_one_row_higher(worksheet):
    higher = {row: worksheet.row_dimensions[row].height for row in range(3, 11)}
    assert higher == {row: 33 if row == 7 else None for row in range(3, 11)}


def test_cells_under_a_merge_keep_the_borders_of_their_column():
    styles = [re.findall(r' s="(\d+)"', cells) for _, cells in data_rows(written(("Tờ", ROWS)))]
    assert styles[:-1] == [styles[0]] * len(ROWS)


def test_the_form_prints_on_a4_landscape_with_its_heading_on_each_page(worksheet):
    assert (worksheet.page_setup.orientation, worksheet.page_setup.paperSize) == ("landscape", 9)
    assert worksheet.print_title_rows == "$2:$2"
    assert worksheet.print_area == "'Danh sách'!$A$1:$H$10"
    assert worksheet.freeze_panes == "A3"


def test_the_hidden_column_carries_the_form_and_each_row_s_id(worksheet):
    assert worksheet.column_dimensions["I"].hidden
    assert not worksheet.column_dimensions["H"].hidden
    assert worksheet["I2"].value == FORM_ID == "cdt-member-list/1"
    ids = [worksheet[f"I{number}"].value for number in range(3, 11)]
    assert ids == [member.row_id for member in ROWS] + [None]


def test_a_team_without_members_is_a_row_that_the_total_does_not_count():
    assert write_member_list(BytesIO(), [("Tờ", ROWS[3:4])]) == Written(records=1, counted=0)
    assert write_member_list(BytesIO(), [("Tờ", ROWS[4:5])]) == Written(records=1, counted=1)


def test_an_empty_list_is_the_form_with_a_total_of_zero():
    table = visible(openpyxl.load_workbook(written(("Tờ", []))).active)
    assert table[2:] == [[None, None, "TỔNG", None, 0, None, None, None]]


def test_each_commune_can_have_its_own_sheet_numbered_and_totalled_by_itself():
    target = BytesIO()
    sheets = [("Phường Hạc Thành", iter(ROWS[:4])), ("Xã Xuân Bình", iter(ROWS[4:]))]
    assert write_member_list(target, sheets) == Written(records=7, counted=6)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Phường Hạc Thành", "Xã Xuân Bình"]
    assert [sheet["A3"].value for sheet in book] == [1, 1]
    assert [visible(sheet)[-1][4] for sheet in book] == [3, 3]
    assert book["Xã Xuân Bình"].print_area == "'Xã Xuân Bình'!$A$1:$H$6"


def test_teams_of_one_name_in_two_communes_are_two_blocks():
    rows = [row("Xã A", "Thôn 1", "An"), row("Xã B", "Thôn 1", "Bình")]
    table = visible(openpyxl.load_workbook(written(("Tờ", rows))).active)
    assert [cells[:3] for cells in table[2:4]] == [[1, "Xã A", "Thôn 1"], [2, "Xã B", "Thôn 1"]]


def test_every_row_is_complete_because_cells_bear_no_reference():
    rows = data_rows(written(("Tờ", ROWS)))
    assert [int(number) for number, _ in rows] == list(range(3, 11))
    assert {cells.count("<c ") for _, cells in rows} == {9}


def test_a_sheet_can_be_had_without_being_written():
    sheet = member_list_sheet("Xã A")
    assert (sheet.name, sheet.visible_columns, len(sheet.columns)) == ("Xã A", 8, 9)


def test_describing_the_form_does_not_load_openpyxl():
    program = "import sys, teams.layouts.member_list; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
