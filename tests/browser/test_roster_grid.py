"""The roster's grid under the fingers: keys, input methods, paste, a bad line, a closed tab, two people at once."""

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from teams.enums import LeaveReason, MemberRole
from teams.keys import team_keys
from teams.models import Member, Team
from tests.conftest import client_of
from tests.teams.makers import make_member

pytestmark = pytest.mark.browser
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Chín")


@pytest.fixture
def team(cat_hai, live_server) -> Team:
    team = Team.objects.create(commune=cat_hai, province=cat_hai.province, name="Thôn Đông", **team_keys("Thôn Đông"))
    for position, name in enumerate(NAMES, 1):
        make_member(team, name, position=position, phone=f"091499412{position}")
    return team


@pytest.fixture
def grid(window_of, officer, team) -> Page:
    return opened(window_of(officer).new_page(), team)


def opened(page: Page, team: Team) -> Page:
    page.set_default_timeout(20_000)
    page.goto(f"/to/{team.pk}/")
    # A page that asks before it closes is let go, as the user would.
    page.on("dialog", Dialog.accept)
    return page


def row(page: Page, number: int) -> Locator:
    return page.locator("tr[data-person]").nth(number - 1)


def cell(page: Page, number: int, name: str = "full_name") -> Locator:
    return row(page, number).locator(f"[name={name}]")


def says(page: Page, number: int, words: str) -> None:
    expect(row(page, number).locator("[data-state]")).to_contain_text(words)


def leave_rows(page: Page) -> None:
    page.locator("h1").click()


def paste(target: Locator, text: str) -> None:
    target.focus()
    target.evaluate(
        """(cell, text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData('text/plain', text)
            cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
        }""",
        text,
    )


def focused(page: Page) -> tuple[int, str]:
    """(row from 1, name of the cell) that has the focus."""
    return tuple(
        page.evaluate(
            """() => {
                const cell = document.activeElement
                const rows = [...document.querySelectorAll('tr[data-person]')]
                return [rows.indexOf(cell.closest('tr')) + 1, cell.name ?? '']
            }"""
        )
    )


# Saving ---------------------------------------------------------------------------------------------------------------


def test_a_row_saves_itself_after_a_pause_and_says_when(grid):
    cell(grid, 1, "note").fill("bí thư chi bộ")
    says(grid, 1, "đang sửa")
    says(grid, 1, "đã lưu ")
    assert Member.objects.get(full_name=NAMES[0]).note == "bí thư chi bộ"


def test_the_last_row_adds_a_member_and_another_empty_one_appears(grid, team):
    cell(grid, 4).fill("Phạm Thị Dung")
    expect(grid.locator("tr[data-person]")).to_have_count(5)
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


# Keys -----------------------------------------------------------------------------------------------------------------


def test_enter_goes_down_and_after_tabs_back_to_the_first_edited_column(grid):
    cell(grid, 1).click()
    grid.keyboard.press("Enter")
    assert focused(grid) == (2, "full_name")
    grid.keyboard.press("Tab")
    grid.keyboard.press("Tab")
    assert focused(grid) == (2, "phone")
    grid.keyboard.press("Enter")
    assert focused(grid) == (3, "full_name")
    grid.keyboard.press("Shift+Enter")
    assert focused(grid) == (2, "full_name")


def test_arrows_leave_a_cell_at_its_edges_only(grid):
    cell(grid, 1, "phone").click()
    grid.keyboard.press("Home")
    grid.keyboard.press("ArrowRight")
    assert focused(grid) == (1, "phone")
    grid.keyboard.press("End")
    grid.keyboard.press("ArrowRight")
    assert focused(grid) == (1, "organization")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.press("ArrowLeft")
    assert focused(grid) == (1, "role")
    grid.keyboard.press("ArrowDown")
    assert focused(grid) == (2, "role")
    grid.keyboard.press("ArrowUp")
    assert focused(grid) == (1, "role")
    assert set(Member.objects.values_list("role", "version")) == {("member", 1)}


def test_f2_puts_the_caret_behind_the_text(grid):
    cell(grid, 1).click()
    grid.keyboard.press("Enter")
    grid.keyboard.press("F2")
    grid.keyboard.type(" Hai")
    expect(cell(grid, 2)).to_have_value(f"{NAMES[1]} Hai")


def test_escape_gives_the_saved_value_back(grid):
    cell(grid, 1).fill("sai")
    grid.keyboard.press("Escape")
    expect(cell(grid, 1)).to_have_value(NAMES[0])
    says(grid, 1, "đã lưu")
    assert Member.objects.get(full_name=NAMES[0]).version == 1


def test_ctrl_z_takes_the_last_save_of_the_row_back(grid):
    cell(grid, 1).fill("Nguyễn Văn Sai")
    leave_rows(grid)
    says(grid, 1, "đã lưu")
    cell(grid, 1, "phone").focus()
    grid.keyboard.press("Control+z")
    expect(cell(grid, 1)).to_have_value(NAMES[0])
    says(grid, 1, "đã lưu")
    assert Member.objects.get(position=1).full_name == NAMES[0]


def test_the_question_mark_lists_the_keys(grid):
    cell(grid, 1, "note").press("?")
    expect(grid.locator("#roster-help")).to_be_hidden()
    expect(cell(grid, 1, "note")).to_have_value("?")
    leave_rows(grid)
    grid.keyboard.press("?")
    expect(grid.locator("#roster-help")).to_be_visible()


def test_keys_of_an_input_method_are_left_alone(grid):
    cell(grid, 1).click()
    press = """([isComposing, keyCode]) => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing, keyCode, bubbles: true, cancelable: true }))"""
    for composing in ([True, 13], [False, 229]):
        grid.evaluate(press, composing)
        assert focused(grid) == (1, "full_name")
    grid.evaluate(press, [False, 13])
    assert focused(grid) == (2, "full_name")


