"""No connection, a closed tab, an ended session, two people at once: nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from reporting.models import ReportAnswer
from reporting.services.reports import save_answer
from teams.enums import UserRole
from tests.browser.report.editor import answer, control, leave, opened, rich, says
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.browser


def test_without_a_connection_answers_wait_and_are_sent_when_it_is_back(page):
    page.context.set_offline(True)
    control(page, "people").fill("1440")
    leave(page)
    says(page, "people", "đang chờ kết nối")
    expect(page.locator("[data-unsent]")).to_have_text("1 mục chưa gửi")
    assert not ReportAnswer.objects.exists()
    page.context.set_offline(False)
    says(page, "people", "đã lưu")
    expect(page.locator("[data-unsent]")).to_be_hidden()
    assert ReportAnswer.objects.get().value == 1440


def test_answers_of_a_closed_tab_are_put_back_and_sent(page, report):
    page.context.set_offline(True)
    rich(page).click()
    page.keyboard.type("Gõ dở")
    rows = answer(page, "documents").locator("[data-row]")
    rows.nth(0).locator("[name=cell-text]").fill("Kế hoạch số 1")
    rows.nth(1).locator("[name=cell-text]").fill("Kế hoạch số 2")
    page.locator("[data-field=villages]").get_by_text("Ghi số khác").click()
    control(page, "villages").fill("7")
    leave(page)
    says(page, "documents", "đang chờ kết nối")
    window = page.context
    page.close()
    window.set_offline(False)
    again = opened(window.new_page(), report)
    for code in ("proposals", "documents", "villages"):
        says(again, code, "đã lưu")
    expect(rich(again)).to_have_text("Gõ dở")
    expect(control(again, "villages")).to_be_visible()
    values = {each.code: each.value for each in ReportAnswer.objects.all()}
    assert (values["proposals"], values["villages"]) == ("<p>Gõ dở</p>", 7)
    assert [row["text"] for row in values["documents"]] == ["Kế hoạch số 1", "Kế hoạch số 2"]
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cdt-report:'))") == []


def test_a_session_that_ended_costs_no_typed_text(page, officer):
    page.context.clear_cookies(name="sessionid")
    control(page, "people").fill("1440")
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
    assert not ReportAnswer.objects.exists()
    session = client_of(officer).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.evaluate("location.origin")}])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "people", "đã lưu")
    assert ReportAnswer.objects.get().value == 1440


def test_an_answer_whose_confirmation_was_lost_is_no_conflict(page):
    page.route("**/muc/people/", lambda route: (route.fetch(), route.abort()))
    control(page, "people").fill("1440")
    says(page, "people", "đang chờ kết nối")
    assert ReportAnswer.objects.get().version == 1
    page.unroute("**/muc/people/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    says(page, "people", "đã lưu")
    control(page, "people").fill("1441")
    says(page, "people", "đã lưu")
    assert ReportAnswer.objects.get().value == 1441


@pytest.mark.parametrize(
    ("way", "kept"), [("Giữ của tôi", "<p>của người chậm</p>"), ("Lấy của họ", "<p>của <b>người nhanh</b></p>")]
)
def test_the_slower_one_sees_both_texts_and_chooses(page, report, cat_hai, way, kept):
    other = make_user("canbo2.cathai", UserRole.COMMUNE_OFFICER, commune=cat_hai)
    save_answer(report=report, code="proposals", raw="<p>của <b>người nhanh</b></p>", note="", version=0, by=other)
    rich(page).click()
    page.keyboard.type("của người chậm")
    says(page, "proposals", "người khác vừa sửa")
    told = answer(page, "proposals").locator("[data-error]")
    expect(told).to_contain_text(other.full_name)
    expect(told).to_contain_text("của người chậm")
    expect(told).to_contain_text("của người nhanh")
    expect(rich(page)).to_have_text("của người chậm")
    assert ReportAnswer.objects.get().value == "<p>của <b>người nhanh</b></p>"
    told.get_by_role("button", name=way).click()
    says(page, "proposals", "đã lưu")
    expect(told).to_be_empty()
    assert ReportAnswer.objects.get().value == kept


def test_a_figure_that_was_taken_back_meanwhile_is_a_choice_too(page, report, officer, window_of):
    save_answer(report=report, code="villages", raw="5", note="a", version=0, by=officer)
    page.reload()
    ReportAnswer.objects.all().delete()
    control(page, "villages").fill("6")
    says(page, "villages", "người khác vừa sửa")
    answer(page, "villages").get_by_role("button", name="Lấy của họ").click()
    says(page, "villages", "đã lưu")
    expect(control(page, "villages")).to_have_value("2")
    assert not ReportAnswer.objects.exists()


def test_the_page_asks_before_it_closes_only_while_something_is_unsent(page):
    asks = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not page.evaluate(asks)
    control(page, "people").fill("sai")
    assert page.evaluate(asks)
    control(page, "people").fill("")
    leave(page)
    expect(page.locator("[data-unsent]")).to_be_hidden()
    assert not page.evaluate(asks)
