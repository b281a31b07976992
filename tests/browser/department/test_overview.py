"""The overview in the hand of a viewer: choose a measure, put units in order, go through doors and count the rows."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reporting.queries.overview import province_overview
from tests.browser.test_follow_up import assert_sound, window
from tests.reporting.registers import make_register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOORS = {"without_leader": "chưa có tổ trưởng", "uncovered": "chưa có tổ", "without_phone": "thiếu số điện thoại"}


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_measure_is_chosen_units_are_sorted_and_doors_lead_to_their_rows(
    window_of, hai_phong, cat_hai, tran_lieu, hac_thanh, officer, viewer, width, height
):
    make_register(cat_hai, tran_lieu, hac_thanh, officer)
    page, said = window(window_of, viewer, width, height)
    page.goto("/tong-quan/")
    expect(page.locator(".chart canvas")).to_have_count(2)
    assert_sound(page, width)

    page.get_by_label("Chỉ số").select_option("Tổ có quyết định")
    page.locator(".measure-choice").get_by_role("button", name="Xem").click()
    expect(page.get_by_role("heading", name="Tổ có quyết định theo")).to_be_visible()
    assert first_unit(page) == "Đặc khu Cát Hải"
    page.get_by_role("link", name="Tỷ lệ").click()
    expect(page.locator("[aria-sort=ascending]")).to_contain_text("Tỷ lệ")
    assert first_unit(page) == "Phường Trần Liễu"
    page.get_by_role("link", name="Tỷ lệ").click()
    expect(page.locator("[aria-sort=descending]")).to_contain_text("Tỷ lệ")
    assert first_unit(page) == "Đặc khu Cát Hải"

    figures = province_overview(hai_phong, timezone.localdate()).total.figures
    for name, words in DOORS.items():
        page.goto("/tong-quan/")
        page.locator(".measure-told").get_by_role("link", name=re.compile(rf"^\d+ {words}$")).click()
        expect(page.locator("main tbody tr")).to_have_count(getattr(figures, name))
        assert_sound(page, width)

    page.goto("/tong-quan/")
    with page.expect_download() as picture:
        page.get_by_role("button", name="Tải ảnh PNG").first.click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    assert said == []


def first_unit(page: Page) -> str:
    return page.locator(".unit-table tbody th").first.inner_text()


def test_without_a_script_the_page_does_the_same(
    chromium, window_of, live_server, hai_phong, cat_hai, tran_lieu, hac_thanh, officer, viewer
):
    make_register(cat_hai, tran_lieu, hac_thanh, officer)
    state = window_of(viewer).storage_state()
    scriptless = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state)
    page = scriptless.new_page()
    page.goto("/tong-quan/")
    page.get_by_label("Chỉ số").select_option("Tổ có quyết định")
    page.locator(".measure-choice").get_by_role("button", name="Xem").click()
    expect(page.get_by_role("heading", name="Tổ có quyết định theo")).to_be_visible()
    expect(page.get_by_role("heading", name="Diễn biến: Tổ có quyết định")).to_be_visible()
    expect(page.locator("[data-chart=bar] tbody tr")).to_have_count(13)
    expect(page.locator(".chart")).to_have_count(0)
    scriptless.close()


def test_a_commune_reads_its_own_line(window_of, cat_hai, tran_lieu, hac_thanh, officer):
    make_register(cat_hai, tran_lieu, hac_thanh, officer)
    for width, height in ((1366, 768), (390, 844)):
        page, said = window(window_of, officer, width, height)
        page.goto("/tong-quan/")
        expect(page.get_by_role("row", name="Bao phủ thôn, tổ dân phố")).to_contain_text("83,3%")
        assert_sound(page, width)
        assert said == []
