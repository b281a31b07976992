import datetime as dt

import openpyxl
import pytest

from cdt_portal.lib.csvs import write_csv
from teams.intake.reader import RawSheet, read_pasted
from teams.intake.reading import Finding, Total
from teams.intake.refusals import Refused
from teams.intake.roster import read_roster
from teams.layouts.member_list import MemberListRow, member_list_sheet
from tests.workbooks.builders import (
    COMMUNE,
    DECISION,
    HEADING,
    MEANING,
    as_text,
    codes,
    follower,
    grid,
    meaning,
    people,
    person,
    read,
    read_rows,
    reasons,
    told,
    with_sheet_xml,
    write,
)


def _raw(name, rows, **known) -> RawSheet:
    cells = [(number, ["" if cell is None else cell for cell in row]) for number, row in enumerate(rows, start=1)]
    return RawSheet(name, [(number, values) for number, values in cells if any(values)], **known)


def _second_team(**other):
    return person("Vũ Đức Dũng", phone="0912345604", tt=2, team="Thôn 2", commune=None, **other)


def _book(tmp_path, **sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_pasted_cells_with_their_heading_read_as_the_workbook_does():
    assert meaning(read_roster(read_pasted(as_text(grid(), "\t")))) == MEANING


def test_pasted_cells_of_one_team_need_no_team_where_the_page_supplies_it():
    text = "Họ tên\tChức vụ\tSĐT\nLê Văn An\tTổ trưởng\t0912345601\n"
    reading = read_roster(read_pasted(text), team_required=False)
    assert meaning(reading) == [("", "", "", "Lê Văn An", "leader", "0912345601")]
    assert reading.findings == ()
    with pytest.raises(Refused):
        read_roster(read_pasted(text))


def test_every_sheet_with_a_heading_is_read_and_the_others_are_told(tmp_path):
    second = [person("Vũ Đức Dũng", phone="0912345609", team="Thôn 9")]
    reading = read(_book(tmp_path, Một=grid(), Hai=grid(second), Ba=[["Hướng dẫn"], ["Điền đủ các cột"]]))
    assert [(row.sheet, row.team) for row in reading.rows][-1] == ("Hai", "Thôn 9")
    assert [(sheet.name, sheet.heading_row, sheet.rows_read) for sheet in reading.sheets] == [
        ("Một", 2, 5),
        ("Hai", 2, 1),
        ("Ba", None, 0),
    ]
    assert [(finding.sheet, finding.code, finding.row) for finding in reading.findings] == [("Ba", "sheet_ignored", 0)]


def test_the_totals_of_several_sheets_add_up(tmp_path):
    one = grid([*people(), [None, None, "TỔNG", None, 5]])
    two = grid([person("Vũ Đức Dũng", phone="0912345609", team="Thôn 9"), [None, None, "TỔNG", None, 1]])
    assert read(_book(tmp_path, Một=one, Hai=two)).total == Total(stated=6, counted=6)


def test_a_total_for_each_commune_on_one_sheet_adds_up(tmp_path):
    rows = [
        *people(),
        ["TỔNG", None, None, None, 5],
        person("Vũ Đức Dũng", phone="0912345609", commune="Xã An Hòa"),
        ["TỔNG", None, None, None, 1],
    ]
    reading = read_rows(tmp_path, rows)
    assert reading.total == Total(stated=6, counted=6)
    assert codes(reading) == set()


def test_a_total_that_differs_names_both_numbers(tmp_path):
    reading = read_rows(tmp_path, [*people(), [None, None, "TỔNG", None, "1.440 người"]])
    assert reading.total == Total(stated=1440, counted=5)
    (finding,) = reading.findings
    assert (finding.cell, finding.code) == ("E8", "total_differs")
    assert "1440" in finding.message and "5" in finding.message


def test_a_hidden_sheet_is_read_and_told():
    reading = read_roster([_raw("Ẩn", grid(), visible=False)])
    assert len(reading.rows) == 5
    assert told(reading) == {("", "warning", "hidden_sheet")}


def test_the_hidden_ids_of_our_own_export_come_back_with_their_rows(tmp_path):
    rows = [[*row, f"id-{number}"] for number, row in enumerate(people())]
    reading = read_rows(tmp_path, rows, [*HEADING, "cdt-member-list/1"])
    assert [row.row_id for row in reading.rows] == ["id-0", "id-1", "id-2", "id-3", "id-4"]
    assert reading.findings == ()
    assert reading.unused_columns == ()


def test_unused_columns_are_told(tmp_path):
    reading = read_rows(tmp_path, [[*row, "Nữ"] for row in people()], [*HEADING, "Giới tính"])
    assert reading.unused_columns == ("Giới tính",)


def test_organization_and_note_are_kept_as_typed(tmp_path):
    rows = [[*person(note="https://zalo.me/g/abc"), "Hội Phụ nữ"], [*follower(), "nt"]]
    reading = read_rows(tmp_path, rows, [*HEADING, "Thành phần"])
    assert [(row.organization, row.note) for row in reading.rows] == [
        ("Hội Phụ nữ", "https://zalo.me/g/abc"),
        ("Hội Phụ nữ", ""),
    ]


def test_a_merged_role_and_note_hold_for_all_their_rows_but_a_merged_name_is_one_person(tmp_path):
    def merge(sheet):
        for cells in ("F4:F5", "H4:H5", "E4:E5"):
            sheet.merge_cells(cells)

    rows = [person(), [*follower()[:7], "mới"], follower("mất", None, "0912345603")]
    reading = read(write(tmp_path / "a.xlsx", grid(rows), merge))
    assert [(row.full_name, row.role, row.note) for row in reading.rows[1:]] == [
        ("Trần Thị Bình", "member", "mới"),
        ("", "member", "mới"),
    ]
    assert told(reading) == {("E5", "error", "name_missing")}
    assert reading.rejected == {("Danh sách", 5)}


def test_a_decision_and_its_date_in_two_columns_are_one(tmp_path):
    rows = [[*person(decision="01/QĐ-UBND"), 45848], [*follower(), None]]
    reading = read_rows(tmp_path, rows, [*HEADING, "Ngày quyết định"])
    assert {(row.decision.number, row.decision.issued_on) for row in reading.rows} == {("01", dt.date(2025, 7, 10))}


def test_a_decision_written_once_holds_where_only_its_date_is_repeated(tmp_path):
    day = "10/7/2025"
    rows = [[*person(decision="01/QĐ-UBND"), day], [*follower(), day], [*_second_team(decision=None), day]]
    reading = read_rows(tmp_path, rows, [*HEADING, "Ngày quyết định"])
    assert {(row.decision.number, row.decision.issued_on) for row in reading.rows} == {("01", dt.date(2025, 7, 10))}
    assert codes(reading) == {"decision_shared"}


def test_decisions_of_one_number_take_each_its_own_date(tmp_path):
    rows = [[*person(decision="01/QĐ-UBND"), None], [*_second_team(decision="01/QĐ-UBND"), "11/7/2025"]]
    reading = read_rows(tmp_path, rows, [*HEADING, "Ngày quyết định"])
    assert [row.decision.issued_on for row in reading.rows] == [None, dt.date(2025, 7, 11)]


def test_a_date_alone_is_no_decision(tmp_path):
    rows = [[*person(decision=None), "10/7/2025"]]
    assert codes(read_rows(tmp_path, rows, [*HEADING, "Ngày quyết định"])) == {"decision_empty"}


@pytest.mark.parametrize("name", ["Tổng Bí", "Cộng Hòa", "Tổng Phúc 2"])
def test_a_team_whose_name_begins_like_a_sum_is_a_team(name, tmp_path):
    reading = read_rows(tmp_path, [*people(), [3, None, name, DECISION, None, None, None, None]])
    assert reading.rows[-1].team == name
    assert reading.ignored == ()
    assert told(reading) == {("C8", "warning", "no_leader")}


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("TỔNG", "total"),
        ("TỔNG CỘNG:", "total"),
        ("Tổng số thành viên", "total"),
        ("Tổng cộng", "total"),
        ("Cộng", "subtotal"),
        ("Cộng thôn 2", "subtotal"),
        ("Tổng xã Bình Minh", "subtotal"),
        ("Tổng phường", "subtotal"),
    ],
)
def test_a_sum_is_known_by_its_words_and_never_states_the_number_of_a_decision(label, reason, tmp_path):
    reading = read_rows(tmp_path, [*people(), [None, None, label, DECISION, None, None, None, None]])
    assert reasons(reading) == [reason]
    assert reading.findings == ()


