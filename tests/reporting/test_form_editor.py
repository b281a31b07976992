"""Typed fields and JSON: what was typed comes back as it was, whatever it was; buttons never break anything."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.definition import Kind, examine
from reporting.forms.editor import INDICATOR, Card, change, columns_of, free_code, make_cards, number_or_text, read
from reporting.layouts.report import report_document
from reporting.layouts.sample import blank_figures, sample_figures
from reporting.queries.reports import sections_of
from tests.reporting.test_definition import FORM, INDICATORS


def fields_of(data: dict) -> dict[str, str]:
    return {f"{card.place}-{key}": value for card in make_cards(data).all() for key, value in card.values.items()}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("80", 80), ("1.440", 1440), ("99,5", 99.5), ("0", 0), ("tám mươi", "tám mươi"), ("9" * 20, "9" * 20), ("", "")],
)
def test_a_number_is_one_when_it_can_be(typed, stored):
    assert number_or_text(typed) == stored


def test_columns_are_lines_with_kind_and_code():
    assert columns_of("Họ và tên\nNgày sinh | ngày\nSố buổi|SỐ|sessions\nẢnh | hình\nHọ và tên") == [
        {"code": "ho_va_ten", "label": "Họ và tên", "kind": "text"},
        {"code": "ngay_sinh", "label": "Ngày sinh", "kind": "date"},
        {"code": "sessions", "label": "Số buổi", "kind": "number"},
        {"code": "anh", "label": "Ảnh", "kind": "hình"},  # told by what judges it, not lost
        {"code": "ho_va_ten_2", "label": "Họ và tên", "kind": "text"},
    ]


def test_a_code_is_made_of_a_name():
    assert free_code("Số hộ được hướng dẫn", set()) == "so_ho_duoc_huong_dan"
    assert free_code("06 nội dung", set()) == "muc_06_noi_dung"
    assert free_code("Tổ", {"to"}) == "to_2"
    assert len(free_code("x" * 300, {"x" * 36})) <= 40


def test_zero_is_kept():
    data = read({"checks.0-left": "teams", "checks.0-right": "0"})
    assert data["checks"] == [{"left": "teams", "right": 0}]
    assert fields_of(data)["checks.0-right"] == "0"


def test_a_check_is_called_by_what_it_compares():
    assert [card.title for card in make_cards(FORM).checks] == [
        "Số hộ được hướng dẫn: không lớn hơn Số hộ",
        "Số hộ: tăng hoặc giảm từ 50% so với kỳ trước",
    ]


# Anything typed -------------------------------------------------------------------------------------------------------

TYPED = ["80", "1.440", "0", "households", "a | số | b", "{", "có\nkhông", "rate"]
CHOSEN = ("-kind", "-nature", "-level", "-severity")  # from lists that always have a value
FIELDS = sorted(name for name in fields_of(FORM) if not name.endswith(CHOSEN))


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=12) | st.sampled_from(TYPED), max_size=8))
@settings(max_examples=400, deadline=None)
def test_whatever_is_typed_is_stored_and_comes_back(changes):
    stored = read(fields_of(FORM) | changes)
    examine(json.loads(json.dumps(stored)))  # judged without a fault of ours
    assert read(fields_of(stored)) == stored


VALUES = st.sampled_from([*TYPED, *(kind.value for kind in Kind), "{cutoff}", "{value}", "text", None, 7, True])


@given(st.lists(st.tuples(st.sampled_from(sorted(INDICATORS)), st.sampled_from(sorted(INDICATOR)), VALUES), max_size=4))
@settings(max_examples=300, deadline=None)
def test_every_sound_form_can_be_shown_and_drawn(changes):
    form = json.loads(json.dumps(FORM))
    for code, key, value in changes:
        form["sections"][0]["indicators"][INDICATORS[code]][key] = value
    definition, found = examine(form)
    if found:
        return
    for figures in (sample_figures(definition, date(2025, 11, 30)), blank_figures(definition, date(2025, 11, 30))):
        assert len(sections_of(figures)[0].fields) == len(definition.by_code)
        assert report_document(figures).blocks


places = st.from_regex(r"(sections\.[0-9]{1,3}\.)?(sections|indicators|checks)\.[0-9]{1,3}", fullmatch=True)
buttons = st.builds("{} {}".format, st.sampled_from(["add", "up", "down", "remove", "x"]), places) | st.text(max_size=9)


@given(st.lists(buttons, max_size=6))
@settings(max_examples=300, deadline=None)
def test_no_button_loses_or_doubles_a_card_that_stays(pressed):
    data = read(fields_of(FORM))
    for each in pressed:
        before = names(make_cards(data).sections)
        at = change(data, each)
        cards = make_cards(data, at=at)
        after = names(cards.sections)
        assert at in {card.place for card in cards.all()}
        added, removed = len(after) - len(before), len(before) - len(after)
        assert added <= 1 and (removed <= 0 or each.startswith("remove "))
        assert set(after) - {""} <= set(before)
        assert len(set(after) - {""}) == len([name for name in after if name])


def names(sections: list[Card]) -> list[str]:
    return [card.values["code"] for section in sections for card in section.cards]
