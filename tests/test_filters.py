"""The filters every page may use."""

from datetime import UTC, date, datetime

import pytest

from cdt_portal.templatetags.vi import is_web, linked, rate, weekday, without_phones


@pytest.mark.parametrize("address", ["https://zalo.me/g/abc", "http://xa.example/ds?a=1"])
def test_a_web_address_in_a_note_can_be_clicked(address):
    assert f'<a href="{address}"' in linked(f"Nhóm: {address} nhé")


@pytest.mark.parametrize("note", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "zalo.me/g/abc", ""])
def test_nothing_else_can(note):
    assert linked(note) == note


@pytest.mark.parametrize(
    ("address", "is_one"),
    [("https://vidu.vn/a", True), ("http://vidu.vn", True), ("javascript:a()//https://vidu.vn", False), ("", False)],
)
def test_only_an_address_of_the_web_becomes_a_link(address, is_one):
    assert is_web(address) is is_one


def test_the_rest_of_a_note_is_escaped():
    shown = linked('<b>Nhóm</b> https://zalo.me/g/abc"onclick="alert(1)')
    assert "<b>" not in shown and 'onclick="' not in shown and shown.startswith("&lt;b&gt;")


def test_long_numbers_lose_their_last_three_digits_and_short_ones_stay():
    assert without_phones("“912 345 604” → 0912345604, dòng 12") == "“912 345 ***” → 0912345***, dòng 12"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (99.96, "99,9%"), (66.65, "66,7%"), (100, "100%"), (0, "0%")]
)
def test_a_rate_on_a_page_has_one_decimal_and_is_not_rounded_up_to_all(value, shown):
    assert rate(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 4, 1), "Thứ Tư"),
        (date(2026, 4, 5), "Chủ nhật"),
        (datetime(2026, 4, 5, 18, tzinfo=UTC), "Thứ Hai"),  # in Việt Nam it is the next day already
    ],
)
def test_a_day_of_the_week_is_said_in_words(value, shown):
    assert weekday(value) == shown
