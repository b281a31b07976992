"""A report is written: typing, looks, tables, figures, sending; at the desk and on a phone."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from reporting.models import Campaign, Report, ReportAnswer
from reporting.services import reports as services
from tests.browser.axe import violations
from tests.browser.report.editor import answer, control, leave, opened, paste, rich, says
from tests.conftest import client_of
from tests.reporting.reports.makers import make_campaign, make_report, ready

pytestmark = pytest.mark.browser

SIZES = [(1366, 768), (390, 844)]


def stored(code: str) -> object:
    """The newest answer."""
    return ReportAnswer.objects.filter(code=code).latest("pk").value


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_from_the_first_word_to_the_receipt(width, height, window_of, officer, report):
    page = window_of(officer, width, height).new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Bắt đầu soạn").click()
    expect(page.locator("[data-findings]")).to_contain_text("Số người làm được")
    expect(page.locator("[data-report-state]")).to_have_text("Chưa bắt đầu")
    control(page, "people").fill("1440")
    leave(page)
    says(page, "people", "đã lưu")
    expect(page.locator("[data-report-state]")).to_have_text("Đang soạn")
    expect(control(page, "people")).to_have_value("1.440")
    control(page, "helped").fill("720")
    expect(page.locator("[data-derived=share]")).to_have_text("50%")
    expect(page.locator("[data-findings] .finding-error")).to_have_count(0)
    rich(page).click()
    page.keyboard.type("Đề nghị hỗ trợ")
    page.locator("[data-submit]").click()  # while the text is not sent yet
    expect(page.get_by_text("Sẽ gửi Sở Khoa học và Công nghệ")).to_be_visible()
    assert stored("proposals") == "<p>Đề nghị hỗ trợ</p>"
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", name="Biên nhận")).to_be_visible()
    expect(page.locator(".receipt")).to_contain_text(f"11914-{report.pk}-01")
    assert wrong == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_the_screen_and_reads_aloud(width, height, window_of, officer, staff, report):
    ready(report, officer, proposals="<p>Đề nghị <b>hỗ trợ</b></p>", zalo="zalo.me/g/abc")
    services.submit(report=report, by=officer)
    services.return_(report=report, by=staff, note="Sửa.", reasons=[{"code": "helped", "text": "Thiếu tháng 12."}])
    page = window_of(officer, width, height).new_page()
    here = f"/bao-cao/xa/{report.pk}/"
    found = {}
    for address in ("/bao-cao/", here, f"{here}nop/", f"{here}cac-lan-nop/"):
        page.goto(address)
        found[address] = violations(page), page.evaluate("document.documentElement.scrollWidth") <= width
    services.submit(report=report, by=officer)
    page.goto(here)
    found["read"] = violations(page), page.evaluate("document.documentElement.scrollWidth") <= width
    assert set(map(str, found.values())) == {"([], True)"}, found


def test_axe_finds_what_is_wrong(page):
    """The control of the test above."""
    page.evaluate("document.querySelector('[name=raw]').removeAttribute('aria-labelledby')")
    page.evaluate("document.querySelector('[data-answer=people] [name=raw]').removeAttribute('aria-labelledby')")
    assert any(line.startswith("label:") for line in violations(page))


def test_what_an_input_method_composes_is_left_alone(page, report):
    keys = page.context.new_cdp_session(page)
    rich(page).click()
    keys.send("Input.imeSetComposition", {"text": "Đê", "selectionStart": 2, "selectionEnd": 2})
    page.wait_for_timeout(1500)  # longer than the pause after which an answer is sent
    keys.send("Input.imeSetComposition", {"text": "Đề ngh", "selectionStart": 6, "selectionEnd": 6})
    says(page, "proposals", "đang sửa")
    assert not ReportAnswer.objects.exists()
    keys.send("Input.insertText", {"text": "Đề nghị"})
    says(page, "proposals", "đã lưu")
    expect(rich(page)).to_have_text("Đề nghị")
    assert stored("proposals") == "<p>Đề nghị</p>"


def test_what_is_typed_before_the_scripts_have_come_is_saved_too(window_of, officer, report):
    page = window_of(officer).new_page()
    late = []
    page.route("**/js/report/page.js", lambda route: late.append(route))
    with page.expect_request("**/js/report/page.js"):
        page.goto(f"/bao-cao/xa/{report.pk}/", wait_until="commit")
    control(page, "people").fill("1440")
    control(page, "proposals").fill("Một\nHai")
    late[0].continue_()
    says(page, "people", "đã lưu")
    says(page, "proposals", "đã lưu")
    assert (stored("people"), stored("proposals")) == (1440, "<p>Một</p><p>Hai</p>")


def test_typing_on_while_it_is_saved_loses_nothing_and_moves_nothing(page):
    rich(page).click()
    page.keyboard.type("Một đoạn")
    says(page, "proposals", "đã lưu")
    page.keyboard.type(" dài")
    page.keyboard.press("Enter")
    page.keyboard.type("Đoạn hai")
    leave(page)
    says(page, "proposals", "đã lưu")
    expect(rich(page)).to_contain_text("Một đoạn dài")
    assert stored("proposals") == "<p>Một đoạn dài</p><p>Đoạn hai</p>"


def test_the_few_looks_by_button_and_by_key(page):
    bar = answer(page, "proposals")
    rich(page).click()
    page.keyboard.type("a ")
    bar.get_by_role("button", name="Đậm").click()
    expect(bar.get_by_role("button", name="Đậm")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("b")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+i")
    page.keyboard.type(" c")
    page.keyboard.press("Control+i")
    page.keyboard.press("Enter")
    bar.get_by_role("button", name="Gạch đầu dòng").click()
    page.keyboard.type("một")
    page.keyboard.press("Enter")
    page.keyboard.type("hai")
    leave(page)
    says(page, "proposals", "đã lưu")
    assert stored("proposals") == "<p>a <b>b</b><i> c</i></p><ul><li>một</li><li>hai</li></ul>"


def test_what_is_pasted_comes_plain(page):
    paste(rich(page), "Dòng một\r\nDòng hai", '<p style="color:red">Dòng <u>một</u></p><img src="http://a.invalid/b">')
    leave(page)
    says(page, "proposals", "đã lưu")
    assert stored("proposals") == "<p>Dòng một</p><p>Dòng hai</p>"
    assert rich(page).locator("img, u").count() == 0


def test_a_table_grows_by_itself_and_rows_go(page):
    table = answer(page, "documents")
    rows = table.locator("[data-row]")
    rows.nth(0).locator("[name=cell-text]").fill("Kế hoạch số 12/KH-UBND")
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[name=cell-text]").fill("Công văn số 5/UBND-VX")
    rows.nth(1).locator("[name=cell-date]").fill("1/12/2025")
    leave(page)
    says(page, "documents", "đã lưu")
    expect(rows.nth(1).locator("[name=cell-date]")).to_have_value("01/12/2025")
    rows.nth(0).get_by_role("button", name="Bỏ dòng này").click()
    says(page, "documents", "đã lưu")
    expect(rows).to_have_count(2)
    assert [row["text"] for row in stored("documents")] == ["Công văn số 5/UBND-VX"]


def test_another_figure_takes_a_reason_and_the_registers_own_comes_back(page):
    field = page.locator("[data-field=villages]")
    expect(field).to_contain_text("theo danh sách tổ, đến hết ngày 31/12/2025")
    field.get_by_text("Ghi số khác").click()
    control(page, "villages").fill("3")
    says(page, "villages", "đã lưu")
    expect(page.locator("[data-findings]")).to_contain_text("Hãy ghi lý do")
    field.get_by_label("Lý do khác với danh sách").fill("Một thôn mới tách")
    leave(page)
    expect(page.locator("[data-findings]")).not_to_contain_text("Hãy ghi lý do")
    assert ReportAnswer.objects.get(code="villages").note == "Một thôn mới tách"
    field.get_by_role("button", name="Dùng lại số của danh sách").click()
    expect(control(page, "villages")).to_have_value("2")
    expect(field.get_by_role("button", name="Dùng lại số của danh sách")).to_be_hidden()
    assert not ReportAnswer.objects.filter(code="villages").exists()


def test_a_wrong_answer_is_told_beside_it_and_kept(page):
    control(page, "people").fill("nhiều người")
    says(page, "people", "lỗi, chưa lưu")
    expect(answer(page, "people").locator("[data-error]")).to_contain_text("Hãy nhập một số")
    expect(page.locator("[data-unsent]")).to_have_text("1 mục chưa gửi")
    expect(control(page, "people")).to_have_value("nhiều người")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-unsent]")).to_be_visible()  # it stays here
    control(page, "people").fill("5")
    says(page, "people", "đã lưu")
    expect(page.locator("[data-unsent]")).to_be_hidden()


def test_the_last_periods_answers_can_be_used_again(window_of, officer, report, cat_hai, hai_phong):
    before = make_campaign(hai_phong, version=report.campaign.form_version, slug="ky-truoc", title="Kỳ trước")
    ready(make_report(before, cat_hai), officer, people="900", proposals="<p>Đề nghị <b>hỗ trợ</b></p>")
    services.submit(report=before.reports.get(), by=officer)
    Campaign.objects.filter(pk=report.campaign_id).update(previous=before)
    page = opened(window_of(officer).new_page(), report)
    expect(answer(page, "people")).to_contain_text("Kỳ trước: 900")
    answer(page, "people").get_by_role("button", name="Dùng lại").click()
    says(page, "people", "đã lưu")
    field = page.locator("[data-field=proposals]")
    field.get_by_text("Nội dung kỳ trước", exact=True).click()
    field.get_by_role("button", name="Dùng lại nội dung kỳ trước").click()
    says(page, "proposals", "đã lưu")
    assert (stored("people"), stored("proposals")) == (900, "<p>Đề nghị <b>hỗ trợ</b></p>")


def test_what_was_typed_stays_above_the_last_periods_text_and_comes_back(
    window_of, officer, report, cat_hai, hai_phong
):
    before = make_campaign(hai_phong, version=report.campaign.form_version, slug="ky-truoc", title="Kỳ trước")
    ready(make_report(before, cat_hai), officer, people="900", proposals="<p>Đề nghị <b>hỗ trợ</b></p>")
    services.submit(report=before.reports.get(), by=officer)
    Campaign.objects.filter(pk=report.campaign_id).update(previous=before)
    page = opened(window_of(officer).new_page(), report)
    rich(page).click()
    page.keyboard.type("Của kỳ này")
    field = page.locator("[data-field=proposals]")
    field.get_by_text("Nội dung kỳ trước", exact=True).click()
    field.get_by_role("button", name="Dùng lại nội dung kỳ trước").click()
    leave(page)
    says(page, "proposals", "đã lưu")
    assert stored("proposals") == "<p>Của kỳ này</p><p>Đề nghị <b>hỗ trợ</b></p>"
    rich(page).focus()
    for _ in range(2):  # the text and the line begun for it
        page.keyboard.press("Control+z")
    expect(rich(page)).to_have_text("Của kỳ này")
    control(page, "people").fill("5")
    answer(page, "people").get_by_role("button", name="Dùng lại").click()
    expect(control(page, "people")).to_have_value("900")
    page.keyboard.press("Control+z")
    expect(control(page, "people")).to_have_value("5")


def test_the_last_periods_rows_are_put_below_and_taken_back(window_of, officer, report, cat_hai, hai_phong):
    before = make_campaign(hai_phong, version=report.campaign.form_version, slug="ky-truoc", title="Kỳ trước")
    plan, letter = (
        {"text": text, "date": "31/10/2025", "subject": "chuyển đổi số"} for text in ("Kế hoạch số 5", "Công văn số 7")
    )
    ready(make_report(before, cat_hai), officer, documents=[plan, letter])
    services.submit(report=before.reports.get(), by=officer)
    Campaign.objects.filter(pk=report.campaign_id).update(previous=before)
    page = opened(window_of(officer).new_page(), report)
    table, field = answer(page, "documents"), page.locator("[data-field=documents]")
    cells = table.locator("[data-row]").first.locator("input")
    for cell, text in zip(cells.all(), ("Công văn số 7", "31/10/2025", "chuyển đổi số"), strict=True):
        cell.fill(text)
    field.get_by_text("Nội dung kỳ trước", exact=True).click()
    field.get_by_role("button", name="Thêm các dòng kỳ trước").click()
    expect(field.locator("[data-rows-added]")).to_contain_text("Đã thêm 1 dòng của kỳ trước.")
    says(page, "documents", "đã lưu")
    assert [row["text"] for row in stored("documents")] == ["Công văn số 7", "Kế hoạch số 5"]
    field.get_by_role("button", name="Bỏ các dòng này").click()
    expect(table.locator("[data-row]")).to_have_count(2)
    expect(field.locator("[data-rows-added]")).to_be_hidden()
    leave(page)
    says(page, "documents", "đã lưu")
    assert [row["text"] for row in stored("documents")] == ["Công văn số 7"]
    field.get_by_text("Nội dung kỳ trước", exact=True).click()
    field.get_by_role("button", name="Thêm các dòng kỳ trước").click()
    field.get_by_text("Nội dung kỳ trước", exact=True).click()
    field.get_by_role("button", name="Thêm các dòng kỳ trước").click()
    expect(field.locator("[data-rows-added]")).to_contain_text("Bảng đã có đủ các dòng của kỳ trước.")


def test_without_scripts_it_is_a_page_of_plain_forms(chromium, live_server, officer, report):
    window = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    session = client_of(officer).cookies[settings.SESSION_COOKIE_NAME].value
    window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = opened(window.new_page(), report)
    control(page, "proposals").fill("Đề nghị:\n- máy tính")
    answer(page, "proposals").get_by_role("button", name="Lưu mục này").click()
    expect(page.get_by_text("Đã lưu", exact=False).first).to_be_visible()
    assert stored("proposals") == "<p>Đề nghị:</p><ul><li>máy tính</li></ul>"
    window.close()


def test_the_leader_reads_approves_and_sends(window_of, officer, commune_leader, report):
    Campaign.objects.update(leader_approves=True)
    ready(report, officer)
    desk = opened(window_of(officer).new_page(), report)
    desk.locator("[data-submit]").click()
    desk.get_by_role("button", name="Trình lãnh đạo").click()
    expect(desk.get_by_text("Đã trình lãnh đạo xã")).to_be_visible()
    page = window_of(commune_leader, 390, 844).new_page()
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Xem và duyệt").click()
    page.get_by_role("link", name="Duyệt và nộp").click()
    page.get_by_role("button", name="Duyệt và nộp").click()
    expect(page.get_by_role("heading", name="Biên nhận")).to_be_visible()
    assert Report.objects.get().state == "submitted"


def test_a_preview_opens_beside_the_page(page: Page):
    with page.context.expect_page() as opened_beside:
        page.get_by_role("link", name="Xem trước PDF").click()
    assert "/tep/pdf/" in opened_beside.value.url or opened_beside.value.url == "about:blank"
