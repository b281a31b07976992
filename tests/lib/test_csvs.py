import csv
from datetime import date
from io import BytesIO, StringIO
from operator import itemgetter

import pytest

from cdt_portal.lib import csvs
from cdt_portal.lib.csvs import restored, safe, write_csv
from cdt_portal.lib.sheets import DATE, Column, Sheet, Total

TEAMS = Sheet(
    "Tổ",
    (
        Column("STT", 5, None),
        Column("Tên Tổ", 20, itemgetter(0), block=itemgetter(0)),
        Column("Số hộ", 9, itemgetter(1)),
        Column("Ngày", 12, itemgetter(2), DATE),
        Column("mã", 9, itemgetter(0), hidden=True),
    ),
    titles=("Danh sách",),
    total=Total("TỔNG", 1, 2),
)


def lines(records):
    target = BytesIO()
    assert write_csv(target, TEAMS, records) == len(records)
    return list(csv.reader(StringIO(target.getvalue().decode("utf-8-sig"), newline="")))


def test_headings_and_records_are_written_and_hidden_columns_are_not():
    assert lines([("Thôn 1", 120, date(2026, 7, 1)), ("Thôn 1", None, None)]) == [
        ["STT", "Tên Tổ", "Số hộ", "Ngày"],
        ["1", "Thôn 1", "120", "01/07/2026"],
        ["2", "Thôn 1", "", ""],
    ]


def test_a_byte_order_mark_tells_excel_that_it_is_utf_8():
    target = BytesIO()
    write_csv(target, TEAMS, [])
    assert target.getvalue().startswith(b"\xef\xbb\xbfSTT,")
    assert target.getvalue().count(b"\xef\xbb\xbf") == 1


@pytest.mark.parametrize("text", ["=1+1", "+84914994123", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert lines([(text, 1, None)])[1][1] == f"'{text}"


def test_without_that_the_text_would_run(monkeypatch):
    monkeypatch.setattr(csvs, "safe", lambda value: value)
    assert lines([("=1+1", 1, None)])[1][1] == "=1+1"


@pytest.mark.parametrize("text", ["Thôn 1", "1=1", "0914994123", 'Tổ "A", B', "01/QĐ-UBND\nngày 10/7/2025"])
def test_other_text_comes_back_as_it_was(text):
    assert lines([(text, 1, None)])[1][1] == text


@pytest.mark.parametrize("text", ["=1+1", "+84914994123", "-1", "- Đảng viên", "@SUM(A1)"])
def test_text_that_got_an_apostrophe_is_restored(text):
    assert restored(safe(text)) == text


@pytest.mark.parametrize("text", ["'Tổ 1'", "''", "'", "O'Neil", "-1"])
def test_an_apostrophe_of_the_text_itself_stays(text):
    assert restored(text) == text


def test_a_negative_number_stays_a_number():
    assert lines([("Thôn 1", -5, None)])[1][2] == "-5"
