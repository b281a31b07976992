import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib import phones
from cdt_portal.lib.phones import (
    PROBLEM_LABELS,
    REPAIR_LABELS,
    digits_of,
    format_phone,
    mask_phone,
    parse_phone,
)

modest = settings(max_examples=200, deadline=None)
mobiles = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)
landlines = st.from_regex(r"02[0-9]{9}", fullmatch=True)
phone_like = st.text(alphabet="0123456789oO+-. ()/;,\n*xX０１９EehặcĐ")


@pytest.mark.parametrize(
    ("raw", "number", "repairs"),
    [
        ("0914994123", "0914994123", ()),
        ("0914.994.123", "0914994123", ()),
        ("0914 994 123", "0914994123", ()),
        ("0914-994-123", "0914994123", ()),
        ("0914,994,123", "0914994123", ()),
        ("\u200b0914994123\u00a0", "0914994123", ()),
        ("'0914994123", "0914994123", ()),
        ("SĐT: 0914994123 (Zalo)", "0914994123", ()),
        ("(0225) 3842123", "02253842123", ()),
        ("914994123", "0914994123", ("lost_zero",)),
        (914994123, "0914994123", ("lost_zero",)),
        (914994123.0, "0914994123", ("lost_zero",)),
        ("914994123.0", "0914994123", ("lost_zero",)),
        ("848123456", "0848123456", ("lost_zero",)),
        ("+84 84 812 3456", "0848123456", ("country_code",)),
        ("914,994,123", "0914994123", ("lost_zero",)),
        ("9.14994123E8", "0914994123", ("lost_zero",)),
        ("9,14994123E+08", "0914994123", ("lost_zero",)),
        (2253842123.0, "02253842123", ("lost_zero",)),
        ("+84914994123", "0914994123", ("country_code",)),
        ("+84 (0)914 994 123", "0914994123", ("country_code",)),
        ("0084914994123", "0914994123", ("country_code",)),
        ("84 914 994 123", "0914994123", ("country_code",)),
        (84914994123, "0914994123", ("country_code",)),
        ("O914994123", "0914994123", ("letter_o",)),
        ("09149941oo", "0914994100", ("letter_o",)),
        ("０９１４９９４１２３", "0914994123", ("full_width",)),
        ("+841649123456", "0349123456", ("country_code", "old_prefix")),
        (1649123456, "0349123456", ("lost_zero", "old_prefix")),
    ],
)
def test_one_number_in_any_writing_is_read(raw, number, repairs):
    reading = parse_phone(raw)
    assert (reading.numbers, reading.repairs, reading.problem) == ((number,), repairs, "")
    assert reading.first == number


@pytest.mark.parametrize(
    ("old", "new"),
    [(f"016{digit}", f"03{digit}") for digit in "23456789"]
    + [("0120", "070"), ("0121", "079"), ("0122", "077"), ("0126", "076"), ("0128", "078")]
    + [("0123", "083"), ("0124", "084"), ("0125", "085"), ("0127", "081"), ("0129", "082")]
    + [("0186", "056"), ("0188", "058"), ("0199", "059")],
)
def test_a_number_of_before_2018_gets_its_new_prefix(old, new):
    reading = parse_phone(f"{old}.123.4567")
    assert (reading.first, reading.repairs) == (f"{new}1234567", ("old_prefix",))


@pytest.mark.parametrize(
    "between",
    ["/", ";", ",", " - ", "-", "\n", "\r\n", " hoặc ", " và ", "  ", " ; "],
)
def test_two_numbers_in_a_cell_are_both_read(between):
    reading = parse_phone(f"0914.994.123{between}0988 123 456")
    assert (reading.numbers, reading.repairs) == (("0914994123", "0988123456"), ("two_numbers",))
    assert (reading.first, reading.problem) == ("0914994123", "")


def test_the_same_number_twice_is_one_number():
    reading = parse_phone("0914994123 / +84914994123")
    assert (reading.numbers, reading.repairs) == (("0914994123",), ("country_code",))


