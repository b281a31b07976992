"""Ticks of many teams at once, and lists on a narrow screen."""

import pytest
from playwright.sync_api import expect

from tests.teams.makers import make_team, make_units

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_all_teams_of_a_renewal_are_ticked_or_cleared_without_opening_them(window_of, cat_hai, officer):
    for number in (1, 2):
        make_team(cat_hai, f"Tổ Thôn {number}", by=officer)
    page = window_of(officer).new_page()
    page.goto(f"/xa/{cat_hai.pk}/kien-toan/")
    ticks = page.get_by_role("checkbox")
    page.get_by_role("button", name="Bỏ tất cả").click()
    assert [tick.is_checked() for tick in ticks.all()] == [False, False]
    ticks.first.check()
    expect(page.locator("details[open]")).to_have_count(0)
    page.get_by_role("button", name="Chọn tất cả").click()
    assert [tick.is_checked() for tick in ticks.all()] == [True, True]


@pytest.mark.parametrize(
    "path", ["/quan-tri/teams/residentialunit/", "/to/{team}/lich-su/", "/xa/{commune}/kien-toan/"]
)
def test_a_narrow_page_does_not_scroll_sideways(window_of, cat_hai, staff, officer, path):
    units = make_units(cat_hai, "Thôn có một cái tên thật dài để bảng rộng ra", by=officer)
    team = make_team(cat_hai, "Tổ công nghệ số cộng đồng Thôn 1", *units, by=officer)
    page = window_of(staff, width=390).new_page()
    page.goto(path.format(team=team.pk, commune=cat_hai.pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_list_of_the_back_office_fits_a_telephone(window_of, cat_hai, staff, officer):
    make_units(cat_hai, "Thôn có một cái tên thật dài để bảng rộng ra", by=officer)
    page = window_of(staff, width=390).new_page()
    page.goto("/quan-tri/teams/residentialunit/")
    table = page.locator("#changelist-form .results")
    assert table.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    expect(page.get_by_text("Thôn có một cái tên thật dài")).to_be_visible()
