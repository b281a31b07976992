from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.numbers import (
    format_int,
    format_number,
    format_rate,
    parse_decimal,
    parse_int,
    parse_rate,
    rounded_rate,
)

modest = settings(max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1.440", 1440),
        ("1,440", 1440),
        ("1 440", 1440),
        ("1\u00a0440", 1440),
        ("12.345.678", 12345678),
        ("1440", 1440),
        (" 7 ", 7),
        ("0", 0),
        ("-1.440", -1440),
        (1440, 1440),
        (1440.0, 1440),
        ("5,0", 5),
    ],
)
def test_a_whole_number_in_any_writing_is_read(raw, number):
    assert parse_int(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        None,
        True,
        "",
        "99,5",
        "1.44",
        5.5,
        "1.2.3",
        "1.440,5",
        "1.440 người",
        "5%",
        float("nan"),
        float("inf"),
        "²",
    ],
)
def test_what_is_no_whole_number_is_none(raw):
    assert parse_int(raw) is None


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("99,5", "99.5"),
        ("99.5", "99.5"),
        ("1.440,5", "1440.5"),
        ("1,440.5", "1440.5"),
        ("0,125", "0.125"),
        (0.1, "0.1"),
    ],
)
def test_a_decimal_is_exact(raw, number):
    assert parse_decimal(raw) == Decimal(number)


@pytest.mark.parametrize(("raw", "rate"), [("99,5%", "99.5"), ("99,5 %", "99.5"), ("100%", "100"), (99.5, "99.5")])
def test_a_rate_is_in_per_cent(raw, rate):
    assert parse_rate(raw) == Decimal(rate)


def test_one_mark_cannot_part_both_thousands_and_decimals():
    assert parse_decimal("1.440.5") is parse_decimal("1,440,55") is None


def test_a_rate_that_is_no_number_is_none():
    assert parse_rate("%") is parse_rate("99%%") is parse_rate(None) is None


def test_thousands_are_marked_with_dots():
    assert [format_int(number) for number in (0, 999, 1440, -1234567)] == ["0", "999", "1.440", "-1.234.567"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1440, "1.440"),
        (99.5, "99,5"),
        (0.125, "0,13"),
        (2.675, "2,68"),
        (-0.125, "-0,13"),
        (0.001, "0"),
        (1e9, "1.000.000.000"),
    ],
)
def test_a_number_is_rounded_as_people_round(number, text):
    assert format_number(number) == text


@pytest.mark.parametrize(
    ("percent", "decimals", "text"),
    [
        (99.99999667, 2, "99,99%"),
        (99.96, 1, "99,9%"),
        (0.00001, 2, "0,01%"),
        (0.02, 1, "0,1%"),
        (100, 2, "100%"),
        (0, 2, "0%"),
        (100.004, 2, "100%"),
        (120.005, 2, "120,01%"),
        (66.665, 2, "66,67%"),
        (2.25, 1, "2,3%"),
    ],
)
def test_a_rate_below_a_hundred_is_never_shown_as_one_nor_one_above_zero_as_none(percent, decimals, text):
    assert format_rate(percent, decimals) == text


@modest
@given(st.floats(0, 100), st.sampled_from([1, 2]))
def test_only_all_is_a_hundred_and_only_none_is_zero(percent, decimals):
    shown = rounded_rate(percent, decimals)
    assert (shown == 100, shown == 0) == (percent == 100, percent == 0)


@modest
@given(st.integers(-(10**15), 10**15))
def test_a_written_number_is_read_back(number):
    assert parse_int(format_int(number)) == parse_int(str(number)) == number


@modest
@given(st.one_of(st.text(), st.text(alphabet="0123456789., -%"), st.floats()))
def test_any_cell_is_a_finite_number_or_none(raw):
    for parse in (parse_int, parse_decimal, parse_rate):
        number = parse(raw)
        assert number is None or Decimal(number).is_finite()
