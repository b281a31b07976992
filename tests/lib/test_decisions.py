from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.decisions import (
    FLAG_LABELS,
    decision_key,
    decision_title,
    document_kind,
    format_decision,
    parse_decision,
    parse_paper_line,
)

modest = settings(max_examples=200, deadline=None)
numbers = st.from_regex(r"[0-9]{1,5}a?(?:/2024)?", fullmatch=True)
symbols = st.sampled_from(["QĐ-UBND", "KH/BCĐTW", "SKHCN-CNTT", "TTr-UBND", "QĐ-VP&TH", "QĐ/ĐU"])
days = st.dates(date(1955, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("raw", "number", "symbol", "issued_on"),
    [
        ("01/QĐ-UBND\nngày 10/7/2025", "01", "QĐ-UBND", date(2025, 7, 10)),
        ("01/QĐ-UBND ngày 10/7/2025", "01", "QĐ-UBND", date(2025, 7, 10)),
        ("1/QĐ - UBND, ngày 08.7.2025", "1", "QĐ-UBND", date(2025, 7, 8)),
        ("số199/QĐ-\nUBND ngày 22/7/2025", "199", "QĐ-UBND", date(2025, 7, 22)),
        ("QĐ số199/QĐ-\nUBND ngày 22/7/2025", "199", "QĐ-UBND", date(2025, 7, 22)),
        ("10832/UBND-HCKSTTHC ngày 08/7/2025", "10832", "UBND-HCKSTTHC", date(2025, 7, 8)),
        ("Quyết định số 12/QĐ-UBND ngày 10 tháng 7 năm 2025", "12", "QĐ-UBND", date(2025, 7, 10)),
        ("QUYẾT ĐỊNH SỐ 12/QĐ-UBND NGÀY 10 THÁNG 7 NĂM 2025", "12", "QĐ-UBND", date(2025, 7, 10)),
        ("Số 3048/QĐ-UBND ngày 28/7/2025 của UBND thành phố", "3048", "QĐ-UBND", date(2025, 7, 28)),
        ("Ngày 10/7/2025, số 01/QĐ-UBND", "01", "QĐ-UBND", date(2025, 7, 10)),
        ("QĐ-UBND số 45 ngày 05/8/2025", "45", "QĐ-UBND", date(2025, 8, 5)),
        ("01 QĐ-UBND 2025-07-10", "01", "QĐ-UBND", date(2025, 7, 10)),
        ("01/QÐ-UBND ngày 10/7/2025", "01", "QĐ-UBND", date(2025, 7, 10)),
        ("01/qđ-ubnd ngày 10/7/2025", "01", "QĐ-UBND", date(2025, 7, 10)),
    ],
)
def test_a_whole_decision_is_read_without_a_flag(raw, number, symbol, issued_on):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on) == (number, symbol, issued_on)
    assert reading.flags == ()


@pytest.mark.parametrize(
    ("raw", "number", "symbol"),
    [
        ("3251/SKHCN- CNTT", "3251", "SKHCN-CNTT"),
        ("02-KH/BCĐTW", "02", "KH/BCĐTW"),
        ("45/QĐ - UBND", "45", "QĐ-UBND"),
        ("123a/QĐ-UBND", "123a", "QĐ-UBND"),
        ("06/2024/QĐ-UBND", "06/2024", "QĐ-UBND"),
        ("12/TTr-UBND", "12", "TTr-UBND"),
        ("01/QĐ-UBND chưa có ngày", "01", "QĐ-UBND"),
    ],
)
def test_a_decision_without_a_date_says_so(raw, number, symbol):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on) == (number, symbol, None)
    assert reading.flags == ("no_date",)


@pytest.mark.parametrize(
    ("raw", "number", "issued_on", "flags"),
    [
        ("Quyết định số 1907 ngày 31/10/2025", "1907", date(2025, 10, 31), ("no_symbol",)),
        ("QĐ 45 ngày 5.8.25", "45", date(2025, 8, 5), ("no_symbol", "two_digit_year")),
        ("QĐ45", "45", None, ("no_symbol", "no_date")),
        ("QĐ-45", "45", None, ("no_symbol", "no_date")),
        (1907.0, "1907", None, ("no_symbol", "no_date")),
        (1907, "1907", None, ("no_symbol", "no_date")),
        ("1907", "1907", None, ("no_symbol", "no_date")),
    ],
)
def test_a_decision_without_a_symbol_says_so(raw, number, issued_on, flags):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on, reading.flags) == (
        number,
        "",
        issued_on,
        flags,
    )


@pytest.mark.parametrize(
    "raw",
    [
        date(2025, 7, 10),
        datetime(2025, 7, 10, 9, 30),
        45848,
        45848.0,
        "45848",
        "10.07.2025",
        "ngày 10 tháng 7 năm 2025",
        "Quyết định ngày 10/7/2025",
    ],
)
def test_a_cell_with_only_a_date_keeps_the_date(raw):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on) == ("", "", date(2025, 7, 10))
    assert reading.flags == ("no_number", "no_symbol")


@pytest.mark.parametrize("raw", ["Số:    /QĐ-UBND ngày    tháng 7 năm 2025", "…/QĐ-UBND ngày …/…/2025", "QĐ-UBND"])
def test_a_decision_still_to_be_numbered_keeps_its_symbol(raw):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on) == ("", "QĐ-UBND", None)
    assert reading.flags == ("no_number", "no_date")


@pytest.mark.parametrize("raw", ["chưa có", "Chưa có QĐ", "chưa ban hành", "không có", "đang trình ký", "…", "-"])
def test_a_placeholder_is_no_decision(raw):
    reading = parse_decision(raw)
    assert (reading.number, reading.symbol, reading.issued_on) == ("", "", None)
    assert reading.flags == ("placeholder",)


