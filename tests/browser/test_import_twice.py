"""Impatient hands on the import's pages: a double click, F5, the way back, a tab that was left open."""

import pytest
from playwright.sync_api import Page, expect

from cdt_portal.jobs.models import Job
from teams.models import Member, RosterImport
from tests.browser.test_import_flow import upload, work
from tests.teams.imports.conftest import add_village
from tests.teams.imports.test_apply import PEOPLE
from tests.workbooks.builders import grid, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def preview(settings, window_of, officer, cat_hai, tmp_path) -> Page:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in ("Thôn 1", "Thôn 2"):
        add_village(cat_hai, name)
    page = window_of(officer).new_page()
    upload(page, write(tmp_path / "danh-sach.xlsx", grid(PEOPLE)))
    expect(confirm_on(page)).to_be_visible()
    return page


def confirm_on(page: Page):
    return page.get_by_role("button", name="Xác nhận: thêm 4")


def test_a_double_click_and_f5_write_once(preview):
    confirm_on(preview).dblclick()
    expect(preview.get_by_text("Đang ghi").first).to_be_visible()
    preview.reload()
    assert Job.objects.filter(kind="roster.apply").count() == 1
    work()
    expect(preview.get_by_text("Đã ghi lúc")).to_be_visible()
    preview.reload()
    expect(preview.get_by_text("Đã ghi lúc")).to_be_visible()
    assert Member.objects.count() == 4 and Job.objects.filter(kind="roster.apply").count() == 1


def test_the_way_back_and_an_old_tab_write_nothing_more(preview):
    old = preview.context.new_page()
    old.goto(preview.url)
    confirm_on(preview).click()
    work()
    expect(preview.get_by_text("Đã ghi lúc")).to_be_visible()
    preview.go_back()
    preview.go_forward()
    expect(preview.get_by_text("Đã ghi lúc")).to_be_visible()
    old.get_by_role("button", name="Bỏ, không ghi").click()
    expect(old.get_by_text("không còn chờ xác nhận")).to_be_visible()
    expect(old.get_by_text("Đã ghi lúc")).to_be_visible()
    assert Member.objects.count() == 4 and RosterImport.objects.get().state == "applied"
