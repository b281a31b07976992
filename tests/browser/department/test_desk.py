"""A reviewer works through the queue: by keyboard, with ready comments, without losing what was typed."""

import pytest
from playwright.sync_api import Page, expect

from reporting.enums import ReportAction, ReportState
from reporting.models import ReadyComment, Report, ReportStep
from tests.browser.axe import violations

pytestmark = pytest.mark.browser

SIZES = [(1366, 768), (390, 844)]
DESK = "/bao-cao/tham-dinh/"


def watched(page: Page) -> list[str]:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_default_timeout(20_000)
    return wrong


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).state


def test_the_queue_by_keyboard(window_of, staff, sent):
    page = window_of(staff).new_page()
    wrong = watched(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(DESK)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.here")).to_contain_text("Xã Cường")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Bình")
    assert state(sent[1]) == ReportState.SUBMITTED
    page.get_by_role("button", name="Nhận thẩm định").click()
    expect(page.locator("#taken")).to_contain_text("bạn nhận lúc")
    assert state(sent[1]) == ReportState.UNDER_REVIEW
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Cường")
    page.keyboard.press("a")
    expect(page.get_by_text("Đã duyệt báo cáo của Xã Cường.")).to_be_visible()
    assert asked == ["Duyệt báo cáo của Xã Cường?"]
    assert state(sent[2]) == ReportState.ACCEPTED
    assert wrong == []


def test_letters_that_are_typed_are_no_commands(window_of, staff, sent):
    page = window_of(staff).new_page()
    watched(page)
    page.goto(f"{DESK}{sent[0].pk}/")
    page.keyboard.press("r")
    expect(page.locator("#ly-do")).to_be_focused()
    page.keyboard.type("ajkr")
    page.locator("#muc-people summary").click()
    page.locator("[name=reason-people]").fill("Thiếu tháng 12")
    expect(page.locator("#ly-do")).to_have_value("ajkr")
    page.keyboard.press("Control+a")
    assert state(sent[0]) == ReportState.SUBMITTED
    page.get_by_role("button", name="Nhận thẩm định").click()
    expect(page.locator("#taken")).to_contain_text("bạn nhận lúc")
    expect(page.locator("#ly-do")).to_have_value("ajkr")
    page.get_by_role("button", name="Trả lại", exact=False).last.click()
    expect(page.get_by_text("Đã trả lại báo cáo của Xã An.")).to_be_visible()
    step = ReportStep.objects.get(action=ReportAction.RETURN)
    assert (step.note, step.reasons) == ("ajkr", [{"code": "people", "text": "Thiếu tháng 12"}])


def test_ready_comments_go_where_the_reviewer_writes_and_leave_the_rest_alone(window_of, staff, sent):
    page = window_of(staff).new_page()
    wrong = watched(page)
    page.goto(f"{DESK}{sent[0].pk}/")
    page.locator("#ly-do").fill("Chung")
    page.locator("#muc-people summary").click()
    page.locator("[name=reason-people]").fill("Một")
    page.locator("#them-gop-y").fill("Bổ sung minh chứng")
    page.locator("#them-gop-y").press("Enter")
    ready = page.locator("[data-ready]")
    expect(ready).to_have_text("Bổ sung minh chứng")
    ready.click()
    expect(page.locator("[name=reason-people]")).to_have_value("Một\nBổ sung minh chứng")
    expect(page.locator("#ly-do")).to_have_value("Chung")
    page.get_by_role("button", name="Bỏ “Bổ sung minh chứng”").click()
    expect(ready).to_have_count(0)
    expect(page.locator("#ly-do")).to_have_value("Chung")
    assert not ReadyComment.objects.exists()
    assert wrong == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_the_screen_and_reads_aloud(width, height, window_of, staff, sent):
    ReadyComment.objects.create(province=staff.assignments.get().province, text="Đề nghị bổ sung số liệu tháng 12")
    page = window_of(staff, width, height).new_page()
    wrong, found = watched(page), {}
    for address in (DESK, f"{DESK}{sent[1].pk}/", f"{DESK}duyet/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found[address] = violations(page), page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == dict.fromkeys(found, ([], True))
    assert wrong == []
