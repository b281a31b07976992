"""Reminding those who owe a report, from the campaign's page to the officer's bell, wide and narrow."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import due_after
from reporting.enums import ReportState
from reporting.models import Campaign, Report
from reporting.services.campaigns import create_campaign, open_campaign
from tests.browser.axe import violations
from tests.conftest import make_commune
from tests.reporting.campaigns.makers import ad_hoc, make_letter
from tests.reporting.reports.makers import make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campaign(hai_phong, cat_hai, tran_lieu, officer, staff) -> Campaign:
    """Thirty communes: most have sent their reports, some owe them, few of those have an account."""
    for number in range(28):
        make_commune(f"2{number:04}", f"Xã Tân Dân {number}", "rural_commune", hai_phong)
    due = {f"{level}_due_at": due_after(timezone.localdate() + timedelta(days=days)) for level, days in DUE.items()}
    fields = ad_hoc(make_letter(hai_phong), make_version()) | due
    campaign = open_campaign(campaign=create_campaign(by=staff, province=hai_phong, fields=fields), by=staff)
    sent = {"first_submitted_at": timezone.now(), "submitted_at": timezone.now(), "on_time": True}
    Report.objects.filter(commune__gte="20008").update(state=ReportState.ACCEPTED, **sent)
    Report.objects.filter(commune="20007").update(state=ReportState.RETURNED, returns=1, **sent)
    Report.objects.filter(commune="20006").update(extended_until=due["commune_due_at"] + timedelta(days=3))
    return campaign


DUE = {"commune": 3, "department": 10}


def window(window_of, user: User, width: int, height: int) -> tuple[Page, list[str]]:
    """A page, and what its console complains of."""
    page, said = window_of(user, width, height).new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def assert_sound(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_those_who_owe_are_reminded_and_find_it_under_their_bell(
    window_of, campaign, cat_hai, officer, staff, width, height
):
    page, said = window(window_of, staff, width, height)
    page.goto("/bao-cao/")
    assert_sound(page, width)
    page.get_by_role("link", name=campaign.title).click()
    page.get_by_text("Nội dung gửi nhóm Zalo").first.click()
    expect(page.get_by_label("Nội dung gửi nhóm Zalo")).to_contain_text("Kính gửi: UBND các xã, phường, đặc khu")
    page.get_by_role("button", name="Chép nội dung").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert_sound(page, width)
    page.get_by_role("link", name="Đôn đốc ngay").click()
    expect(page.get_by_label(cat_hai.name)).to_be_checked()
    expect(page.get_by_label("Xã Tân Dân 1")).to_be_disabled()
    assert_sound(page, width)
    page.get_by_role("button", name="Bỏ tất cả").click()
    expect(page.get_by_label(cat_hai.name)).not_to_be_checked()
    page.get_by_role("button", name="Chọn tất cả").click()
    expect(page.get_by_label(cat_hai.name)).to_be_checked()
    expect(page.get_by_label("Xã Tân Dân 1")).not_to_be_checked()
    page.get_by_role("button", name="Gửi đôn đốc").click()
    expect(page.get_by_text("Đã đôn đốc 1 đơn vị.")).to_be_visible()
    assert_sound(page, width)
    assert said == []

    page, said = window(window_of, officer, width, height)
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Thông báo: 2 chưa xem").click()
    assert_sound(page, width)
    page.get_by_role("link", name="chưa nộp báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(campaign.title)
    page.get_by_role("link", name="Thông báo: 1 chưa xem").click()
    page.get_by_role("button", name="Đánh dấu tất cả đã xem").click()
    expect(page.get_by_role("link", name="Thông báo", exact=True)).to_be_visible()
    assert said == []