def test_a_row_with_a_role_is_a_person_whatever_its_team_is_called(tmp_path):
    reading = read_rows(tmp_path, [*people(), person("Hồ Thị Hà", phone="0912345609", team="Tổng 2")])
    assert [row.full_name for row in reading.rows][-1] == "Hồ Thị Hà"


def test_people_below_the_total_are_read_and_told_and_a_name_alone_is_a_signature(tmp_path):
    rows = [
        *people(),
        ["TỔNG", None, None, None, 6],
        follower("Hồ Thị Hà", "Thành viên", None),
        [*[None] * 4, "Lê Thị Lan"],
        follower("Vũ Thị Mai", None, "0912345608"),
    ]
    reading = read_rows(tmp_path, rows)
    assert [row.full_name for row in reading.rows[5:]] == ["Hồ Thị Hà", "Vũ Thị Mai"]
    assert reasons(reading) == ["total", "footer"]
    assert told(reading) >= {("E9", "warning", "below_total"), ("E11", "warning", "below_total")}
    assert reading.rejected == frozenset()


def test_a_team_that_begins_below_a_total_is_nothing_to_tell(tmp_path):
    rows = [*people()[:3], ["TỔNG", None, None, None, 3], *people()[3:]]
    assert "below_total" not in codes(read_rows(tmp_path, rows))


