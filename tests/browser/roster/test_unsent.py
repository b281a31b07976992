"""A bad line, a closed tab, an ended session, two people at once: nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from teams.enums import LeaveReason, MemberRole
from teams.models import Member
from tests.browser.roster.grid import NAMES, cell, leave_rows, opened, row, says
from tests.conftest import client_of

pytestmark = pytest.mark.browser


def test_without_a_connection_rows_wait_and_are_sent_when_it_is_back(grid):
    grid.context.set_offline(True)
    cell(grid, 1, "note").fill("gõ khi mất mạng")
    leave_rows(grid)
    says(grid, 1, "đang chờ kết nối")
    expect(grid.locator("[data-unsent]")).to_have_text("1 dòng chưa gửi")
    assert Member.objects.get(full_name=NAMES[0]).note == ""
    grid.context.set_offline(False)
    says(grid, 1, "đã lưu")
    expect(grid.locator("[data-unsent]")).to_be_hidden()
    assert Member.objects.get(full_name=NAMES[0]).note == "gõ khi mất mạng"


def test_rows_of_a_closed_tab_are_put_back_and_sent(grid, team):
    grid.context.set_offline(True)
    cell(grid, 1, "note").fill("sửa dở")
    cell(grid, 4).fill("Phạm Thị Dung")
    leave_rows(grid)
    says(grid, 4, "đang chờ kết nối")
    window = grid.context
    grid.close()
    window.set_offline(False)
    again = opened(window.new_page(), team)
    says(again, 1, "đã lưu")
    says(again, 4, "đã lưu")
    expect(cell(again, 4)).to_have_value("Phạm Thị Dung")
    assert Member.objects.get(full_name=NAMES[0]).note == "sửa dở"
    assert Member.objects.filter(full_name="Phạm Thị Dung").count() == 1
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cdt-roster:'))") == []


def test_unsent_rows_belong_to_the_one_who_typed_them(grid, staff, team):
    grid.context.set_offline(True)
    cell(grid, 1, "note").fill("của cán bộ xã")
    leave_rows(grid)
    says(grid, 1, "đang chờ kết nối")
    window, origin = grid.context, grid.evaluate("location.origin")
    grid.close()
    window.set_offline(False)
    session = client_of(staff).cookies["sessionid"].value
    window.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    others = opened(window.new_page(), team)
    expect(cell(others, 1, "note")).to_have_value("")
    expect(others.locator("[data-unsent]")).to_be_hidden()
    assert Member.objects.get(full_name=NAMES[0]).note == ""


def test_a_row_whose_answer_was_lost_is_not_added_twice(grid, team):
    grid.route("**/dong/", lambda route: (route.fetch(), route.abort()))
    cell(grid, 4).fill("Phạm Thị Dung")
    leave_rows(grid)
    says(grid, 4, "đang chờ kết nối")
    assert Member.objects.filter(full_name="Phạm Thị Dung").count() == 1
    grid.unroute("**/dong/")
    grid.evaluate("window.dispatchEvent(new Event('online'))")
    says(grid, 4, "đã lưu")
    assert Member.objects.filter(full_name="Phạm Thị Dung").count() == 1


def test_a_session_that_ended_costs_no_typed_text(grid, officer):
    grid.context.clear_cookies(name="sessionid")
    cell(grid, 1, "note").fill("gõ sau khi hết phiên")
    expect(grid.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
    assert Member.objects.get(full_name=NAMES[0]).note == ""
    session = client_of(officer).cookies["sessionid"].value
    grid.context.add_cookies([{"name": "sessionid", "value": session, "url": grid.evaluate("location.origin")}])
    grid.evaluate("window.dispatchEvent(new Event('focus'))")
    says(grid, 1, "đã lưu")
    assert Member.objects.get(full_name=NAMES[0]).note == "gõ sau khi hết phiên"


def test_a_bulk_change_waits_for_the_row_in_hand(grid):
    row(grid, 2).locator("[name=m]").check()
    cell(grid, 2, "note").fill("gõ ngay trước đó")
    grid.get_by_role("button", name="Thay đổi 1 dòng đã chọn").click()
    grid.get_by_label("Đổi chức vụ").check()
    grid.get_by_label("Chức vụ", exact=True).select_option("secretary")
    grid.get_by_role("button", name="Xem trước").click()
    grid.get_by_role("button", name="Xác nhận 1 thay đổi").click()
    expect(grid.get_by_text("Đã thay đổi 1 thành viên.")).to_be_visible()
    saved = Member.objects.get(full_name=NAMES[1])
    assert (saved.note, saved.role) == ("gõ ngay trước đó", MemberRole.SECRETARY)


def test_the_page_asks_before_it_closes_only_while_something_is_unsent(grid):
    asks = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not grid.evaluate(asks)
    cell(grid, 1, "phone").fill("sai")
    assert grid.evaluate(asks)
    grid.keyboard.press("Escape")
    assert not grid.evaluate(asks)


@pytest.mark.parametrize(("way", "note"), [("Giữ của tôi", "của người chậm"), ("Lấy của họ", "của người nhanh")])
def test_of_two_tabs_the_slower_sees_both_texts_and_chooses(grid, window_of, staff, team, way, note):
    other = opened(window_of(staff).new_page(), team)
    cell(other, 1, "note").fill("của người nhanh")
    says(other, 1, "đã lưu")
    cell(grid, 1, "note").fill("của người chậm")
    says(grid, 1, "người khác vừa sửa")
    told = grid.locator(".row-conflict")
    expect(told).to_contain_text(staff.full_name)
    expect(told).to_contain_text("của bạn: “của người chậm”, của họ: “của người nhanh”")
    expect(cell(grid, 1, "note")).to_have_value("của người chậm")
    assert Member.objects.get(full_name=NAMES[0]).note == "của người nhanh"
    told.get_by_role("button", name=way).click()
    says(grid, 1, "đã lưu")
    expect(told).to_be_hidden()
    expect(cell(grid, 1, "note")).to_have_value(note)
    assert Member.objects.get(full_name=NAMES[0]).note == note


def test_who_left_meanwhile_is_told_and_the_typed_text_shown(grid):
    Member.objects.filter(full_name=NAMES[0]).update(left_on="2025-03-01", left_reason=LeaveReason.RESIGNED, version=2)
    cell(grid, 1, "note").fill("chưa biết")
    told = grid.locator(".row-conflict")
    expect(told).to_contain_text("không còn trong danh sách")
    expect(told).to_contain_text("chưa biết")
    told.get_by_role("button", name="Bỏ dòng này").click()
    expect(grid.locator("tr[data-key]")).to_have_count(3)
    expect(grid.locator("[data-unsent]")).to_be_hidden()
