"""How a cell is written in the file, and what then stands in the register."""

import datetime as dt

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from teams.models import Decision, Member, Team
from teams.services.imports.applying import apply
from tests.teams.imports.conftest import finding_codes, load, members, rehearse, row
from tests.workbooks.builders import HEADING, grid, write

DAY = dt.date(2025, 7, 10)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        pytest.param(912345601, ("0912345601", ""), id="integer"),
        pytest.param(912345601.0, ("0912345601", ""), id="float"),
        pytest.param("+84 912 345 601", ("0912345601", ""), id="+84"),
        pytest.param("0912.345.601", ("0912345601", ""), id="dotted"),
        pytest.param("0912345601 / 0988111222", ("0912345601", "0988111222"), id="two in one cell"),
        pytest.param("O912345601", ("0912345601", ""), id="letter O for 0"),
        pytest.param("0912345***", ("", ""), id="masked"),
        pytest.param("01682345601", ("0382345601", ""), id="old 11-digit"),
        pytest.param("nt", ("", ""), id="same as above"),
    ],
)
def test_a_phone_in_any_writing_is_stored_in_one(written, stored, villages, cat_hai, workbook):
    load(workbook([row("Lê Văn An", "Tổ trưởng", written, team="Thôn 1")]), cat_hai)
    assert Member.objects.values_list("phone", "other_phone").get() == stored


def test_two_members_with_one_phone_go_in_and_are_told(villages, cat_hai, workbook):
    rows = [row("Lê Văn An", "Tổ trưởng", "0912345601", team="Thôn 1"), row("Hồ Ba", phone="0912345601", team="Thôn 1")]
    done = load(workbook(rows), cat_hai)
    assert "phone_shared" in finding_codes(done)
    assert list(Member.objects.values_list("phone", flat=True)) == ["0912345601"] * 2


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("01/QĐ-UBND ngày 10.07.2025", id="dotted"),
        pytest.param("01/QĐ-UBND ngày 10 tháng 7 năm 2025", id="in words"),
        pytest.param("01/QĐ-UBND\nngày 10/7/2025", id="as the form has it"),
    ],
)
def test_the_day_of_a_decision_in_any_writing_is_one_day(written, villages, cat_hai, workbook):
    load(workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision=written)]), cat_hai)
    assert Decision.objects.values_list("number", "symbol", "issued_on").get() == ("01", "QĐ-UBND", DAY)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(DAY, id="real date"),
        pytest.param(45848, id="serial"),
        pytest.param("10.07.2025", id="dotted"),
        pytest.param("ngày 10 tháng 7 năm 2025", id="in words"),
    ],
)
@pytest.mark.parametrize("beside", ["01/QĐ-UBND", None], ids=["in its own column", "as the decision itself"])
def test_so_it_is_where_the_day_has_a_cell_of_its_own(beside, written, villages, cat_hai, tmp_path):
    person = row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision=beside or written)
    heading = [*HEADING, "Ngày quyết định"]
    load(write(tmp_path / "a.xlsx", grid([[*person, written if beside else None]], heading)), cat_hai)
    decision = Decision.objects.get()
    assert (decision.number, decision.issued_on) == ("01" if beside else "", DAY)
    assert Team.objects.get().decision == decision


def test_a_decision_without_a_day_stands_without_one(villages, cat_hai, workbook):
    done = load(workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision="01/QĐ-UBND")]), cat_hai)
    assert Decision.objects.values_list("number", "issued_on").get() == ("01", None)
    assert Member.objects.get().joined_on is None
    assert "decision_no_date" in finding_codes(done)


def test_a_decision_still_to_come_is_none(villages, cat_hai, workbook):
    done = load(workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision="chưa có")]), cat_hai)
    assert not Decision.objects.exists() and Team.objects.get().decision is None
    assert "decision_placeholder" in finding_codes(done)


def test_a_formula_never_calculated_and_a_broken_one_keep_their_rows_out_and_no_other(villages, cat_hai, tmp_path):
    rows = [
        row("Lê Văn An", "Tổ trưởng", "0912345601", team="Thôn 1"),
        row("Hồ Ba", phone="0912345602", team="Thôn 1"),
        row("Vũ Tư", phone="0912345603", team="Thôn 1"),
    ]

    def break_two(sheet):
        sheet["G4"], sheet["G5"] = "=G3", "#REF!"
        sheet["G5"].data_type = "e"

    waiting = rehearse(write(tmp_path / "a.xlsx", grid(rows), break_two), cat_hai)
    errors = waiting.findings.filter(severity="error").values_list("cell", "code")
    assert set(errors) == {("G4", "formula_without_value"), ("G5", "broken_cell")}
    apply(roster_import=waiting, by=None)
    assert {name for _, name, _, _ in members(cat_hai)} == {"Lê Văn An"}


