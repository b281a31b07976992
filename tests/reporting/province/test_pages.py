"""Who opens the province's report and its files, and what its pages say."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.models import Job
from reporting.enums import CampaignState, ProvinceReportState
from reporting.models import Bundle, Campaign, ProvinceReport
from reporting.services import consolidation
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.province.makers import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(sent, campaign) -> ProvinceReport:
    consolidation.consolidate(campaign=campaign)
    return ProvinceReport.objects.get()


def url(name: str, campaign: Campaign, *args) -> str:
    return reverse(f"reporting:{name}", args=[campaign.pk, *args])


def page(user, address: str, status: int = 200) -> str:
    response = client_of(user).get(address)
    assert response.status_code == status
    return response.content.decode()


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


PAGES = [("province_report",), ("province_rows", "people"), ("province_texts",)]
WRITES = [("province_consolidate",), ("province_words", "results"), ("province_lock",)]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("viewer", 200), ("admin", 200), ("officer", 404), ("stranger", 404)]
)
def test_the_department_reads(who, status, address, report, campaign, request):
    assert client_of(request.getfixturevalue(who)).get(url(*address[:1], campaign, *address[1:])).status_code == status


@pytest.mark.parametrize("address", [*PAGES, *WRITES])
def test_people_of_a_commune_that_is_asked_do_not(address, report, campaign, cat_hai, officer):
    send(campaign, cat_hai)
    client = client_of(officer)
    assert client.get(url("campaign", campaign)).status_code == 403
    assert client.post(url(*address[:1], campaign, *address[1:])).status_code in (403, 405)
    assert client.get(url(*address[:1], campaign, *address[1:])).status_code in (403, 405)


@pytest.mark.parametrize("address", WRITES)
def test_a_viewer_changes_nothing_and_staff_may(address, report, campaign, viewer, staff):
    here = url(*address[:1], campaign, *address[1:])
    assert client_of(viewer).post(here, {"raw": "Lời"}).status_code == 403
    assert client_of(staff).post(here, {"raw": "Lời"}).status_code in (200, 302, 422)


def test_a_campaign_that_is_not_opened_has_nothing_to_add_up(campaign, staff):
    Campaign.objects.update(state=CampaignState.DRAFT)
    page(staff, url("province_report", campaign), 404)


def test_before_the_first_time_the_page_says_what_to_do(sent, campaign, staff, viewer):
    shown = page(staff, url("province_report", campaign))
    assert "Chưa tổng hợp lần nào" in shown
    assert "2/3 đơn vị đã báo cáo" in shown
    assert "lam-lai" not in page(viewer, url("province_report", campaign))
    page(staff, url("province_rows", campaign, "people"), 404)
    page(staff, url("province_lock", campaign), 404)


def test_totals_by_section_with_how_many_told_and_who_is_missing(report, campaign, staff):
    shown = page(staff, url("province_report", campaign))
    for words in ("II. KẾT QUẢ", "<strong>400</strong> người", "<strong>20%</strong>", "2/3 đã báo cáo", "Xã Cường"):
        assert words in shown
    assert "chưa có số liệu" in shown
    assert url("province_rows", campaign, "people") in shown


def test_what_changed_since_is_told(report, campaign, communes, staff):
    assert "thay đổi" not in page(staff, url("province_report", campaign))
    send(campaign, communes[2])
    assert "Xã Cường đã nộp báo cáo." in page(staff, url("province_report", campaign))


def test_adding_up_is_a_job_that_leads_back(report, campaign, communes, staff):
    send(campaign, communes[2], people="5")
    response = client_of(staff).post(url("province_consolidate", campaign))
    job = Job.objects.get(kind="report.consolidate")
    assert response.url == reverse("jobs:detail", args=[job.pk])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.url == url("province_report", campaign)
    assert "<strong>405</strong>" in page(staff, job.url)


@pytest.mark.parametrize("format", ["pdf", "docx", "xlsx"])
def test_files_are_made_by_a_job_that_those_who_ask_share(format, report, campaign, viewer, staff):
    for who in (viewer, staff):
        assert client_of(who).post(url("province_file", campaign, format)).status_code == 302
    job = Job.objects.get(kind="report.province")
    jobs.run(job.pk)
    response = client_of(staff).get(reverse("jobs:file", args=[job.pk]))
    assert b"".join(response.streaming_content)[:2] in (b"%P", b"PK")
    assert client_of(staff).post(url("province_file", campaign, "odt")).status_code == 404


# Behind a figure -----------------------------------------------------------------------------------------------------


def names(shown: str) -> list[str]:
    return [name for name in shown.replace("<td>", "\n<td>").splitlines() if name.startswith("<td>Xã ")]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["An", "Bình", "Cường"]),
        ("?sap=giam", ["Bình", "An", "Cường"]),
        ("?sap=tang", ["An", "Bình", "Cường"]),
        ("?sap=la", ["An", "Bình", "Cường"]),
        ("?chua-nop=1", ["Cường"]),
    ],
)
def test_a_figure_opens_its_communes_in_the_order_asked_for(query, order, report, campaign, staff):
    shown = page(staff, url("province_rows", campaign, "people") + query)
    assert [row.split("Xã ")[1].split(" ")[0].split("<")[0] for row in names(shown)] == order


def test_a_rate_shows_both_its_numbers(report, campaign, staff):
    shown = page(staff, url("province_rows", campaign, "share"))
    for words in ("Số người làm được", "Số người được hướng dẫn", "50%", "10%", "20%", "Chưa nộp"):
        assert words in shown
    page(staff, url("province_rows", campaign, "nothing"), 404)


def test_texts_are_found_by_section_and_by_words_without_tone_marks(report, campaign, communes, staff):
    send(campaign, communes[2], proposals="<p>Cấp <b>kinh phí</b></p>")
    consolidation.consolidate(campaign=campaign)
    here = url("province_texts", campaign)
    assert "Thêm máy" in page(staff, here)
    found = page(staff, f"{here}?phan=proposals&tim=kinh+phi")
    assert "<b>kinh phí</b>" in found or "<strong>kinh phí</strong>" in found
    assert "Thêm máy" not in found
    assert "Xã Cường:\nCấp kinh phí" in found  # to copy
    assert "Không có nội dung nào" in page(staff, f"{here}?phan=results")


# The department's words, locking -------------------------------------------------------------------------------------


def test_words_are_written_shown_and_kept_when_somebody_was_faster(report, campaign, staff):
    here, client = url("province_words", campaign, "results"), client_of(staff)
    assert client.post(here, {"seen": "", "raw": "Dòng một\nDòng hai"}).status_code == 302
    assert "Dòng hai" in page(staff, url("province_report", campaign))
    refused = client.post(here, {"seen": "", "html": "<p>Của <b>tôi</b></p>", "raw": "Của tôi"})
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "Người khác vừa ghi: “Dòng một" in shown
    assert "Của tôi" in shown
    stored = ProvinceReport.objects.get().texts["results"]
    assert client.post(here, {"seen": stored, "html": "<p>Của <b>tôi</b></p>", "raw": "Của tôi"}).status_code == 302
    stored = ProvinceReport.objects.get().texts["results"]
    client.post(here, {"seen": stored, "raw": "Của tôi"})  # without the script, unchanged
    assert ProvinceReport.objects.get().texts["results"] == stored
    assert "tôi</" in stored
    page(staff, url("province_words", campaign, "nothing"), 404)


def test_locking_is_foretold_and_refuses_what_was_not_seen(report, campaign, communes, staff):
    here, client = url("province_lock", campaign), client_of(staff)
    seen = {"version": report.version, "sha256": report.sha256}
    foretold = client.post(here, seen).content.decode()
    assert "Chốt số liệu của 2/3 xã, phường, đặc khu." in foretold
    assert ProvinceReport.objects.get().state == ProvinceReportState.DRAFT
    send(campaign, communes[2])
    consolidation.consolidate(campaign=campaign)
    refused = client.post(here, seen | {"confirm": "1"})
    assert "Hãy xem lại rồi chốt lần nữa." in refused.content.decode()
    newer = ProvinceReport.objects.get()
    assert newer.sha256 in refused.content.decode()
    client.post(here, {"version": newer.version, "sha256": newer.sha256, "confirm": "1"})
    assert ProvinceReport.objects.get().state == ProvinceReportState.LOCKED
    shown = page(staff, url("province_report", campaign))
    assert "Đã chốt" in shown
    assert "lam-lai" not in shown
    again = client.post(url("province_consolidate", campaign))
    assert "đã chốt" in said(again)
    assert client.post(url("province_words", campaign, "results"), {"seen": "", "raw": "A"}).status_code == 422


# Bundles -------------------------------------------------------------------------------------------------------------


def test_a_bundle_is_asked_for_watched_and_fetched_by_all_of_the_department(report, campaign, staff, viewer, officer):
    response = client_of(viewer).post(url("bundle_ask", campaign), {"kind": "zip"})
    bundle = Bundle.objects.get()
    assert response.url == url("bundle", campaign, bundle.pk)
    assert "0/2 bản PDF" in page(viewer, response.url)
    assert 'hx-trigger="every 2s"' in page(viewer, f"{response.url}?poll=1")
    page(viewer, url("bundle_file", campaign, bundle.pk), 404)
    for job in Job.objects.filter(kind="report.pdf"):
        jobs.run(job.pk)
    jobs.run(Bundle.objects.get().job_id)
    shown = page(staff, f"{response.url}?poll=1")
    assert "Tải tệp Báo cáo các xã cv-4675.zip" in shown
    assert "hx-trigger" not in shown
    file = client_of(staff).get(url("bundle_file", campaign, bundle.pk))
    assert b"".join(file.streaming_content).startswith(b"PK")
    for address in (response.url, url("bundle_file", campaign, bundle.pk)):
        page(officer, address, 404)
    assert client_of(officer).post(url("bundle_ask", campaign), {"kind": "zip"}).status_code == 404


def test_a_failure_is_told_with_the_way_to_try_again(report, campaign, staff):
    client_of(staff).post(url("bundle_ask", campaign), {"kind": "merged"})
    bundle = Bundle.objects.get()
    Job.objects.filter(kind="report.pdf").update(
        state="failed", error="Thiếu phông chữ.", finished_at="2026-01-01T00:00Z"
    )
    shown = page(staff, url("bundle", campaign, bundle.pk))
    assert "Xã An: Thiếu phông chữ." in shown
    assert "Thử lại" in shown
    assert "hx-trigger" not in shown
    client_of(staff).post(url("bundle_ask", campaign), {"kind": "merged"})
    assert "Thử lại" not in page(staff, url("bundle", campaign, bundle.pk))
    assert client_of(staff).post(url("bundle_ask", campaign), {"kind": "rar"}).status_code == 404


def test_without_reports_the_page_says_so(campaign, communes, staff):
    assert "Chưa có xã nào nộp" in said(client_of(staff).post(url("bundle_ask", campaign), {"kind": "zip"}))


# Queries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_the_number_of_queries_does_not_grow_with_the_communes(address, report, campaign, hai_phong, staff):
    here, client = url(*address[:1], campaign, *address[1:]), client_of(staff)
    two = count_queries(client, here)
    for number in range(3):
        send(
            campaign,
            make_commune(f"8000{number}", f"Xã Dương {number}", "rural_commune", hai_phong),
            proposals="<p>A</p>",
        )
    consolidation.consolidate(campaign=campaign)
    assert count_queries(client, here) == two