def test_each_of_two_numbers_is_repaired():
    reading = parse_phone("914994123/01649123456")
    assert reading.numbers == ("0914994123", "0349123456")
    assert reading.repairs == ("lost_zero", "old_prefix", "two_numbers")


@pytest.mark.parametrize(
    "raw", [None, "", "  ", "-", "…", "không có", "Ko", "KHÔNG", "chưa có", "Đang cập nhật", "n/a"]
)
def test_a_phone_that_is_not_given_is_no_problem(raw):
    reading = parse_phone(raw)
    assert (reading.numbers, reading.repairs, reading.problem, reading.first) == ((), (), "", "")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("0914994***", "masked"),
        ("0914994xxx", "masked"),
        ("***", "masked"),
        ("0914994", "too_short"),
        ("0225384212", "too_short"),
        ("9.15E+08", "too_short"),
        ("0914a994123", "too_short"),
        ("09149941234", "too_long"),
        ("022538421234", "too_long"),
        ("031234567890", "too_long"),
        ("0014994123", "invalid"),
        ("0123456789", "invalid"),
        ("nt", "invalid"),
        ("〃 như trên", "invalid"),
        (True, "invalid"),
        (False, "invalid"),
        (float("nan"), "invalid"),
        (float("inf"), "invalid"),
    ],
)
def test_what_is_no_number_says_why(raw, problem):
    reading = parse_phone(raw)
    assert (reading.numbers, reading.repairs, reading.problem) == ((), (), problem)


def test_a_readable_number_is_kept_beside_one_that_is_not():
    reading = parse_phone("0914994*** / 0988123456")
    assert (reading.first, reading.problem) == ("0988123456", "masked")


def test_the_cell_is_kept_as_it_was_read():
    assert parse_phone(" 0914\r\n994 123").raw == "0914\n994 123"


@modest
@given(st.one_of(mobiles, landlines))
def test_every_valid_number_is_read_in_every_writing(number):
    for typed in (
        number,
        format_phone(number),
        f"({number})",
        f"+84{number[1:]}",
        f"0084 {number[1:]}",
        number[1:],
    ):
        assert parse_phone(typed).numbers == (number,)
        assert digits_of(typed) == number
    assert parse_phone(int(number)).numbers == parse_phone(float(number)).numbers == (number,)


@modest
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), phone_like))
def test_any_cell_is_read_into_valid_numbers_with_known_words(raw):
    reading = parse_phone(raw)
    assert all(parse_phone(number).numbers == (number,) for number in reading.numbers)
    assert set(reading.repairs) <= set(REPAIR_LABELS)
    assert reading.problem in PROBLEM_LABELS or not reading.problem
    assert reading.numbers or not reading.repairs


def test_a_cell_of_a_thousand_groups_is_given_up_early(monkeypatch):
    tried = []
    one_number = phones._one_number
    monkeypatch.setattr(phones, "_one_number", lambda text: tried.append(text) or one_number(text))
    assert parse_phone("0 " * 1000).problem == "too_long"
    assert len(tried) < 25


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0914 994 123", "0914994123"),
        ("914994123", "0914994123"),
        ("01649123456", "0349123456"),
        ("+84 914", "0914"),
        ("0084914", "0914"),
        ("O914", "0914"),
        ("4.123", "4123"),
        ("", ""),
        ("Thôn 1", ""),
        ("Nguyễn Văn An", ""),
    ],
)
def test_a_search_box_understands_a_phone_or_part_of_it(typed, digits):
    assert digits_of(typed) == digits


@pytest.mark.parametrize(
    ("number", "shown", "masked"),
    [
        ("0914994123", "0914 994 123", "0914 994 ***"),
        ("02253842123", "0225 3842 123", "0225 3842 ***"),
        ("02438421234", "024 3842 1234", "024 3842 1***"),
        ("12345", "12345", "12***"),
        ("12", "12", "***"),
        ("", "", ""),
    ],
)
def test_a_number_is_shown_in_groups_and_masked_at_the_end(number, shown, masked):
    assert (format_phone(number), mask_phone(number)) == (shown, masked)
