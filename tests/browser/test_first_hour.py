"""The first hour at the portal, by keyboard alone: an empty portal, the tour, a first row of the roster, its help."""

import pytest
from playwright.sync_api import expect

from cdt_portal.accounts.models import User
from teams.models import Member
from teams.services.first_run import setup_code
from tests.browser.axe import violations
from tests.browser.keys import press, tab_to
from tests.teams.makers import make_member, make_team

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-dung-1"


@pytest.fixture
def newcomer(officer, live_server) -> User:
    officer.tour_seen_at = None
    officer.save(update_fields=["tour_seen_at"])
    return officer


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_an_empty_portal_gets_its_administrator(window_of, hai_phong, width, height):
    page = window_of(None, width, height).new_page()
    page.goto("/")
    assert violations(page) == []
    for label, typed in {
        "Mã thiết lập": setup_code().lower(),
        "Họ và tên": "Hoàng Minh Tuấn",
        "Tên đăng nhập": "quantri",
        "Mật khẩu": PASSWORD,
        "Gõ lại mật khẩu": PASSWORD,
    }.items():
        tab_to(page, label)
        page.keyboard.type(typed)
    press(page, "Tạo tài khoản và bắt đầu")
    expect(page.get_by_role("heading", name="Bắt đầu với Thành phố Hải Phòng")).to_be_visible()
    assert violations(page) == []
    assert User.objects.get().username == "quantri"
    press(page, "Mời bằng tệp Excel")
    expect(page.get_by_role("heading", name="Mời người dùng của Thành phố Hải Phòng")).to_be_visible()


def test_an_officer_logs_in_is_shown_around_and_saves_a_row(window_of, newcomer, cat_hai):
    team = make_team(cat_hai, "Thôn Đông", by=newcomer)
    make_member(team, "Nguyễn Văn An", position=1)
    page = window_of(None).new_page()
    page.goto("/")
    tab_to(page, "Tên đăng nhập")
    page.keyboard.type(newcomer.username)
    tab_to(page, "Mật khẩu")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    tour = page.get_by_role("dialog", name="Bắt đầu từ việc cần làm")
    expect(tour).to_be_visible()
    assert violations(page) == []
    press(page, "Tiếp")
    press(page, "Tiếp")
    expect(page.get_by_role("heading", name="Cần thì bấm “Trợ giúp”")).to_be_focused()
    with page.expect_response("**/tro-giup/gioi-thieu/"):
        press(page, "Xong")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#content")).to_be_focused()

    page.goto(f"/xa/{cat_hai.pk}/")
    press(page, "Thôn Đông")
    page.wait_for_url(f"**/to/{team.pk}/")
    tab_to(page, "Họ và tên")
    page.keyboard.press("Control+A")
    page.keyboard.type("Nguyễn Văn Ân")
    with page.expect_response(lambda response: response.request.method == "POST" and response.ok):
        page.keyboard.press("Enter")
    assert Member.objects.get(position=1).full_name == "Nguyễn Văn Ân"


def test_escape_ends_the_tour_for_good(window_of, newcomer):
    page = window_of(newcomer, 390, 844).new_page()
    page.goto("/")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_response("**/tro-giup/gioi-thieu/"):
        page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_role("heading", name="Việc cần làm", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_help_opens_beside_the_page_at_its_section(window_of, officer, cat_hai):
    page = window_of(officer).new_page()
    page.goto("/nhap-tep/")
    tab_to(page, "Trợ giúp")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    guide = opened.value
    expect(guide.get_by_role("heading", name="Nhập danh sách từ tệp Excel")).to_be_in_viewport()
    assert page.url.endswith("/nhap-tep/")
