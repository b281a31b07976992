import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.text import (
    clean,
    clean_lines,
    fold,
    given_name,
    match_key,
    name_sort_key,
    natural_key,
    sort_key,
    strip_honorific,
)

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
names = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " '-\u00a0\u200b\u0301ðÐ0123456789")
any_text = st.one_of(st.text(), names, st.text(st.characters(categories=["Cc", "Cf", "Cs", "Mn", "Zs", "L"])))
modest = settings(max_examples=200, deadline=None)


def assert_sorted(key, words):
    keys = [key(word).encode() for word in words]
    for earlier, later, left, right in zip(words, words[1:], keys, keys[1:], strict=False):
        assert left < right, f"{earlier!r} must come before {later!r}"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Nguyễn   Văn\tAn ", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ"), "Nguyễn Thị Thuỷ"),
        ("Lê\u00a0Văn\u2007B", "Lê Văn B"),
        ("Lê\u200b Văn\ufeff B\u00ad", "Lê Văn B"),
        ("a\u200b\u0301", "á"),
        ("01/QĐ-UBND\r\nngày 10/7/2025", "01/QĐ-UBND ngày 10/7/2025"),
        ("dòng\u2028hai\x85ba", "dòng hai ba"),
        ("chuông\x07 \x00ẩn\x1b", "chuông ẩn"),
        ("\u202eđảo\u202c", "đảo"),
        ("nửa \ud800cặp\uffff", "nửa cặp"),
        ("<b>O'Neil {{7*7}}</b>", "<b>O'Neil {{7*7}}</b>"),
        ("", ""),
    ],
)
def test_clean_leaves_what_can_be_seen_on_one_line(typed, cleaned):
    assert clean(typed) == cleaned


@modest
@given(any_text)
def test_clean_text_is_storable_and_stays_as_it_is(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\x00" not in cleaned
    cleaned.encode()


def test_clean_lines_keeps_breaks_and_drops_blank_ends():
    assert clean_lines("\n 01/QĐ- \r\nUBND\u00a0x\r\n\n") == "01/QĐ-\nUBND x"
    assert clean_lines("a\vb\u2029c") == "a\nb\nc"


@modest
@given(any_text)
def test_clean_lines_says_the_same_as_clean(text):
    lines = clean_lines(text)
    assert clean_lines(lines) == lines
    assert " ".join(lines.split()) == clean(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Cẩm Giang", "cam giang"),
        ("CẨM GIÀNG", "cam giang"),
        ("Đặng Ðình ðức", "dang dinh duc"),
        ("O'Neil – Y-Bin", "o neil y bin"),
        ("Thừa Thiên\u00a0Huế", "thua thien hue"),
        (unicodedata.normalize("NFD", "Đỗ Thị Hường"), "do thi huong"),
        ("０９１４", "0914"),
        ("-…", ""),
    ],
)
def test_fold_forgets_case_marks_and_punctuation(typed, folded):
    assert fold(typed) == folded


@modest
@given(any_text)
def test_fold_is_stable_and_does_not_depend_on_cleaning(text):
    assert fold(fold(text)) == fold(text) == fold(clean(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("HOẢ", "hỏa"),
        ("Thuỷ", "Thủy"),
        ("khoẻ", "khỏe"),
        ("Đà Nẵng", "Ðà Nẵng"),
        ("đức", "ðức"),
        ("O’Neil", "O'Neil"),
        ("“Đông”", '"Đông"'),
        (" Cẩm  Giàng", unicodedata.normalize("NFD", "cẩm giàng")),
    ],
)
def test_two_writings_of_one_name_match(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Cẩm Giang", "Cẩm Giàng"), ("Đông Tiến", "Đồng Tiến"), ("quí", "quý"), ("Đa", "Da"), ("Hoà", "Hoa")],
)
def test_two_names_do_not_match_though_they_look_alike(one, other):
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize("word", ["hoàn", "quý", "xoài", "khuya", "thuyền", "loẹt", "huỳnh"])
def test_a_syllable_with_one_writing_is_left_alone(word):
    assert match_key(word) == word


