import datetime as dt
import os
import time
import zipfile

import openpyxl
import pytest

from teams.intake import preflight, reader
from teams.intake.reader import read_pasted, read_workbook
from teams.intake.refusals import Refused
from tests.workbooks.builders import grid, with_sheet_xml, write, write_ods, write_xls


def _child(monkeypatch, tmp_path, code: str) -> None:
    script = tmp_path / "child.py"
    script.write_text(code)
    monkeypatch.setattr(reader, "_CHILD", script)


def _refusal(path, **options) -> str:
    with pytest.raises(Refused) as refused:
        read_workbook(path, path.name, **options)
    return refused.value.code


def test_values_keep_their_types_and_places(tmp_path):
    row = ["chữ", 5, 1.5, True, dt.date(2025, 7, 10), dt.datetime(2025, 7, 10, 8, 30)]
    (sheet,) = read_workbook(write(tmp_path / "a.xlsx", [[], [], row]), "a.xlsx")
    assert sheet.rows == [(3, ["chữ", 5, 1.5, True, dt.date(2025, 7, 10), dt.date(2025, 7, 10)])]
    assert sheet.rows[0][1][3] is True


@pytest.mark.parametrize(("make", "name"), [(write, "a.xlsx"), (write_xls, "a.xls"), (write_ods, "a.ods")])
def test_rows_keep_their_numbers_when_rows_above_are_empty(make, name, tmp_path):
    (sheet,) = read_workbook(make(tmp_path / name, [[None], [None], ["a"], [None], ["b"]]), name)
    assert [(number, values[0]) for number, values in sheet.rows] == [(3, "a"), (5, "b")]


def test_dates_of_the_1904_system_are_right(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active["A1"] = dt.date(2025, 7, 10)
    workbook.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx", "a.xlsx")[0].rows == [(1, [dt.date(2025, 7, 10)])]


def test_merged_ranges_and_what_is_hidden_are_known(tmp_path):
    def change(sheet):
        sheet.merge_cells("C3:C5")
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["H"].hidden = True

    (sheet,) = read_workbook(write(tmp_path / "a.xlsx", grid(), change), "a.xlsx")
    assert sheet.merged == [(3, 3, 5, 3)]
    assert sheet.hidden_rows == {4}
    assert sheet.hidden_columns == {8}


def test_a_hidden_sheet_is_read_and_known_as_hidden(tmp_path):
    path = write(tmp_path / "a.xlsx", grid(), lambda sheet: sheet.parent.create_sheet("Ẩn").sheet_properties)
    workbook = openpyxl.load_workbook(path)
    workbook["Ẩn"].sheet_state = "hidden"
    workbook["Ẩn"]["A1"] = "x"
    workbook.save(path)
    assert [(sheet.name, sheet.visible) for sheet in read_workbook(path, "a.xlsx")] == [
        ("Danh sách", True),
        ("Ẩn", False),
    ]


def test_an_error_cell_that_the_library_drops_is_put_back(tmp_path):
    def change(sheet):
        sheet["E8"] = "#REF!"
        sheet["E8"].data_type = "e"

    (sheet,) = read_workbook(write(tmp_path / "a.xlsx", grid(), change), "a.xlsx")
    assert sheet.rows[-1] == (8, ["", "", "", "", "#REF!"])


def test_a_formula_gives_its_kept_value_and_is_named_when_it_has_none(tmp_path):
    kept = b'<c r="J3"><f>1+1</f><v>2</v></c><c r="K3"><f>2+2</f></c></row>'
    path = with_sheet_xml(tmp_path / "a.xlsx", lambda xml: xml.replace(b"</row>", b"@", 2).replace(b"</row>", kept, 1))
    path = with_sheet_xml(
        tmp_path / "b.xlsx",
        lambda xml: xml[: (end := xml.index(b"</row>", xml.index(b'<row r="3"')))] + kept + xml[end + 6 :],
    )
    (sheet,) = read_workbook(path, "b.xlsx")
    assert sheet.rows[2][1][9] == 2
    assert sheet.unevaluated == [(3, 11)]


def test_rows_that_the_reader_does_not_deliver_refuse_the_file(tmp_path):
    """Two rows under one number: the library lets the second overwrite the first."""
    twice = with_sheet_xml(tmp_path / "a.xlsx", lambda xml: xml.replace(b'"7"', b'"6"').replace(b'7"', b'6"'))
    assert _refusal(twice) == "count_mismatch"


def test_the_row_limit_is_the_callers(tmp_path):
    path = write(tmp_path / "a.xlsx", grid())
    assert _refusal(path, row_limit=6) == "out_of_limits"
    assert len(read_workbook(path, "a.xlsx", row_limit=7)[0].rows) == 7


@pytest.mark.parametrize(
    "filename",
    ["Danh sách tổ.xlsx", 'a "b".XLSX', "<script>.xlsx", "../../etc/passwd.xlsx", "a" * 300 + ".xlsx"],
)
def test_any_file_name_is_accepted(filename, tmp_path):
    assert len(read_workbook(write(tmp_path / "stored", grid()), filename)[0].rows) == 7


def test_a_sheet_that_needs_too_much_memory_stops_the_child_only(tmp_path):
    path = write(tmp_path / "a.xlsx", [["a"]], lambda sheet: sheet.__setitem__("ZZ50000", "b"))
    assert _refusal(path) == "reader_stopped"


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import sys; sys.exit(1)",
        "print('[[1,[', end='')",
        "import time; time.sleep(60)",
        'print(\'{"sheet":"x","visible":true,"merged":[]}\')\nwhile True: print("[]" + " " * 9999)',
    ],
    ids=["aborts", "leaves", "dies while writing", "hangs", "floods"],
)
def test_a_child_that(code, monkeypatch, tmp_path):
    path = write(tmp_path / "a.xlsx", grid())
    monkeypatch.setattr(reader, "WALL_SECONDS", 1)
    monkeypatch.setattr(reader, "OUTPUT_BYTES", 1 << 20)
    _child(monkeypatch, tmp_path, code)
    assert _refusal(path) == "reader_stopped"


