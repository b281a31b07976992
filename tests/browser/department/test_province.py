"""The province's report in a browser: added up, worded, its communes' papers watched while they are made."""

import pytest
from playwright.sync_api import Page, expect

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.models import Job
from reporting.enums import ReportState
from reporting.models import Bundle, ProvinceReport
from reporting.services import consolidation
from tests.browser.axe import violations
from tests.browser.department.test_desk import SIZES, watched

pytestmark = pytest.mark.browser


def run_waiting(kind: str) -> None:
    for job in Job.objects.filter(kind=kind, state="queued"):
        jobs.run(job.pk)


def words_of(page: Page) -> str:
    return page.locator("[data-rich]").inner_text().strip()


def test_from_the_first_sum_to_the_one_file(window_of, staff, sent, campaign):
    page = window_of(staff).new_page()
    wrong = watched(page)
    page.goto(f"/bao-cao/dot/{campaign.pk}/")
    page.get_by_role("link", name="Báo cáo tổng hợp").click()
    page.get_by_role("button", name="Tổng hợp", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tổng hợp:")
    run_waiting("report.consolidate")
    expect(page.locator("#phan-results")).to_contain_text("930", timeout=20_000)
    expect(page.locator("#phan-results")).to_contain_text("3/4 đã báo cáo")

    page.get_by_role("link", name="Viết lời của Sở cho II. KẾT QUẢ").click()
    page.locator("[data-rich]").click()
    page.keyboard.type("Kết quả ")
    page.keyboard.press("Control+b")
    page.keyboard.type("tốt")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#phan-results .own-words b, #phan-results .own-words strong")).to_have_text("tốt")

    page.get_by_role("button", name="Báo cáo các xã, ZIP").click()
    expect(page.locator("#bundle")).to_contain_text("0/3 bản PDF")
    run_waiting("report.pdf")
    expect(page.locator("#bundle")).to_contain_text("3/3 bản PDF")
    run_waiting("report.bundle")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp").click()
    assert download.value.suggested_filename == "Báo cáo các xã cv-4675.zip"
    assert wrong == []


def test_words_that_were_typed_are_asked_about_before_they_are_left(window_of, staff, sent, campaign):
    consolidation.consolidate(campaign=campaign)
    page = window_of(staff).new_page()
    watched(page)
    page.goto(f"/bao-cao/dot/{campaign.pk}/tong-hop/loi/results/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[data-rich]").click()
    page.keyboard.type("Chưa lưu")
    page.get_by_role("link", name="Quay lại").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert words_of(page) == "Chưa lưu"


def test_texts_are_copied_with_their_communes(window_of, staff, sent, campaign, live_server):
    consolidation.consolidate(campaign=campaign)
    window = window_of(staff)
    window.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page = window.new_page()
    watched(page)
    page.goto(f"/bao-cao/dot/{campaign.pk}/tong-hop/noi-dung/")
    page.get_by_text("Chép tất cả").click()
    page.get_by_role("button", name="Chép").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Xã An:\nCấp máy tính cho các tổ")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_the_screen_and_reads_aloud(width, height, window_of, staff, sent, campaign):
    consolidation.consolidate(campaign=campaign)
    sent[0].campaign.reports.filter(pk=sent[0].pk).update(state=ReportState.RETURNED)
    words = {"section": "results", "html": "<p>Kết quả <b>tốt</b></p>", "seen": "", "by": staff}
    consolidation.save_words(campaign=campaign, **words)
    page = window_of(staff, width, height).new_page()
    wrong, found = watched(page), {}
    here = f"/bao-cao/dot/{campaign.pk}/tong-hop/"
    page.goto(here)
    page.get_by_role("button", name="Báo cáo các xã, gộp một PDF").click()
    addresses = (here, f"{here}chi-tieu/people/", f"{here}chi-tieu/share/", f"{here}noi-dung/", f"{here}loi/results/")
    bundle = f"/bao-cao/dot/{campaign.pk}/gop/{Bundle.objects.get().pk}/"
    for address in (*addresses, f"{here}chot/", bundle, f"/bao-cao/dot/{campaign.pk}/"):
        page.goto(address)
        found[address] = violations(page), page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == dict.fromkeys(found, ([], True))
    assert wrong == []
    assert ProvinceReport.objects.count() == 1
