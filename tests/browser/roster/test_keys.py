"""The roster's grid under the fingers: keys as in Excel, input methods left alone."""

import pytest
from playwright.sync_api import expect

from teams.models import Member
from tests.browser.roster.grid import NAMES, cell, focused, leave_rows, says

pytestmark = pytest.mark.browser


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
    expect(grid.locator("#grid-help")).to_be_hidden()
    expect(cell(grid, 1, "note")).to_have_value("?")
    leave_rows(grid)
    grid.keyboard.press("?")
    expect(grid.locator("#grid-help")).to_be_visible()


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
