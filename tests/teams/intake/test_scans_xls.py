import xlwt

from teams.intake.reader import read_workbook
from teams.intake.scans_xls import scan_xls
from tests.workbooks.builders import grid, read, told, write_xls


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
    scan = scan_xls(_with_oddities(tmp_path / "a.xls").read_bytes())["Danh sách"]
    assert scan.hidden_rows == {4}
    assert scan.hidden_columns == {8}
    assert scan.errors == {(5, 7): "#REF!"}


def test_they_are_told_to_the_officer(tmp_path):
    path = _with_oddities(tmp_path / "a.xls")
    assert told(read(path)) == {("E4", "warning", "hidden_row"), ("G5", "error", "broken_cell")}
    assert told(read(write_xls(tmp_path / "b.xls", grid()))) == set()


def test_a_compound_file_out_of_order_is_left_to_the_reader(tmp_path):
    data = write_xls(tmp_path / "a.xls", grid()).read_bytes()
    assert scan_xls(data[:600]) == {}
    assert scan_xls(data[:48] + b"\xff" * 4 + data[52:]) == {}
    assert len(read_workbook(tmp_path / "a.xls", "a.xls")[0].rows) == 7


def test_a_chain_of_sectors_that_bites_its_tail_ends(tmp_path):
    data = bytearray(write_xls(tmp_path / "a.xls", grid()).read_bytes())
    fat = (int.from_bytes(data[76:80], "little") + 1) * 512
    start = int.from_bytes(data[48:52], "little")
    data[fat + start * 4 : fat + start * 4 + 4] = data[48:52]
    assert scan_xls(bytes(data)).keys() <= {"Danh sách"}