def test_no_child_is_left_behind(monkeypatch, tmp_path):
    path = write(tmp_path / "a.xlsx", grid())
    monkeypatch.setattr(reader, "WALL_SECONDS", 1)
    told = tmp_path / "pid"
    code = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid())); time.sleep(60)"
    _child(monkeypatch, tmp_path, code)
    _refusal(path)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_the_child_reads_beside_the_scan_and_a_refusal_of_the_scan_ends_it(monkeypatch, tmp_path):
    path = write(tmp_path / "a.xlsx", grid())
    told = tmp_path / "pid"
    begun = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n"
    _child(monkeypatch, tmp_path, begun + "time.sleep(60)")

    def scan(*arguments, **options):
        until = time.monotonic() + 10
        while not (told.exists() and told.read_text()) and time.monotonic() < until:
            time.sleep(0.01)
        return preflight.scan(*arguments, **options)

    monkeypatch.setattr(reader, "scan", scan)
    assert _refusal(path, row_limit=6) == "out_of_limits"
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_no_child_gets_a_file_of_another_kind_or_with_a_bad_directory(monkeypatch, tmp_path):
    def started(path):
        raise InterruptedError

    monkeypatch.setattr(reader, "_reading_child", started)
    good = write(tmp_path / "good.xlsx", grid())
    with pytest.raises(InterruptedError):
        read_workbook(good, "good.xlsx")
    assert _refusal(write_ods(tmp_path / "a.xlsx", grid())) == "really_ods"
    with zipfile.ZipFile(good, "a") as package:
        package.writestr("../outside.xml", "<a/>")
    assert _refusal(good) == "unsafe_package"


def test_a_protected_old_workbook_is_told_as_such(monkeypatch, tmp_path):
    _child(monkeypatch, tmp_path, 'print(\'{"refused":"password"}\')')
    assert _refusal(write_xls(tmp_path / "a.xls", grid())) == "password"


def test_pasted_cells_keep_quoted_line_breaks_and_quotes():
    (sheet,) = read_pasted('Thôn 1\t"01/QĐ-UBND\r\nngày 10/7/2025"\t"a ""b"""\r\n\r\nThôn 2\tx\r\n')
    assert sheet.rows == [(1, ["Thôn 1", "01/QĐ-UBND\nngày 10/7/2025", 'a "b"']), (3, ["Thôn 2", "x"])]


def test_pasted_cells_beyond_the_limit_are_refused():
    assert len(read_pasted("a\n" * 10, row_limit=10)[0].rows) == 10
    with pytest.raises(Refused):
        read_pasted("a\n" * 11, row_limit=10)


def test_sheets_with_long_names_get_short_ones_that_differ(monkeypatch, tmp_path):
    names = ["x" * 80, "x" * 81, "x" * 90, "Danh sách"]
    sheets = "".join(f'print(\'{{"sheet":"{name}","visible":true,"merged":[]}}\');' for name in names)
    _child(monkeypatch, tmp_path, sheets + "print('{\"end\":true}')")
    read = [sheet.name for sheet in read_workbook(write_ods(tmp_path / "a.ods", []), "a.ods")]
    assert (read[0], read[3]) == (names[0], names[3])
    assert len(set(read)) == 4
    assert max(map(len, read)) <= 80


def test_pasted_cells_lose_the_apostrophe_that_disarmed_them_and_no_other():
    assert read_pasted("'- Đảng viên\t'+84 912\t'Tổ 1'\n")[0].rows == [(1, ["- Đảng viên", "+84 912", "'Tổ 1'"])]


def test_a_csv_in_the_windows_code_page_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Họ tên".replace("ọ", "o\u0323").replace("ê", "ê").encode("cp1258"))
    assert read_workbook(path, "a.csv")[0].rows == [(1, ["Ho\u0323 tên"])]
