"""Findings mended and a card answered, from the commune's page and back, wide and narrow."""

import pytest
from playwright.sync_api import expect

from teams.models import DataFinding, Member
from tests.browser.test_follow_up import assert_sound, window
from tests.teams.makers import make_member
from tests.teams.quality.test_rules import Sound, missing_phone, no_households

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_finding_closes_when_it_is_mended_and_a_card_when_it_is_answered(window_of, cat_hai, officer, width, height):
    sound = Sound(cat_hai, officer)
    no_households(sound)
    missing_phone(sound)
    make_member(sound.team, "Lê Văn Cường", phone="0978112230")
    sound.found()
    page, said = window(window_of, officer, width, height)
    page.goto(f"/xa/{cat_hai.pk}/")
    page.get_by_role("link", name="Xem lại").click()
    assert_sound(page, width)
    page.get_by_role("link", name="Ghi số hộ").first.click()
    page.get_by_label("Số hộ").fill("120")
    page.get_by_role("button", name="Lưu").click()
    page.goto(f"/xa/{cat_hai.pk}/chat-luong/")
    expect(page.get_by_text("chưa ghi số hộ")).to_have_count(0)
    assert DataFinding.objects.get(rule="unit_without_households").state == "fixed"

    page.get_by_role("link", name="Cùng một người?").click()
    assert_sound(page, width)
    page.get_by_role("button", name="Là một người").click()
    expect(page.get_by_text("Đã ghi: là một người.")).to_be_visible()
    assert Member.objects.filter(left_reason="mistake").count() == 1
    assert not DataFinding.objects.filter(rule="name_twice", state="open").exists()
    page.get_by_role("button", name="Tách ra").first.click()
    expect(page.get_by_role("button", name="Là một người")).to_be_visible()
    assert said == []
