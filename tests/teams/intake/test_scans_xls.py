import struct

import pytest
import xlwt

from teams.intake.preflight import COLUMN_LIMIT, ROW_LIMIT
from teams.intake.reader import read_workbook
from teams.intake.refusals import Refused
from teams.intake.scans import Limits
from teams.intake.scans_xls import scan_xls
from tests.workbooks.builders import grid, read, told, write_xls


def _scan(data, odd_cells=9):
    return scan_xls(data, Limits(ROW_LIMIT, COLUMN_LIMIT, odd_cells))


def _with_oddities(path):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Danh sách")
    for number, row in enumerate(grid()):
        for column, value in enumerate(row):
            if (number, column) == (4, 6):
                sheet.row(number).set_cell_error(column, "#REF!")
            elif value is not None:
                sheet.write(number, column, value)
    sheet.row(3).hidden = True
    sheet.col(7).hidden = True
    workbook.save(str(path))
    return path


def test_hidden_rows_and_columns_and_errors_of_an_old_workbook_are_seen(tmp_path):
    scan = _scan(_with_oddities(tmp_path / "a.xls").read_bytes())["Danh sách"]
    assert scan.hidden_rows == {4}
    assert scan.hidden_columns == {8}
    assert scan.errors == {(5, 7): "#REF!"}


def test_they_are_told_to_the_officer(tmp_path):
    path = _with_oddities(tmp_path / "a.xls")
    assert told(read(path)) == {("E4", "warning", "hidden_row"), ("G5", "error", "broken_cell")}
    assert told(read(write_xls(tmp_path / "b.xls", grid()))) == set()


def test_a_compound_file_out_of_order_is_left_to_the_reader(tmp_path):
    data = write_xls(tmp_path / "a.xls", grid()).read_bytes()
    assert _scan(data[:600]) == {}
    assert _scan(data[:48] + b"\xff" * 4 + data[52:]) == {}
    assert len(read_workbook(tmp_path / "a.xls", "a.xls")[0].rows) == 7


def test_a_chain_of_sectors_that_bites_its_tail_ends(tmp_path):
    data = bytearray(write_xls(tmp_path / "a.xls", grid()).read_bytes())
    fat = (int.from_bytes(data[76:80], "little") + 1) * 512
    start = int.from_bytes(data[48:52], "little")
    data[fat + start * 4 : fat + start * 4 + 4] = data[48:52]
    assert _scan(bytes(data)).keys() <= {"Danh sách"}


def test_a_sector_listed_twice_in_the_table_of_sectors_is_refused(tmp_path):
    data = bytearray(write_xls(tmp_path / "a.xls", grid()).read_bytes())
    assert _scan(bytes(data)).keys() == {"Danh sách"}
    data[80:84] = data[76:80]
    with pytest.raises(Refused) as refused:
        _scan(bytes(data))
    assert refused.value.code == "damaged"


def test_more_error_cells_than_one_file_may_hold_are_refused(tmp_path):
    data = _with_oddities(tmp_path / "a.xls").read_bytes()
    assert _scan(data, odd_cells=1)["Danh sách"].errors
    with pytest.raises(Refused) as refused:
        _scan(data, odd_cells=0)
    assert refused.value.code == "out_of_limits"


def test_sheets_that_share_one_stretch_of_the_file_are_read_once(tmp_path):
    workbook = xlwt.Workbook()
    for name in ("Một", "Hai"):
        workbook.add_sheet(name).row(3).hidden = True
    workbook.save(str(tmp_path / "a.xls"))
    data = (tmp_path / "a.xls").read_bytes()
    assert [scan.hidden_rows for scan in _scan(data).values()] == [{4}, {4}]
    first = data.index("Một".encode("utf-16-le")) - 8
    second = data.index(b"Hai") - 8
    shared = bytearray(data)
    shared[second : second + 4] = data[first : first + 4]
    assert struct.unpack_from("<I", data, first) != struct.unpack_from("<I", data, second)
    assert sorted(len(scan.hidden_rows) for scan in _scan(bytes(shared)).values()) == [0, 1]
