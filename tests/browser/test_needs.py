"""A commune's reply to a call saves itself; nothing typed is lost with the connection, the tab or the session."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from teams.enums import MemberRole
from tests.conftest import client_of
from tests.teams.makers import make_member, make_team
from tests.training.makers import make_call, make_topic
from training.enums import CallState, ReplyState
from training.models import NeedReply, TrainingNeed
from training.services.needs import Wish, save_needs

pytestmark = pytest.mark.browser
PLACE = "Nhà văn hóa Thị trấn"


@pytest.fixture
def reply(live_server, hai_phong, cat_hai, officer) -> NeedReply:
    team = make_team(cat_hai, "Thôn 1", by=officer)
    make_member(team, "Nguyễn Văn Tổ Trưởng", MemberRole.LEADER, phone="0914994123")
    call = make_call(hai_phong, make_topic(), state=CallState.OPEN)
    return NeedReply.objects.create(call=call, commune=cat_hai, province=hai_phong, state=ReplyState.NOT_STARTED)


@pytest.fixture
def opened(window_of, officer, reply) -> Callable[[], Page]:
    window = window_of(officer)

    def opened() -> Page:
        page = window.new_page()
        page.goto(f"/tap-huan/nhu-cau/{reply.pk}/")
        expect(page.locator("[data-chosen]")).not_to_be_empty()
        return page

    return opened


def place(page: Page):
    return page.locator("[name=place]")


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-saving]")).to_contain_text(words)


def test_what_is_typed_saves_itself_and_says_when(opened, reply):
    page = opened()
    place(page).fill(PLACE)
    page.get_by_label("Nguyễn Văn Tổ Trưởng: Dịch vụ công trực tuyến").check()
    says(page, "đã lưu lúc")
    assert TrainingNeed.objects.get().place == PLACE
    reply.refresh_from_db()
    assert reply.state == ReplyState.DRAFT
    page.get_by_role("button", name="Nộp đăng ký").click()
    expect(page.get_by_text("Đã nộp đăng ký.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cdt-needs:'))") == []


def test_what_could_not_be_sent_is_there_after_a_reload(opened, reply):
    page = opened()
    page.context.set_offline(True)
    place(page).fill(PLACE)
    page.get_by_label("Nguyễn Văn Tổ Trưởng: Dịch vụ công trực tuyến").check()
    says(page, "đang chờ kết nối")
    assert not TrainingNeed.objects.exists()
    page.context.set_offline(False)
    page.reload()
    expect(place(page)).to_have_value(PLACE)
    says(page, "đã lưu lúc")
    assert TrainingNeed.objects.get().place == PLACE


def test_a_session_that_ended_costs_no_typed_text(opened, officer):
    page = opened()
    page.context.clear_cookies(name="sessionid")
    place(page).fill(PLACE)
    expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
    assert NeedReply.objects.get().place == ""
    session = client_of(officer).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.evaluate("location.origin")}])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "đã lưu lúc")
    assert NeedReply.objects.get().place == PLACE


def test_a_save_in_between_is_seen_before_it_is_gone_over(opened, reply, officer):
    page = opened()
    theirs = Wish(place="Trường THCS")
    save_needs(reply=reply, version=reply.version, entries=[], wish=theirs, nothing_needed=False, by=officer)
    place(page).fill(PLACE)
    says(page, "người khác vừa sửa")
    page.reload()
    expect(place(page)).to_have_value(PLACE)
    says(page, "người khác vừa sửa")
    assert NeedReply.objects.get().place == "Trường THCS"
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Người khác vừa ghi: Trường THCS").first).to_be_visible()
    expect(place(page)).to_have_value(PLACE)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    says(page, "")
    expect(place(page)).to_have_value(PLACE)
    assert NeedReply.objects.get().place == PLACE


def test_ticks_made_while_the_page_is_on_its_way_are_no_other_persons(opened, reply):
    page = opened()
    place(page).fill(PLACE)
    says(page, "đã lưu lúc")
    page.evaluate("""() => {
        document.querySelector('[name=save]').click()
        document.querySelector('[name=need]').click()
    }""")
    expect(page.get_by_text("Bấm “Nộp đăng ký” khi xong")).to_be_visible()
    says(page, "đã lưu lúc")
    assert TrainingNeed.objects.get().place == PLACE


def test_what_is_wrong_is_said_and_kept(opened):
    page = opened()
    page.locator("[name=from_day]").fill("31/2/2030")
    says(page, "lỗi, chưa lưu")
    page.reload()
    expect(page.locator("[name=from_day]")).to_have_value("31/2/2030")
    assert NeedReply.objects.get().from_day is None
