"""A campaign from its letter to its opening, in a browser, on a wide and on a narrow screen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cdt_portal.lib.dates import format_date
from reporting.models import Campaign, Report
from tests.conftest import make_commune
from tests.reporting.campaigns.makers import LINE, make_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_letter_becomes_an_open_campaign(window_of, hai_phong, cat_hai, staff, width, height):
    make_form()
    for code, name in (("30001", "Xã Cẩm Giang"), ("30002", "Xã Cẩm Giàng"), ("30003", "Phường Lê Chân")):
        make_commune(code, name, "rural_commune", hai_phong)
    today = timezone.localdate()
    page = window_of(staff, width, height).new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto("/bao-cao/dot/them/")
    page.get_by_role("link", name="Nhập công văn").click()
    page.get_by_label("Số, ký hiệu, ngày công văn").fill(LINE)
    page.get_by_label("Trích yếu").fill("Báo cáo kết quả hoạt động")
    page.get_by_label("Cơ quan ban hành").fill("Sở Khoa học và Công nghệ")
    page.get_by_label("Mẫu báo cáo").select_option(index=1)
    page.get_by_label("Chốt số liệu hết ngày").fill(format_date(today))
    page.get_by_label("Hạn của xã").fill(f"trước ngày {format_date(today + timedelta(days=31))}")
    expect(page.get_by_text("Đặc khu Cát Hải")).to_be_hidden()
    page.get_by_label("Chọn từng đơn vị").check()
    page.get_by_role("searchbox").fill("cam giang")
    expect(page.get_by_text("Đặc khu Cát Hải")).to_be_hidden()
    page.get_by_role("button", name="Chọn các đơn vị đang hiện").click()
    expect(page.get_by_text("(đã chọn 2)")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Lưu và xem trước").click()
    expect(page.get_by_text("2 xã, phường, đặc khu")).to_be_visible()
    expect(page.get_by_text(f"hết ngày {format_date(today + timedelta(days=30))}").first).to_be_visible()
    page.get_by_role("button", name="Mở đợt báo cáo").click()
    expect(page.get_by_text("Đã mở đợt báo cáo cho 2 xã, phường, đặc khu.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert set(Report.objects.values_list("commune", flat=True)) == {"30001", "30002"}
    assert Campaign.objects.get().slug == "cv-4675"
    assert said == []
