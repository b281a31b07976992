"""The search box by keyboard alone, as an input method types, without JavaScript, at both widths; the first page."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_follow_up import assert_sound, window
from tests.reporting.reports.makers import make_campaign, make_report
from tests.teams.makers import make_member, make_team, make_units

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


@pytest.fixture
def team(cat_hai, officer):
    names = ["Thôn Đông", *(f"Thôn Đông {number}" for number in range(1, 8))]
    units = make_units(cat_hai, *names, by=officer)
    team = make_team(cat_hai, "Tổ CNSCĐ Thôn Đông", units[0], by=officer)
    make_member(team, "Nguyễn Văn Đông", phone="0912345678")
    return team


@SIZES
def test_somebody_finds_a_team_without_a_mouse(window_of, officer, team, width, height):
    page, said = window(window_of, officer, width, height)
    page.goto("/bao-cao/")
    page.keyboard.press("/")
    box, results = page.get_by_role("combobox", name="Tìm kiếm"), page.get_by_role("listbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")  # the key itself is not typed
    page.keyboard.type("dong")
    expect(results.get_by_role("option", name="Tổ CNSCĐ Thôn Đông", exact=True)).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert_sound(page, width)

    page.keyboard.press("Escape")
    expect(results).to_be_hidden()
    expect(box).to_have_value("dong")
    page.keyboard.press("ArrowDown")
    expect(results.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", name="Nguyễn Văn Đông")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    chosen = page.get_by_role("option", name="Tổ CNSCĐ Thôn Đông", exact=True)
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/to/{team.pk}/")

    page.keyboard.press("/")
    page.keyboard.type("dong")
    page.keyboard.press("Enter")  # before anything is chosen: the page
    page.wait_for_url("**/tim/?q=dong")
    assert_sound(page, width)
    page.get_by_role("link", name="Xem tất cả đơn vị").click()
    expect(page.get_by_role("listitem").filter(has_text="Thôn Đông")).to_have_count(8)
    assert said == []


def test_nothing_is_asked_in_the_middle_of_a_composition(window_of, officer, team):
    page, _ = window(window_of, officer, 1366, 768)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "goi_y" in request.url else None)
    page.goto("/")
    page.keyboard.press("/")
    typist = page.context.new_cdp_session(page)
    for composed in ("d", "do", "đo", "đô", "đông"):
        typist.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
        page.wait_for_timeout(250)
    assert asked == []
    typist.send("Input.insertText", {"text": "đông"})
    expect(page.get_by_role("option", name="Tổ CNSCĐ Thôn Đông", exact=True)).to_be_visible()
    assert len(asked) == 1


def test_a_slash_in_a_field_is_a_slash(window_of, officer, team):
    page, _ = window(window_of, officer, 1366, 768)
    page.goto("/thanh-vien/")
    field = page.locator("[name=tim]")
    field.focus()
    page.keyboard.type("01/QĐ")
    expect(field).to_have_value("01/QĐ")


def test_the_box_works_without_javascript(chromium, live_server, window_of, officer, team):
    session = window_of(officer).cookies()
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(session)
    page = plain.new_page()
    page.goto("/")
    page.get_by_role("combobox", name="Tìm kiếm").fill("đông")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Tổ CNSCĐ Thôn Đông", exact=True).click()
    assert page.url.endswith(f"/to/{team.pk}/")
    plain.close()


@SIZES
def test_the_first_page_leads_to_what_is_owed(window_of, cat_hai, hai_phong, officer, staff, width, height):
    report = make_report(make_campaign(hai_phong), cat_hai)
    for user, button in ((officer, "Bắt đầu soạn"), (staff, "Xem và đôn đốc")):
        page, said = window(window_of, user, width, height)
        page.goto("/")
        assert_sound(page, width)
        first = page.get_by_role("main").get_by_role("listitem").first
        expect(first).to_contain_text("Quá hạn")
        expect(first).to_be_in_viewport()
        first.get_by_role("link", name=button).click()
        page.wait_for_url(f"**/xa/{report.pk}/" if user == officer else f"**/dot/{report.campaign_id}/**")
        assert said == []