def test_a_true_is_no_name_and_no_phone(villages, cat_hai, workbook):
    rows = [row(True, team="Thôn 1"), row("Hồ Ba", phone=True, team="Thôn 1"), row("Vũ Tư", "Tổ trưởng", team="Thôn 1")]
    waiting = rehearse(workbook(rows), cat_hai)
    assert set(waiting.findings.filter(severity="error").values_list("cell", flat=True)) == {"E3", "G4"}
    apply(roster_import=waiting, by=None)
    assert {name for _, name, _, _ in members(cat_hai)} == {"Vũ Tư"}


@pytest.mark.parametrize("mark", ["nt", "như trên", "〃"])
def test_what_is_as_above_is_taken_from_above(mark, villages, cat_hai, workbook):
    rows = [
        row("Lê Văn An", "Tổ trưởng", team="Thôn 1"),
        row("Hồ Ba", "Tổ phó", team=mark, commune=mark, decision=mark),
        row("Vũ Tư", mark, team=mark, commune=mark, decision=mark),
    ]
    load(workbook(rows), cat_hai)
    assert members(cat_hai) == {
        ("Thôn 1", "Lê Văn An", "leader", ""),
        ("Thôn 1", "Hồ Ba", "deputy_leader", ""),
        ("Thôn 1", "Vũ Tư", "deputy_leader", ""),
    }
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("delimiter", [",", "\t"], ids=["csv", "pasted"])
def test_a_quote_alone_in_text_is_as_above_and_swallows_no_row(delimiter, villages, cat_hai, tmp_path):
    lines = [
        ["Tên tổ", "Họ tên", "Chức vụ"],
        ["Thôn 1", "Lê Văn An", "Tổ phó"],
        ['"', "Hồ Ba", '"'],
        ['"', "Vũ Tư", '"'],
    ]
    path = tmp_path / "a.csv"
    path.write_text("".join(delimiter.join(line) + "\n" for line in lines))
    load(path, cat_hai)
    people = members(cat_hai)
    assert people == {("Thôn 1", name, "deputy_leader", "") for name in ("Lê Văn An", "Hồ Ba", "Vũ Tư")}


SAME_NAMES = [
    pytest.param("Lê Thị Hoà", "Lê Thị Ho\u0300a", id="NFD"),
    pytest.param("Lê Thị Hoà", "Lê Thị Hòa", id="tone placement"),
    pytest.param("Vũ Đức Dũng", "Vũ Ðức Dũng", id="ð for đ"),
    pytest.param("Lê Văn An", "Lê\xa0Văn An", id="NBSP"),
    pytest.param("Lê Văn An", "Lê Văn\u200b An", id="zero-width"),
    pytest.param("Lê Văn An", "LÊ VĂN AN", id="ALL CAPS"),
]


@pytest.mark.parametrize(("stored", "written"), SAME_NAMES)
def test_a_name_in_another_writing_is_the_same_person(stored, written, villages, cat_hai, workbook):
    load(workbook([row(stored, "Tổ trưởng", team="Thôn 1")]), cat_hai)
    again = load(workbook([row(written, "Tổ trưởng", team="Thôn 1")]), cat_hai)
    assert (again.counts["members"]["new"], again.counts["members"]["absent"]) == (0, 0)
    assert Member.objects.count() == 1


NAMES = ["O'Neil", "<b>Lê An</b>", "H'Hen Niê", "Y Brơih Niê", "LÊ VĂN AN", "Lường"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_stored_as_it_is_written(name, villages, cat_hai, workbook):
    load(workbook([row(name, "Tổ trưởng", team="Thôn 1")]), cat_hai)
    assert Member.objects.get().full_name == name


def test_a_name_with_digits_is_an_error_of_its_cell_and_runs_nowhere(villages, cat_hai, workbook):
    waiting = rehearse(workbook([row("Lê {{7*7}}", team="Thôn 1"), row("Vũ Tư", "Tổ trưởng", team="Thôn 1")]), cat_hai)
    (error,) = waiting.findings.filter(severity="error")
    assert (error.cell, error.code) == ("E3", "name_with_digits")
    assert "{{7*7}}" in error.message and "49" not in error.message


def test_the_days_of_a_workbook_from_a_mac_are_right(villages, cat_hai, tmp_path):
    """The same serial means another day there, four years and a day later."""
    person = row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision="01/QĐ-UBND")

    def use_1904(sheet):
        sheet.parent.epoch = CALENDAR_MAC_1904

    heading = [*HEADING, "Ngày quyết định"]
    load(write(tmp_path / "a.xlsx", grid([[*person, DAY]], heading), use_1904), cat_hai)
    assert Decision.objects.get().issued_on == DAY