def test_a_person_named_with_one_letter_and_a_masked_phone_is_a_person(tmp_path):
    reading = read_rows(tmp_path, [person("Nguyễn Thị Y", phone="0914994***")])
    assert [row.full_name for row in reading.rows] == ["Nguyễn Thị Y"]
    assert told(reading) == {("G3", "warning", "phone_masked")}
    form = read_rows(tmp_path, [person("Nguyễn Văn A", phone="0914994***")])
    assert reasons(form) == ["sample"]


def test_the_organization_s_post_does_not_take_the_place_of_the_role(tmp_path):
    rows = [[*row[:5], "Trưởng ban Công tác Mặt trận", *row[5:]] for row in people()]
    reading = read_rows(tmp_path, rows, [*HEADING[:5], "Chức vụ", "Vai trò", *HEADING[6:]])
    assert meaning(reading) == MEANING
    assert reading.unused_columns == ("Chức vụ",)
    assert reading.findings == ()


def test_the_same_as_above_below_the_leader_is_a_member_without_a_phone(tmp_path):
    reading = read_rows(tmp_path, [person(), follower(role="nt", phone="nt")])
    row = reading.rows[1]
    assert (row.role, row.phone.first) == ("member", "")
    assert told(reading) == {("F4", "warning", "role_same_as_leader"), ("G4", "warning", "phone_same_as_above")}


def test_the_same_as_above_below_a_deputy_is_a_deputy(tmp_path):
    rows = [person(), follower(role="Tổ phó"), follower("Vũ Thị Mai", "nt", "0912345608")]
    reading = read_rows(tmp_path, rows)
    assert [row.role for row in reading.rows] == ["leader", "deputy_leader", "deputy_leader"]
    assert reading.findings == ()


@pytest.mark.parametrize(("phone", "words"), [("0912345602", "khác số"), (None, "một người chưa có số")])
def test_people_of_one_name_are_told_apart_by_what_is_there(phone, words, tmp_path):
    (finding,) = read_rows(tmp_path, [person(), follower("Lê Văn An", phone=phone)]).findings
    assert finding.code == "same_name"
    assert words in finding.message


def test_what_is_said_of_two_leaders_and_of_doubles_stays_true_when_they_are_settled(tmp_path):
    rows = [person(), follower(role="Tổ trưởng"), follower("Lê Văn An", phone="0912345601")]
    messages = {finding.code: finding.message for finding in read_rows(tmp_path, rows).findings}
    assert messages == {
        "second_leader": "“Trần Thị Bình” được ghi là Tổ trưởng, Thôn 1 đã ghi Tổ trưởng là “Lê Văn An” (ô F3). "
        "Mỗi tổ chỉ có một Tổ trưởng.",
        "duplicate_member": "“Lê Văn An” đã có trong Thôn 1 ở ô E3. Mỗi người chỉ ghi một dòng trong một tổ.",
    }


def test_what_is_too_long_is_cut_where_it_is_told(tmp_path):
    rows = [person("N" * 5000, None, "9" * 5000, team="T" * 5000, commune="X" * 5000, decision="Đ" * 5000)] * 2
    reading = read_rows(tmp_path, rows)
    assert reading.rows[0].commune == "X" * 119 + "…"
    assert {"team_too_long", "name_too_long"} <= codes(reading)
    assert max(len(finding.message) for finding in reading.findings) < 400
    longest = read_rows(tmp_path, [person(commune="X" * 120)])
    assert longest.rows[0].commune == "X" * 120


def test_a_long_note_keeps_its_beginning(tmp_path):
    (row,) = read_rows(tmp_path, [person(note="a" * 500 + "b")]).rows
    assert row.note == "a" * 500


def test_a_decision_with_an_endless_symbol_is_kept_as_text(tmp_path):
    written = f"01/{'QĐ-' * 20}UBND ngày 10/7/2025"
    (row,) = read_rows(tmp_path, [person(decision=written)]).rows
    assert (row.decision.number, row.decision.symbol, row.decision.raw) == ("", "", written)


def test_a_csv_of_our_own_brings_back_what_it_was_made_of(tmp_path):
    rows = [MemberListRow(COMMUNE, "Thôn 1", DECISION, "Lê Văn An", "Tổ trưởng", "0912345601", "- Đảng viên", 1, 1, "")]
    with (tmp_path / "a.csv").open("wb") as file:
        write_csv(file, member_list_sheet("Danh sách"), rows)
    reading = read(tmp_path / "a.csv")
    assert meaning(reading) == MEANING[:1]
    assert reading.rows[0].note == "- Đảng viên"


