"""A block from Excel in the roster's grid."""

import pytest
from playwright.sync_api import expect

from teams.models import Member
from tests.browser.roster.grid import cell, paste, row, says

pytestmark = pytest.mark.browser


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
    expect(grid.locator("tr[data-key]")).to_have_count(5)
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
        ('a\t"\r\nb\t"\r\n', [["a", '"'], ["b", '"']]),
        ('"chưa đóng\tb', [['"chưa đóng', "b"]]),
        ("\ta\t\r\n\r\n\tb\t", [["", "a", ""], [""], ["", "b", ""]]),
        ("a\t\r\n", [["a", ""]]),
        ("", [[""]]),
    ],
)
def test_tabs_quotes_and_line_breaks_are_read_as_excel_writes_them(grid, text, cells):
    read = grid.evaluate("async text => (await import('/static/js/grid/tsv.js')).parseTsv(text)", text)
    assert read == cells
