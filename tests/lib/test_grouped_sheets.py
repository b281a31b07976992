"""Sheets with headings above headings, and a last row that says what it is given."""

from io import BytesIO
from operator import itemgetter

import openpyxl

from cdt_portal.lib.sheets import NUMBER, Column, Sheet, Totals, write_workbook

PLACE = Column("Đơn vị", 20, itemgetter(0))
SUMS = Totals([("Tổng", 1440, 2.5, "2/3"), ("Đã báo cáo", "1/3", "0/3", None)])


def grouped(*groups: str, total: Totals | None = None) -> Sheet:
    columns = [Column(f"Cột {number}", 12, itemgetter(1), NUMBER, group=name) for number, name in enumerate(groups)]
    return Sheet("Bảng", (PLACE, *columns), ("Tiêu đề",), total)


def read(sheet: Sheet, *records: tuple):
    target = BytesIO()
    write_workbook(target, [(sheet, records)])
    return openpyxl.load_workbook(target).active


def merged(sheet) -> set[str]:
    return {str(each) for each in sheet.merged_cells.ranges}


def test_columns_of_one_group_share_a_heading_and_the_others_are_as_high():
    sheet = read(grouped("I. Chỉ đạo", "II. Kết quả", "II. Kết quả", ""), ("Xã An", 1))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["Đơn vị", "I. Chỉ đạo", "II. Kết quả", None, "Cột 3"],
        [None, "Cột 0", "Cột 1", "Cột 2", None],
        ["Xã An", 1, 1, 1, 1],
    ]
    assert merged(sheet) == {"A1:E1", "A2:A3", "C2:D2", "E2:E3"}
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$2:$3")


def test_groups_of_one_name_that_do_not_touch_are_two():
    assert merged(read(grouped("A", "A", "B", "A", "A"))) == {"A1:F1", "A2:A3", "B2:C2", "E2:F2"}


def test_without_groups_there_is_one_row_of_headings():
    sheet = read(grouped("", ""), ("Xã An", 1))
    assert [cell.value for cell in sheet[2]] == ["Đơn vị", "Cột 0", "Cột 1"]
    assert merged(sheet) == {"A1:C1"}
    assert sheet.freeze_panes == "A3"


def test_heading_rows_are_as_high_as_their_longest_text():
    low, high = read(grouped("A")), read(grouped("Bồi dưỡng, tập huấn nghiệp vụ cho thành viên các tổ trong kỳ"))
    assert low.row_dimensions[2].height == low.row_dimensions[3].height
    assert high.row_dimensions[2].height > low.row_dimensions[2].height
    assert high.row_dimensions[3].height == low.row_dimensions[3].height


def test_the_last_rows_are_as_they_are_given_in_the_style_of_their_columns():
    sheet = read(grouped("A", "A", "", total=SUMS), ("Xã An", 1), ("Xã Bình", None))
    sums, told = sheet[sheet.max_row - 1], sheet[sheet.max_row]
    assert [cell.value for cell in sums] == ["Tổng", 1440, 2.5, "2/3"]
    assert [cell.value for cell in told] == ["Đã báo cáo", "1/3", "0/3", None]
    assert all(cell.font.bold for cell in (*sums, *told))
    assert [cell.number_format for cell in sums] == ["General", "#,##0", "#,##0", "#,##0"]
    assert sheet.max_row == 7
    assert sheet.print_area == "'Bảng'!$A$1:$D$7"


def test_words_of_groups_and_totals_are_never_formulas():
    sheet = read(grouped("=1+1", total=Totals([("=2+2", "@x")])), ("Xã An", 1))
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
