"""The main job, start to end: an officer's own workbook in, a phone corrected, the department's list out."""

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from teams.models import Member, ResidentialUnit
from tests.teams.imports.conftest import add_village
from tests.workbooks.rosters import build_cat_hai

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def work() -> None:
    """What the worker does, in this process: the live server has none."""
    for job in Job.objects.filter(state="queued"):
        run(job.pk)


def upload(page: Page, path) -> None:
    page.goto("/nhap-tep/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()
    expect(page.get_by_text("Đang đọc tệp").first).to_be_visible()
    work()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_cat_hai_from_the_officers_file_to_the_departments_list(
    width, height, cat_hai, officer, staff, window_of, tmp_path
):
    for number in range(1, 59):
        add_village(cat_hai, f"Thôn {number}")
    path = build_cat_hai(tmp_path / "danh-sach-cat-hai.xlsx")
    page = window_of(officer, width, height).new_page()

    upload(page, path)
    expect(page.get_by_text("Khớp dòng TỔNG: 386")).to_be_visible()
    page.get_by_role("button", name="Xác nhận: thêm 386").click()
    expect(page.get_by_text("Đang ghi").first).to_be_visible()
    work()
    expect(page.get_by_text("Đã ghi lúc")).to_be_visible()
    assert Member.objects.count() == 386

    upload(page, path)
    expect(page.get_by_text("không có gì khác với danh sách đang lưu")).to_be_visible()

    first = Member.objects.get(team__name="Thôn 1", position=1)
    page.goto(f"/to/{first.team_id}/")
    cell = page.locator("tr[data-key]").first.locator("[name=phone]")
    cell.fill("0988.777.666")
    page.locator("h1").click()
    expect(page.locator("tr[data-key]").first.locator("[data-state]")).to_contain_text("Đã lưu", ignore_case=True)
    first.refresh_from_db()
    assert first.phone == "0988777666"

    desk = window_of(staff, width, height).new_page()
    desk.goto("/xuat-danh-sach/")
    desk.get_by_role("button", name="Xuất").first.click()
    work()
    with desk.expect_download() as download:
        desk.goto("/cong-viec/")
        desk.get_by_role("link", name="Tải").first.click()
    download.value.save_as(tmp_path / "xuat.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "xuat.xlsx").worksheets[0]
    assert sheet["A1"].value == "Mẫu danh sách Tổ Công nghệ số cộng đồng"
    assert ResidentialUnit.objects.count() == 58
    names = {row[4] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert first.full_name in names