def test_a_name_composed_by_an_input_method_arrives_whole(grid):
    cell(grid, 4).click()
    keyboard = grid.context.new_cdp_session(grid)
    for text in ("P", "Ph", "Pha", "Phạ", "Phạm"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    keyboard.send("Input.insertText", {"text": "Phạm"})
    keyboard.send("Input.insertText", {"text": " Dũng"})
    leave_rows(grid)
    says(grid, 4, "đã lưu")
    expect(cell(grid, 4)).to_have_value("Phạm Dũng")
    assert Member.objects.get(position=4).full_name == "Phạm Dũng"


# Leaving and undoing --------------------------------------------------------------------------------------------------


def test_who_leaves_goes_below_and_comes_back_with_the_phone(grid):
    row(grid, 2).get_by_role("button", name="Thôi tham gia").click()
    grid.locator("#leave-on").fill("1/3/2025")
    grid.locator("[data-leave-confirm]").click()
    expect(grid.locator("tr[data-person]")).to_have_count(3)
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
    expect(grid.locator("tr[data-person]")).to_have_count(4)
    assert Member.objects.get(full_name="Phạm Thị Dung").left_reason == LeaveReason.MISTAKE


# Pasting --------------------------------------------------------------------------------------------------------------


def test_a_block_from_excel_fills_rows_and_makes_new_ones(grid):
    block = (
        "Họ và tên\tChức vụ\tSố điện thoại\r\n"
        'Nguyễn Văn An\tTổ trưởng\t"912345678"\r\n'
        '"Trần ""Út""\nBình"\tTổ phó\t0987654321\r\n'
        "Lê Văn Chín\tThành viên\t0914994123\r\n"
        "Phạm Thị Dung\tThư ký\t+84 356 789 012\r\n"
    )
    paste(cell(grid, 1), block)
    says(grid, 4, "đã lưu")
    expect(cell(grid, 2)).to_have_value('Trần "Út" Bình')
    expect(row(grid, 1)).to_contain_text("Đã thêm số 0 ở đầu")
    expect(grid.locator("[data-said]")).to_have_text("Đã dán: thêm 1, sửa 2, bỏ 1 dòng tiêu đề.")
    expect(grid.locator("tr[data-person]")).to_have_count(5)
    assert list(Member.objects.order_by("position").values_list("full_name", "role", "phone")) == [
        ("Nguyễn Văn An", "leader", "0912345678"),
        ('Trần "Út" Bình', "deputy_leader", "0987654321"),
        ("Lê Văn Chín", "member", "0914994123"),
        ("Phạm Thị Dung", "secretary", "0356789012"),
    ]


def test_a_paste_is_undone_in_one_step(grid):
    paste(cell(grid, 1, "note"), "một\r\nhai\r\nba\r\n")
    says(grid, 3, "đã lưu")
    grid.get_by_role("button", name="Hoàn tác").click()
    for number in (1, 2, 3):
        expect(cell(grid, number, "note")).to_have_value("")
        says(grid, number, "đã lưu")
    assert set(Member.objects.values_list("note", "version")) == {("", 3)}


def test_one_pasted_cell_is_the_browsers_own_affair(grid):
    for text in ("chỉ một ô", "chỉ một ô\r\n"):
        prevented = cell(grid, 1, "note").evaluate(
            """(cell, text) => {
                const clipboardData = new DataTransfer()
                clipboardData.setData('text/plain', text)
                const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
                return !cell.dispatchEvent(event)
            }""",
            text,
        )
        assert not prevented


def test_a_long_block_is_shown_first(grid, team):
    block = "\r\n".join(f"Nguyễn Văn A{'abcdefgh'[n % 8]}{'abcdefgh'[n // 8]}" for n in range(40)) + "\r\n\r\n"
    paste(cell(grid, 4), block)
    expect(grid.locator("[data-paste-counts]")).to_have_text("Sẽ thêm 40, sửa 0, bỏ 1 dòng trống.")
    grid.get_by_role("button", name="Bỏ, không dán").click()
    expect(grid.locator("[data-said]")).to_have_text("Đã bỏ, chưa dán gì.")
    assert Member.objects.count() == 3
    paste(cell(grid, 4), block)
    grid.get_by_role("button", name="Dán vào danh sách").click()
    says(grid, 43, "đã lưu")
    assert Member.objects.filter(team=team).count() == 43
    assert Member.objects.get(position=43).full_name == "Nguyễn Văn Ahe"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ('"một\r\nhai"\tb\r\n', [["một\r\nhai", "b"]]),
        ('"nói ""vâng"""\tb', [['nói "vâng"', "b"]]),
        ('"tab\tbên trong"\tb', [["tab\tbên trong", "b"]]),
        ('"Út" Bình\tb', [['"Út" Bình', "b"]]),
        ('"chưa đóng\tb', [['"chưa đóng', "b"]]),
        ("\ta\t\r\n\r\n\tb\t", [["", "a", ""], [""], ["", "b", ""]]),
        ("a\t\r\n", [["a", ""]]),
        ("", [[""]]),
    ],
)
def test_tabs_quotes_and_line_breaks_are_read_as_excel_writes_them(grid, text, cells):
    read = grid.evaluate("async text => (await import('/static/js/roster/tsv.js')).parseTsv(text)", text)
    assert read == cells


# A bad line, a closed tab, two people ---------------------------------------------------------------------------------


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
    expect(grid.locator("tr[data-person]")).to_have_count(3)
    expect(grid.locator("[data-unsent]")).to_be_hidden()


# How it looks ---------------------------------------------------------------------------------------------------------


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
