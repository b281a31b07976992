"""The editor of a report form: cards come, go and move without a loss of what is being typed, by keyboard too."""

import pytest
from playwright.sync_api import Page, expect

from reporting.enums import VersionState
from reporting.models import FormVersion, ReportForm
from tests.reporting.test_definition import FORM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(hai_phong, staff) -> FormVersion:
    form = ReportForm.objects.create(province=hai_phong, slug="mau-thu", name="Mẫu thử", audience="commune")
    return FormVersion.objects.create(form=form, number=1, definition=FORM)


def opened(window, draft: FormVersion) -> Page:
    page = window.new_page()
    page.errors = []
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"/bao-cao/mau/ban/{draft.pk}/sua/")
    return page


def titles(page: Page) -> list[str]:
    return page.locator("[data-title]").all_inner_texts()


def test_an_indicator_is_added_typed_moved_and_saved_by_keyboard(window_of, staff, draft):
    page = opened(window_of(staff), draft)
    page.get_by_label("Trích yếu").fill("Chưa lưu nhưng không mất")
    page.get_by_role("button", name="Thêm chỉ tiêu").focus()
    page.keyboard.press("Enter")
    new = page.locator("[id='sections.0.indicators.7-label']")
    expect(new).to_be_focused()
    page.keyboard.type("Số buổi tuyên truyền")
    expect(page.locator("[data-title]").last).to_have_text("Số buổi tuyên truyền")
    up = page.get_by_role("button", name="Chuyển chỉ tiêu này lên")
    up.last.focus()
    for place in (6, 5):  # the button that was pressed goes along with its card and stays in hand
        page.keyboard.press("Enter")
        expect(up.nth(place)).to_be_focused()
    assert titles(page)[5] == "Số buổi tuyên truyền"
    expect(page.locator("[data-state]")).to_have_text("Có thay đổi chưa lưu")
    page.get_by_role("button", name="Lưu", exact=True).last.click()
    expect(page.get_by_text("Đã lưu bản nháp.")).to_be_visible()
    saved = FormVersion.objects.get().definition
    assert saved["subject"] == "Chưa lưu nhưng không mất"
    assert saved["sections"][0]["indicators"][5]["code"] == "so_buoi_tuyen_truyen"
    assert page.errors == []


def test_only_what_belongs_to_the_kind_is_shown_and_nothing_typed_is_hidden(window_of, staff, draft):
    page = opened(window_of(staff), draft)
    card = page.locator("[id='sections.0.indicators.0']")
    card.locator("summary").click()
    expect(card.get_by_label("Đơn vị tính")).to_be_visible()
    expect(card.get_by_label("Các lựa chọn")).to_be_hidden()
    card.get_by_label("Kiểu").select_option("choice")
    expect(card.get_by_label("Các lựa chọn")).to_be_visible()
    expect(card.get_by_label("Mục tiêu")).to_be_hidden()
    expect(card.get_by_label("Đơn vị tính")).to_be_visible()  # it holds "hộ"


def test_leaving_with_unsaved_work_is_asked(window_of, staff, draft):
    page = opened(window_of(staff), draft)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/bao-cao/mau/")
    assert asked == []
    page.go_back()
    page.get_by_label("Trích yếu").press_sequentially("x")
    page.goto("/bao-cao/mau/")
    assert asked == ["beforeunload"]


def test_a_card_goes_only_after_a_question(window_of, staff, draft):
    page = opened(window_of(staff), draft)
    answers = iter(("dismiss", "accept"))
    page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
    remove = page.get_by_role("button", name="Bỏ chỉ tiêu này").first
    remove.click()
    assert len(titles(page)) == 7
    remove.click()
    expect(page.locator("[data-title]")).to_have_count(6)
    assert FormVersion.objects.get().definition == FORM


def test_without_a_script_cards_are_added_and_saved_too(chromium, live_server, window_of, staff, draft):
    window = window_of(staff)
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(window.cookies())
    page = plain.new_page()
    page.goto(f"/bao-cao/mau/ban/{draft.pk}/sua/")
    page.get_by_role("button", name="Thêm quy tắc").click()
    page.locator("[id='checks.2-left']").fill("guided_rate")
    page.locator("[id='checks.2-right']").fill("100")
    page.get_by_role("button", name="Lưu và ban hành…").click()
    page.get_by_role("button", name="Ban hành", exact=True).click()
    plain.close()
    published = FormVersion.objects.get()
    assert published.state == VersionState.PUBLISHED
    assert published.definition["checks"][2] == {"left": "guided_rate", "right": 100}


@pytest.mark.parametrize("path", ["", "{form}/", "ban/{draft}/", "ban/{draft}/sua/"])
def test_a_telephone_does_not_scroll_sideways(window_of, staff, draft, path):
    page = window_of(staff, width=390, height=844).new_page()
    page.goto("/bao-cao/mau/" + path.format(form=draft.form_id, draft=draft.pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
