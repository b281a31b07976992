from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.dates import find_date, format_date, long_date, official_date, parse_date, serial_date

modest = settings(max_examples=200, deadline=None)
days = st.dates(date(1955, 1, 1), date(2099, 12, 31))
TENTH_OF_JULY = date(2025, 7, 10)


@pytest.mark.parametrize(
    "raw",
    [
        TENTH_OF_JULY,
        datetime(2025, 7, 10, 23, 59),
        45848,
        45848.75,
        "45848",
        "10/7/2025",
        "10/07/2025",
        "10.7.25",
        "10-7-2025",
        " 10 / 7 / 2025 ",
        "2025-07-10",
        "2025-07-10 00:00:00",
        "2025-07-10T08:30:00.123",
        "10/07/2025 12:00:00 AM",
        "ngày 10 tháng 7 năm 2025",
        "NGÀY 10 THÁNG 07 NĂM 2025.",
        "Ngày: 10/7/2025",
        "10072025",
    ],
)
def test_a_date_in_any_writing_is_read(raw):
    assert parse_date(raw) == TENTH_OF_JULY


def test_the_day_comes_first():
    assert parse_date("5/8/2025") == date(2025, 8, 5)
    assert parse_date("5.8.25") == date(2025, 8, 5)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        True,
        "",
        "31/2/2025",
        "31/04/2025",
        "7/13/2025",
        "7/2025",
        "10/7/205",
        "10/7/20255",
        "10/7/2205",
        "32132025",
        "vào 10/7/2025",
        "10/7/2025 và 11/7/2025",
        19999,
        80001,
        float("nan"),
        float("inf"),
        "999999999999",
    ],
)
def test_what_is_not_one_possible_date_is_none(raw):
    assert parse_date(raw) is None


def test_a_date_is_found_inside_a_text():
    text = "01/QĐ-UBND, ngày 08.7.25 của UBND"
    found = find_date(text)
    assert (found.day, found.two_digit_year) == (date(2025, 7, 8), True)
    assert text[found.start : found.end] == "ngày 08.7.25"


def test_the_first_of_two_dates_is_found():
    assert find_date("ngày 1 tháng 2 năm 2025, sửa 2024-01-05").day == date(2025, 2, 1)
    assert find_date("2024-01-05, ngày 1 tháng 2 năm 2025").day == date(2024, 1, 5)


def test_an_impossible_date_is_found_without_a_day():
    assert find_date("ngày 31/2/2025").day is None
    assert find_date("06/2024/QĐ-UBND") is None


def test_a_number_before_a_date_is_no_part_of_it():
    assert find_date("01/10/07/2025").day == TENTH_OF_JULY


def test_serials_follow_the_1900_system():
    assert serial_date(20000) == date(1954, 10, 3)
    assert serial_date(80000) == date(2119, 1, 11)
    assert serial_date(19999.9) is serial_date(80001) is None


def test_official_papers_pad_days_below_ten_and_the_first_two_months():
    assert long_date(date(2026, 3, 5)) == "ngày 05 tháng 3 năm 2026"
    assert long_date(date(2026, 2, 15)) == "ngày 15 tháng 02 năm 2026"
    assert long_date(date(2026, 10, 31)) == "ngày 31 tháng 10 năm 2026"
    assert official_date(date(2025, 7, 8)) == "08/7/2025"
    assert official_date(date(2025, 1, 10)) == "10/01/2025"


def test_lists_pad_every_date():
    assert format_date(date(2025, 7, 8)) == "08/07/2025"


@modest
@given(days)
def test_every_writing_of_ours_is_read_back(day):
    serial = (day - date(1899, 12, 30)).days
    writings = (
        format_date(day),
        official_date(day),
        long_date(day),
        day.isoformat(),
        serial,
        f"{day:%d%m%Y}",
    )
    assert {parse_date(writing) for writing in writings} == {day}
    assert serial_date(serial + 0.5) + timedelta(days=1) == serial_date(serial + 1)


@modest
@given(st.one_of(st.text(), st.text(alphabet="0123456789/.- ngàythánăm"), st.floats(), st.integers()))
def test_any_cell_is_a_date_or_none(raw):
    assert parse_date(raw) is None or isinstance(parse_date(raw), date)
