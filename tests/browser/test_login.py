"""In a real browser under the real content rules: passkeys, and a session that ends while somebody types."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def context(chromium, live_server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN")
    yield context
    context.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    """A page whose console stays empty: what the content rules forbid would be told there."""
    told: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    # A refused fetch is part of what is tested; the browser notes each of them.
    assert [text for text in told if "401" not in text] == []


@pytest.fixture
def registered(transactional_db) -> User:
    return User.objects.create_user("canbo.a", PASSWORD, full_name="Nguyễn Văn Cán")


def log_in(page: Page, username: str = "canbo.a", path: str = "/tai-khoan/mat-khau/") -> None:
    page.goto(f"/tai-khoan/dang-nhap/?next={path}")
    fill_in(page, username)
    page.wait_for_url(f"**{path}")


def fill_in(page: Page, username: str = "canbo.a") -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_a_passkey_is_added_and_then_opens_the_portal_without_a_password(page, context, registered):
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    log_in(page, path="/tai-khoan/xac-thuc/webauthn/add/")
    page.get_by_role("button", name="Thêm khóa").click()
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập (passkey)").click()
    page.wait_for_url("**/tai-khoan/")
    expect(page.get_by_role("heading", name="Nguyễn Văn Cán")).to_be_visible()


def test_without_a_key_it_is_said_in_words(page, context, registered):
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập (passkey)").click()
    expect(page.get_by_role("alert")).to_contain_text("Không đọc được khóa.")


def refuse_a_request(page: Page) -> None:
    """The session has ended on the server; a script of the page finds out."""
    Session.objects.all().delete()
    page.evaluate("() => { window.cdt.fetch('/tai-khoan/') }")
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()


def test_a_new_login_in_a_second_window_repeats_the_request_and_keeps_what_was_typed(page, registered):
    log_in(page)
    page.get_by_label("Mật khẩu cũ").fill(PASSWORD)
    refuse_a_request(page)
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Đăng nhập lại").click()
    with page.expect_response("**/tai-khoan/") as repeated, popup.value.expect_event("close"):
        fill_in(popup.value)
    assert repeated.value.status == 200
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_hidden()
    page.locator("[name=new_password1]").fill("mot-cau-that-dai-7")
    page.locator("[name=new_password2]").fill("mot-cau-that-dai-7")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    page.wait_for_url("**/tai-khoan/")
    assert User.objects.get().check_password("mot-cau-that-dai-7")


def test_a_page_that_asks_by_itself_waits_for_the_new_login(page, registered):
    job = Job.objects.create(kind="none", title="Việc dài", owner=registered)
    log_in(page, path=f"/cong-viec/{job.pk}/")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 401 else None)
    Session.objects.all().delete()
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
    page.wait_for_timeout(5_000)  # it asks every two seconds
    assert len(refused) == 1


def test_a_login_as_somebody_else_reloads_the_page_and_says_so(page, registered):
    User.objects.create_user("canbo.b", PASSWORD, full_name="Người Khác")
    log_in(page, path="/tai-khoan/")
    refuse_a_request(page)
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Đăng nhập lại").click()
    with popup.value.expect_event("close"):
        fill_in(popup.value, "canbo.b")
    expect(page.get_by_role("heading", name="Người Khác")).to_be_visible()
    assert said == ["Người khác vừa đăng nhập trên trình duyệt này. Trang sẽ tải lại theo tài khoản đó."]


def test_the_end_is_announced_and_one_click_prolongs_the_session(page, registered):
    page.clock.install()
    log_in(page)
    warning = page.get_by_role("heading", name="Phiên làm việc sắp hết")
    page.clock.run_for(12 * 60_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(65_000)
    expect(warning).to_be_visible()
    with page.expect_response("**/tai-khoan/phien/"):
        page.get_by_role("button", name="Tiếp tục làm việc").click()
    expect(warning).to_be_hidden()
    page.clock.run_for(15 * 60_000)
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()


def test_typing_is_activity_even_where_nothing_is_saved(page, registered):
    page.clock.install()
    log_in(page)
    for _ in range(4):
        page.clock.run_for(10 * 60_000)
        with page.expect_response("**/tai-khoan/phien/"):
            page.get_by_label("Mật khẩu cũ").press("x")
    expect(page.get_by_role("heading", name="Phiên làm việc")).to_be_hidden()