@pytest.mark.parametrize("raw", [None, "", " \n ", "\u200b"])
def test_an_empty_cell_is_empty(raw):
    assert parse_decision(raw).flags == ("empty",)


@pytest.mark.parametrize(
    "raw",
    [
        "01/QĐ-UBND ngày 31/2/2025",
        "01/QĐ-UBND ngày 10/7/2025; 02/QĐ-UBND ngày 12/8/2025",
        "xem tệp kèm theo",
        "0914994123",
        "#REF!",
        True,
        float("nan"),
    ],
)
def test_what_could_not_be_read_whole_is_odd(raw):
    assert "odd" in parse_decision(raw).flags


def test_the_first_of_two_decisions_is_kept():
    reading = parse_decision("01/QĐ-UBND ngày 10/7/2025; 02/QĐ-UBND ngày 12/8/2025")
    assert decision_title(reading.number, reading.symbol, reading.issued_on) == "01/QĐ-UBND ngày 10/7/2025"


def test_the_raw_text_keeps_its_line_break():
    assert parse_decision(" 01/QĐ-UBND\r\nngày\u00a010/7/2025 ").raw == "01/QĐ-UBND\nngày 10/7/2025"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("01", "QĐ-UBND"), ("1", "QĐ-UBND")),
        (("001", "QĐ-UBND"), ("1", "qđ - ubnd")),
        (("1", "QD-UBND"), ("1", "QÐ-UBND")),
        (("123A", "QĐ-UBND"), ("123a", "QĐUBND")),
        (("06/2024", "QĐ-UBND"), ("6/2024", "QĐ-UBND")),
    ],
)
def test_two_writings_of_one_decision_have_one_key(one, other):
    assert decision_key(*one) == decision_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1", "QĐ-UBND"), ("10", "QĐ-UBND")),
        (("1", "QĐ-UBND"), ("1", "KH-UBND")),
        (("1", ""), ("1", "QĐ-UBND")),
        (("123", "QĐ-UBND"), ("123a", "QĐ-UBND")),
    ],
)
def test_two_decisions_have_two_keys(one, other):
    assert decision_key(*one) != decision_key(*other)


def test_a_reading_has_the_key_of_its_parts():
    assert parse_decision("001/qđ - ubnd").key == decision_key("1", "QĐ-UBND")


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (("01", "QĐ-UBND", date(2025, 7, 10)), "01/QĐ-UBND\nngày 10/7/2025"),
        (("01", "QĐ-UBND", date(2025, 2, 8)), "01/QĐ-UBND\nngày 08/02/2025"),
        (("1907", "", date(2025, 10, 31)), "Quyết định số 1907\nngày 31/10/2025"),
        (("02", "KH/BCĐTW", None), "02-KH/BCĐTW"),
        (("", "QĐ-UBND", None), "…/QĐ-UBND"),
        (("", "", date(2025, 7, 10)), "Quyết định\nngày 10/7/2025"),
        (("", "", None), ""),
    ],
)
def test_a_decision_is_written_as_in_the_form(parts, written):
    assert format_decision(*parts) == written
    assert decision_title(*parts) == written.replace("\n", " ")


@modest
@given(numbers, symbols, days)
def test_a_written_decision_is_read_back(number, symbol, day):
    for write in (format_decision, decision_title):
        reading = parse_decision(write(number, symbol, day))
        assert (reading.number, reading.symbol, reading.issued_on, reading.flags) == (number, symbol, day, ())


@modest
@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.datetimes(),
        st.text(),
        st.text(alphabet="0123456789/.-– qđQĐÐUBNDsốngày\n"),
    )
)
def test_any_cell_is_read_with_known_flags(raw):
    reading = parse_decision(raw)
    assert set(reading.flags) <= set(FLAG_LABELS)
    assert bool(reading.number or reading.symbol or reading.issued_on) or reading.flags
    decision_title(reading.number, reading.symbol, reading.issued_on)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (
            "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở Khoa học và Công nghệ về việc thúc đẩy, phát huy",
            ("Công văn số 4675/SKHCN-CNTT ngày 19/12/2025", "Sở Khoa học và Công nghệ", "thúc đẩy, phát huy"),
        ),
        ("45/KH-UBND ngày 02/3/2026, V/v: nâng cao của tổ", ("45/KH-UBND ngày 02/3/2026", "", "nâng cao của tổ")),
        ("45/KH-UBND của UBND thành phố", ("45/KH-UBND", "UBND thành phố", "")),
        ("về việc rà soát", ("", "", "rà soát")),
        ("", ("", "", "")),
    ],
)
def test_a_cited_paper_is_taken_apart(raw, told):
    line = parse_paper_line(raw)
    assert (line.name, line.issuer, line.subject) == told


@pytest.mark.parametrize(
    ("raw", "symbol", "kind"),
    [
        ("Kế hoạch số 45/KH-UBND ngày 02/3/2026", "KH-UBND", "Kế hoạch"),
        ("45/KH-UBND ngày 02/3/2026", "KH-UBND", "Kế hoạch"),
        ("QUYẾT ĐỊNH số 12", "", "Quyết định"),
        ("02-KH/BCĐTW", "KH/BCĐTW", "Kế hoạch"),
        ("Công văn số 4675/SKHCN-CNTT ngày 19/12/2025", "SKHCN-CNTT", "Công văn"),
        ("4675/SKHCN-CNTT", "SKHCN-CNTT", ""),
        ("Thông báo", "", "Thông báo"),
    ],
)
def test_a_paper_is_called_by_its_first_words_or_its_symbol(raw, symbol, kind):
    assert document_kind(raw, symbol) == kind
