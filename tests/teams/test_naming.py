import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.text import clean
from teams.naming import (
    LABELS,
    display_unit_name,
    is_placeholder,
    team_core,
    unit_key,
    unit_kind,
    unit_label,
)

modest = settings(max_examples=200, deadline=None)
TEAM_WORDS = [
    "",
    "Tổ ",
    "Tổ CNSCĐ ",
    "Tổ CNS cộng đồng ",
    "Tổ công nghệ số cộng đồng ",
    "TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG ",
    "Tổ Công nghệ số Cộng đồng: ",
    "Tổ CĐS cộng đồng ",
    "Tổ chuyển đổi số cộng đồng - ",
    "Tổ CNSCĐ và Đề án 06 ",
    "Tổ CNSCĐ và Đề án 06/CP ",
    "CNSCĐ ",
]
UNITS = ["Khu phố 1", "Tổ dân phố số 3", "Thôn Đông", "Bản 2", "Khu dân cư 4", "Ấp Hoà Bình", "Thôn 1A"]


@pytest.mark.parametrize("words", TEAM_WORDS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_team_speaks_of_its_unit_whatever_the_team_is_called(words, unit):
    assert unit_key(words + unit) == unit_key(unit)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Tổ KP1", "khu phố 1"),
        ("Tổ CNSCĐ TDP số 01", "tổ dân phố 01"),
        ("Tổ dân phố 3", "tổ dân phố 3"),
        ("Tổ tổ dân phố 3", "tổ dân phố 3"),
        ("Tổ 5", "tổ 5"),
        ("Tổ số 5", "tổ 5"),
        ("Tổ tự quản số 4", "tổ tự quản 4"),
        ("Tổ Xuân Hòa", "xuân hoà"),
        ("Tổ công nghệ số cộng đồng", "tổ công nghệ số cộng đồng"),
        ("…", "…"),
        ("", ""),
        ("Tổ công nghệ số cộng đồng xã Cát Hải", "xã cát hải"),
        ("Đội phản ứng nhanh", "đội phản ứng nhanh"),
        ("Thôn Đông tổ thôn 2", "thôn đông tổ thôn 2"),
    ],
)
def test_the_core_is_what_the_team_name_speaks_of(name, core):
    assert team_core(name) == core


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KP1", "KP 1"),
        ("KP1", "Khu phố 1"),
        ("KP1", "khu phố số 01"),
        ("kp.1", "K.P 1"),
        ("TDP số 1", "Tổ dân phố 1"),
        ("TĐP 1", "Tổ dân phố 1"),
        ("KDC 4", "Khu dân cư số 4"),
        ("Thôn1", "Thôn 1."),
        ("THÔN HOÀ BÌNH", "thôn Hòa Bình"),
        ("Tổ\nKP 4", "Khu phố 4"),
    ],
)
def test_two_writings_of_one_unit_have_one_key(one, other):
    assert unit_key(one) == unit_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thôn 1", "Thôn 10"),
        ("Thôn 1", "Thôn 1A"),
        ("Thôn 1", "Bản 1"),
        ("Tổ 5", "Tổ dân phố 5"),
        ("Thôn Đông", "Thôn Đồng"),
        ("Khu phố 1", "Khu 1"),
    ],
)
def test_two_units_have_two_keys(one, other):
    assert unit_key(one) != unit_key(other)


@modest
@given(st.sampled_from(TEAM_WORDS), st.sampled_from([*LABELS, "KP", "TDP", "KDC"]), st.integers(1, 200))
def test_a_key_is_its_own_key_and_that_of_the_stored_name(words, label, number):
    name = f"{words}{label} {number}"
    assert unit_key(unit_key(name)) == unit_key(name) == unit_key(display_unit_name(name))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Tổ KP1", "khu phố"),
        ("TDP số 1", "tổ dân phố"),
        ("Tổ CNSCĐ thôn 1", "thôn"),
        ("Khu 3", "khu"),
        ("Tổ 5", "tổ"),
        ("Khuê Trung", ""),
        ("Bảng 1", ""),
        ("Xuân Hòa", ""),
        ("", ""),
    ],
)
def test_the_label_is_the_whole_word_a_unit_begins_with(name, label):
    assert unit_label(name) == label


@pytest.mark.parametrize(
    ("name", "commune_kind", "kind"),
    [
        ("Thôn 1", "rural_commune", "village"),
        ("Thôn 1", "ward", "village"),
        ("Khu phố 1", "ward", "residential_group"),
        ("TDP 1", "rural_commune", "residential_group"),
        ("Khu 3", "rural_commune", "village"),
        ("Khu 3", "ward", "residential_group"),
        ("Xuân Hòa", "special_zone", "village"),
        ("Xuân Hòa", "ward", "residential_group"),
    ],
)
def test_the_label_tells_the_kind_and_the_commune_where_it_cannot(name, commune_kind, kind):
    assert unit_kind(name, commune_kind) == kind


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("Tổ KP1", "Khu phố 1"),
        ("Tổ công nghệ số cộng đồng khu phố 3", "Khu phố 3"),
        ("Tổ Công nghệ số cộng đồng Khu Phố 3", "Khu phố 3"),
        ("TDP số 1", "Tổ dân phố số 1"),
        ("Tổ dân phố 3", "Tổ dân phố 3"),
        ("Bản 2", "Bản 2"),
        ("Thôn1.", "Thôn 1"),
        ("thôn Hòa Bình", "Thôn Hòa Bình"),
        ("THÔN ĐÔNG", "Thôn Đông"),
        ("TỔ 5A", "Tổ 5A"),
        ("  Khóm  3 ", "Khóm 3"),
        ("Tổ CNSCĐ", "Tổ CNSCĐ"),
    ],
)
def test_a_new_unit_gets_a_tidy_name(name, stored):
    assert display_unit_name(name) == stored


@pytest.mark.parametrize(
    "name",
    ["Tổ ….", "Thôn…", "Tổ ...", "....", "…", "TDP ……", "Tổ công nghệ số cộng đồng thôn …", "Bản ____"],
)
def test_a_label_and_dots_is_a_blank_of_the_form(name):
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["Thôn 1", "Thôn 1.", "Tổ KP1", "Thôn Đông…", "Tổ CNSCĐ", "TDP số 1", ""])
def test_a_name_is_no_blank_of_the_form(name):
    assert not is_placeholder(name)


@modest
@given(st.one_of(st.text(), st.text(alphabet="tổTỔ kpKPtdpsố0123.…-/thôncnsCĐ")))
def test_any_text_has_a_key_a_kind_and_a_name(text):
    assert unit_key(text) == unit_key(f" {text}\u200b ")
    assert bool(unit_key(text)) == bool(clean(text))
    assert unit_label(text) in {*LABELS, ""}
    assert unit_kind(text, "ward") in {"village", "residential_group"}
    assert bool(display_unit_name(text)) == bool(display_unit_name(display_unit_name(text)))
    assert is_placeholder(text) in {True, False}