@modest
@given(any_text)
def test_a_match_key_is_its_own_key(text):
    assert match_key(match_key(text)) == match_key(text) == match_key(text.casefold())


def test_letters_sort_in_the_order_of_the_alphabet():
    assert_sorted(sort_key, list("aăâbcdđeêghiklmnoôơpqrstuưvxy"))
    assert_sorted(sort_key, ["An", "Ăn", "Ân", "Ba", "Da", "Đa", "Đạt", "Em", "Êm", "Ong", "Ông", "Ơn", "Út", "Ưng"])


def test_tones_sort_as_schools_teach_them_and_below_letters():
    assert_sorted(sort_key, ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "man", "màn", "mạn", "mang", "măng"])


def test_text_sorts_syllable_by_syllable():
    assert_sorted(sort_key, ["Ba", "Ba Đình", "Ba Vì", "Bà Rịa", "Bá Thước", "Bạch Mai", "Cẩm Giang", "Cẩm Giàng"])


def test_two_writings_of_one_text_sort_together():
    assert sort_key("Hoà-Bình  (cũ)") == sort_key("HÒA BÌNH cũ")
    assert sort_key("Đỗ") == sort_key("ðỗ") == sort_key(unicodedata.normalize("NFD", "Đỗ"))


def test_numbers_in_names_sort_by_value():
    assert_sorted(natural_key, ["Bản 3", "Thôn 1", "Thôn 1A", "Thôn 1B", "Thôn 2", "Thôn 10", "Thôn 100", "Thôn Đông"])
    assert natural_key("Thôn 01") == natural_key("thôn 1")
    assert natural_key("Thôn 1\u200b0") == natural_key("Thôn 10")


def test_people_sort_by_given_then_family_then_middle_name():
    assert_sorted(
        name_sort_key,
        [
            "An",
            "Lê An",
            "Lê Thị An",
            "Lê Văn An",
            "Nguyễn Hữu An",
            "Nguyễn Văn An",
            "Đặng Văn Ân",
            "Trần Thị Bích",
            "Đỗ Thị Hà",
            "Nguyễn Hà",
            "Lê Văn Hạ",
            "Lê Văn Hải",
            "Lê Thị Thu Hương",
            "Lê Văn Hướng",
        ],
    )


@modest
@given(any_text)
def test_sort_keys_hold_for_any_text(text):
    for key in (sort_key, natural_key, name_sort_key):
        assert key(text) == key(clean(text))
        assert key(text) == key(unicodedata.normalize("NFD", clean(text)))
        key(text).encode()


@modest
@given(names, names)
def test_equal_sort_keys_mean_equal_folds(one, other):
    if sort_key(one) == sort_key(other):
        assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("full", "given_part"),
    [
        ("Nguyễn Văn An", "An"),
        ("Hoàng Đức  Linh ", "Linh"),
        ("An", "An"),
        ("", ""),
        ("Lê Hoa (Bí thư)", "Hoa"),
    ],
)
def test_the_given_name_comes_last(full, given_part):
    assert given_name(full) == given_part


@pytest.mark.parametrize(
    "typed",
    [
        "Ông Lê Văn An",
        "Ông: Lê Văn An",
        "Bà. Lê Văn An",
        "Đ/c Lê Văn An",
        "Ð/C: Lê Văn An",
        "Đ.c Lê Văn An",
        "đc. Lê Văn An",
        "Đồng chí  Lê Văn An",
        "ĐỒNG CHÍ: Lê Văn An",
    ],
)
def test_an_honorific_is_no_part_of_the_name(typed):
    assert strip_honorific(typed) == "Lê Văn An"


@pytest.mark.parametrize(
    "name",
    [
        "Ông Ích Khiêm",
        "Ông Thị Hoa",
        "Bà Hoa",
        "Anh Đức Minh",
        "Đặng Công Chí",
        "Đcang Lê An",
        "Đ/c",
        "Bàn Văn An",
    ],
)
def test_a_name_that_begins_like_an_honorific_stays_whole(name):
    assert strip_honorific(name) == name


@modest
@given(any_text)
def test_stripping_an_honorific_never_empties_a_name(text):
    assert bool(strip_honorific(text)) == bool(clean(text))