def test_a_commune_repeated_on_each_row_keeps_the_team_of_the_row_above(tmp_path):
    rows = [person(), [None, "xã bình minh", *follower()[2:]]]
    assert [row.team for row in read_rows(tmp_path, rows).rows] == ["Thôn 1", "Thôn 1"]


def test_a_new_commune_does_not_take_the_team_and_decision_of_the_one_above(tmp_path):
    rows = [person(), [2, "Xã An Hòa", None, None, "Vũ Đức Dũng", "Thành viên", "0912345609", None]]
    row = read_rows(tmp_path, rows).rows[1]
    assert (row.team, row.decision.raw) == ("", "")


def test_people_below_a_sample_do_not_become_members_of_its_team(tmp_path):
    example = person("Nguyễn Văn A", phone="0914994***", tt="VD", team="Tổ KP1")
    reading = read_rows(tmp_path, [example, follower()])
    assert reasons(reading) == ["sample"]
    assert (reading.rows[0].commune, reading.rows[0].team) == ("", "")
    assert told(reading) == {("C4", "error", "team_missing")}


def test_a_person_named_with_one_letter_and_a_real_phone_is_no_sample(tmp_path):
    assert [row.full_name for row in read_rows(tmp_path, [person("Nguyễn Văn A")]).rows] == ["Nguyễn Văn A"]


def test_a_team_alone_above_its_members_is_no_row_of_its_own(tmp_path):
    rows = [person(None, None, None), follower(role="Tổ trưởng")]
    reading = read_rows(tmp_path, rows)
    assert reasons(reading) == ["team_heading"]
    assert meaning(reading) == [("Xã Bình Minh", "Thôn 1", "01", "Trần Thị Bình", "leader", "0912345602")]


def test_a_team_without_members_stays_a_row(tmp_path):
    (row,) = read_rows(tmp_path, [person(None, None, None)]).rows
    assert row.is_team_only
    assert row.cell("team") == "C3"


def test_a_formula_never_calculated_is_an_error_of_its_cell(tmp_path):
    path = with_sheet_xml(
        tmp_path / "a.xlsx",
        lambda xml: xml.replace(b'<row r="4">', b'<row r="4"><c r="C4"><f>C3</f></c>'),
    )
    assert told(read(path)) == {("C4", "error", "formula_without_value")}


def test_a_formula_never_calculated_in_a_row_that_is_not_imported_is_a_warning(tmp_path):
    total = '<row r="9"><c r="C9" t="inlineStr"><is><t>TỔNG</t></is></c><c r="E9"><f>COUNTA(E3:E7)</f></c></row>'
    end = b"</sheetData>"
    path = with_sheet_xml(tmp_path / "a.xlsx", lambda xml: xml.replace(end, total.encode() + end))
    reading = read(path)
    assert reasons(reading) == ["total"]
    assert told(reading) == {("E9", "warning", "formula_without_value")}
    assert reading.rejected == frozenset()


def test_an_error_cell_is_an_error_of_its_row(tmp_path):
    def break_phone(sheet):
        sheet["G4"] = "#REF!"
        sheet["G4"].data_type = "e"

    assert told(read(write(tmp_path / "a.xlsx", grid(), break_phone))) == {("G4", "error", "broken_cell")}


def test_a_sheet_without_roles_is_told_once(tmp_path):
    rows = [[*row[:5], *row[6:]] for row in people()]
    reading = read_rows(tmp_path, rows, [*HEADING[:5], *HEADING[6:]])
    assert told(reading) == {("", "warning", "role_column_missing")}


def test_a_file_of_empty_sheets_is_refused():
    with pytest.raises(Refused) as refused:
        read_roster([RawSheet("Trang 1"), RawSheet("Trang 2")])
    assert refused.value.code == "empty"


def test_of_several_wrong_sheets_the_nearest_tells_why():
    wrong = _raw("Khác", [["Hướng dẫn"]])
    near = _raw("Gần", [["TT", "Họ tên", "Chức vụ", "SĐT"]])
    with pytest.raises(Refused) as refused:
        read_roster([wrong, near])
    assert refused.value.code == "missing_column"


def test_overlapping_merges_cannot_make_the_work_explode():
    rows = [*grid(), *([None] * 4 + [f"Tên {chr(65 + n % 26)}{chr(65 + n // 26)}"] for n in range(600))]
    merged = [(top, 3, 50_000, 3) for top in range(3, 50_000)]
    reading = read_roster([_raw("Trang 1", rows, merged=merged)])
    assert len(reading.rows) == 605


def test_a_finding_knows_its_row():
    assert Finding("x", "AB12", "warning", "code", "message").row == 12
    assert Finding("x", "", "warning", "code", "message").row == 0
