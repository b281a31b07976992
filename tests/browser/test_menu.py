"""The bar's two menus, by mouse and by keyboard."""

from playwright.sync_api import expect


def test_the_menus_open_and_close(window_of, officer, cat_hai):
    page = window_of(officer, width=390, height=844).new_page()
    page.goto("/")
    menu, account = page.get_by_role("button", name="Mở trình đơn"), page.locator("[aria-controls=account-menu]")
    leave = page.get_by_role("button", name="Đăng xuất")
    expect(account).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(leave).to_be_hidden()
    account.focus()
    page.keyboard.press("Enter")
    expect(leave).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(account).to_be_hidden()
    menu.click()
    expect(leave).to_be_hidden()
    page.keyboard.press("Escape")
    expect(account).to_be_hidden()
    expect(menu).to_be_focused()


def test_on_a_wide_screen_only_the_account_has_a_menu(window_of, officer, cat_hai):
    page = window_of(officer).new_page()
    page.goto("/")
    account, leave = page.locator("[aria-controls=account-menu]"), page.get_by_role("button", name="Đăng xuất")
    expect(page.get_by_role("button", name="Mở trình đơn")).to_be_hidden()
    account.click()
    expect(leave).to_be_visible()
    box, screen = page.locator("#account-menu").bounding_box(), page.viewport_size
    assert box["x"] + box["width"] <= screen["width"]
    leave.click()
    page.wait_for_url("**/tai-khoan/dang-nhap/**")
