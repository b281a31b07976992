"""The roster's grid saves itself: when, what, beside which words; leaving, undoing, how it looks."""

import pytest
from playwright.sync_api import expect

from teams.enums import LeaveReason, MemberRole
from teams.models import Member
from tests.browser.roster.grid import NAMES, cell, leave_rows, opened, row, says

pytestmark = pytest.mark.browser


def test_a_row_saves_itself_after_a_pause_and_says_when(grid):
    cell(grid, 1, "note").fill("bí thư chi bộ")
    says(grid, 1, "đang sửa")
    says(grid, 1, "đã lưu ")
    assert Member.objects.get(full_name=NAMES[0]).note == "bí thư chi bộ"


def test_the_last_row_adds_a_member_and_another_empty_one_appears(grid, team):
    cell(grid, 4).fill("Phạm Thị Dung")
    expect(grid.locator("tr[data-key]")).to_have_count(5)
    cell(grid, 4, "phone").fill("912345678")
    leave_rows(grid)
    says(grid, 4, "đã lưu")
    expect(cell(grid, 4, "phone")).to_have_value("0912 345 678")
    expect(row(grid, 4)).to_contain_text("Đã thêm số 0 ở đầu số điện thoại: 0912 345 678.")
    expect(grid.locator("[data-size]")).to_have_text("4")
    assert Member.objects.filter(team=team, full_name="Phạm Thị Dung", phone="0912345678").count() == 1


def test_a_wrong_phone_is_told_beside_its_cell_and_nothing_of_the_row_is_saved(grid):
    cell(grid, 1, "note").fill("mới")
    cell(grid, 1, "phone").fill("0912 34")
    leave_rows(grid)
    says(grid, 1, "lỗi, chưa lưu")
    expect(row(grid, 1).locator(".c-phone .cell-error")).to_have_text("Số điện thoại thiếu chữ số.")
    expect(cell(grid, 1, "phone")).to_have_value("0912 34")
    expect(grid.locator("[data-unsent]")).to_have_text("1 dòng chưa gửi")
    assert Member.objects.get(full_name=NAMES[0]).note == ""
    cell(grid, 1, "phone").fill("0912 345 678")
    says(grid, 1, "đã lưu")
    expect(grid.locator("[data-unsent]")).to_be_hidden()
    assert Member.objects.get(full_name=NAMES[0]).note == "mới"


def test_what_is_typed_while_a_row_is_being_sent_is_neither_lost_nor_moved(grid):
    name = cell(grid, 1)
    name.fill("Nguyễn Văn ")
    says(grid, 1, "đã lưu")
    expect(name).to_have_value("Nguyễn Văn ")  # the stored name has no space at its end; the one in hand keeps it
    name.press_sequentially("Bảy")
    leave_rows(grid)
    says(grid, 1, "đã lưu")
    expect(name).to_have_value("Nguyễn Văn Bảy")
    assert Member.objects.filter(full_name="Nguyễn Văn Bảy").exists()


def test_a_second_leader_is_a_choice_of_one_click(grid):
    Member.objects.filter(full_name=NAMES[0]).update(role=MemberRole.LEADER)
    grid.reload()
    cell(grid, 2, "role").select_option("leader")
    row(grid, 2).get_by_role("button", name=f"Đổi {NAMES[0]} thành Thành viên").click()
    says(grid, 2, "đã lưu")
    expect(cell(grid, 1, "role")).to_have_value("member")
    assert Member.objects.get(role=MemberRole.LEADER).full_name == NAMES[1]
    cell(grid, 1, "note").fill("nguyên tổ trưởng")  # its version went along
    says(grid, 1, "đã lưu")


def test_undoing_an_exchange_of_leaders_puts_both_back(grid):
    Member.objects.filter(full_name=NAMES[0]).update(role=MemberRole.LEADER)
    grid.reload()
    cell(grid, 2, "role").select_option("leader")
    row(grid, 2).get_by_role("button", name="thành Thành viên").click()
    says(grid, 2, "đã lưu")
    grid.get_by_role("button", name="Hoàn tác").click()
    expect(cell(grid, 1, "role")).to_have_value("leader")
    says(grid, 1, "đã lưu")
    expect(cell(grid, 2, "role")).to_have_value("member")
    assert Member.objects.get(role=MemberRole.LEADER).full_name == NAMES[0]


def test_findings_appear_beside_the_row(grid):
    cell(grid, 2, "phone").fill("0914994121")
    says(grid, 2, "đã lưu")
    expect(row(grid, 2)).to_contain_text(f"trùng số của {NAMES[0]}")
    expect(row(grid, 1)).to_contain_text(f"trùng số của {NAMES[1]}")


def test_who_leaves_goes_below_and_comes_back_with_the_phone(grid):
    row(grid, 2).get_by_role("button", name="Thôi tham gia").click()
    grid.locator("#leave-on").fill("1/3/2025")
    grid.locator("[data-leave-confirm]").click()
    expect(grid.locator("tr[data-key]")).to_have_count(3)
    expect(grid.locator("[data-former]")).to_contain_text("Đã thôi: 1 người")
    left = Member.objects.get(full_name=NAMES[1])
    assert (left.left_reason, left.phone) == (LeaveReason.RESIGNED, "")
    grid.get_by_role("button", name="Hoàn tác").click()
    expect(cell(grid, 2)).to_have_value(NAMES[1])
    expect(grid.locator("[data-former]")).to_be_hidden()
    left.refresh_from_db()
    assert (left.left_on, left.phone) == (None, "0914994122")


def test_a_wrong_day_of_leaving_is_told_in_the_dialog(grid):
    row(grid, 2).get_by_role("button", name="Thôi tham gia").click()
    grid.locator("#leave-on").fill("31/2/2025")
    grid.locator("[data-leave-confirm]").click()
    expect(grid.locator("[data-leave-error]")).to_contain_text("Ngày không hợp lệ")
    assert not Member.objects.filter(left_on__isnull=False).exists()


def test_an_added_member_is_taken_out_by_undo(grid):
    cell(grid, 4).fill("Phạm Thị Dung")
    leave_rows(grid)
    says(grid, 4, "đã lưu")
    grid.get_by_role("button", name="Hoàn tác").click()
    expect(grid.locator("tr[data-key]")).to_have_count(4)
    assert Member.objects.get(full_name="Phạm Thị Dung").left_reason == LeaveReason.MISTAKE


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen(window_of, officer, team, width, height):
    page = opened(window_of(officer, width, height).new_page(), team)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = cell(page, 1, "phone").bounding_box()
    assert box["height"] >= (44 if width < 768 else 38)


def test_the_page_runs_under_its_content_rules(window_of, officer, team):
    page = window_of(officer).new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    opened(page, team)
    cell(page, 1, "note").fill("mới")
    says(page, 1, "đã lưu")
    assert wrong == []


def test_a_masked_phone_is_shown_on_demand(window_of, staff, team):
    page = opened(window_of(staff).new_page(), team)
    expect(cell(page, 1, "phone")).to_have_value("0914 994 ***")
    row(page, 1).get_by_role("button", name="Hiện số điện thoại").click()
    expect(cell(page, 1, "phone")).to_have_value("0914 994 121")
