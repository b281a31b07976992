"""What a report's page says of its receipt, its figures' origins and the day until which it can be sent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.lib.periods import due_after, spell_deadline
from reporting.models import Report, ReportSnapshot
from reporting.services import reports as services
from reporting.services.snapshots import pdf_job
from tests.conftest import client_of
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_report, make_version, ready

pytestmark = pytest.mark.django_db


def url(name: str, report: Report) -> str:
    return reverse(f"reporting:{name}", args=[report.pk])


def text(response) -> str:
    return response.content.decode()


def test_the_receipt_asks_again_until_its_pdf_is_there_or_can_not_be(report, officer):
    client, asks = client_of(officer), f'hx-get="{url("report", report)}" hx-select=".receipt" hx-trigger="every 2s"'
    client.post(url("report_submit", ready(report, officer)))
    waiting = text(client.get(url("report", report)))
    assert "Đang tạo…" in waiting and asks in waiting
    Job.objects.update(state=JobState.FAILED, error="Hết chỗ trên đĩa.", finished_at=timezone.now())
    failed = text(client.get(url("report", report)))
    assert "Chưa tạo được: Hết chỗ trên đĩa." in failed and asks not in failed
    ReportSnapshot.objects.update(pdf="a.pdf", pdf_sha256="ab" * 32)
    made = text(client.get(url("report", report)))
    assert "ab" * 32 in made and asks not in made


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("register.villages", "danh sách tổ"),
        ("teams.households", "số liệu các tổ"),
        ("training.classes", "mục Tập huấn"),
    ],
)
def test_a_figure_that_was_written_over_says_what_it_differs_from(source, origin, hai_phong, cat_hai, officer):
    sections = [{"code": "a", "heading": "I. KẾT QUẢ", "level": 1, "indicators": []}]
    sections[0]["indicators"] = [{"code": "count", "label": "Số", "kind": "number", "source": source}]
    form = SMALL_FORM | {"sections": sections, "checks": []}
    report = make_report(make_campaign(hai_phong, version=make_version(form)), cat_hai)
    services.save_answer(report=report, code="count", raw="7", note="Vì sao", version=0, by=officer)
    page = text(client_of(officer).get(url("report", report)))
    assert f"Lý do khác với {origin}</label>" in page
    assert f"Dùng lại số của {origin}</button>" in page


def test_a_pdf_that_is_drawn_while_the_page_is_made_has_not_failed(report, officer):
    snapshot = services.submit(report=ready(report, officer), by=officer).snapshots.get()
    ReportSnapshot.objects.update(pdf="a.pdf", pdf_sha256="ab" * 32)
    Job.objects.update(state=JobState.DONE, finished_at=timezone.now())
    assert pdf_job(snapshot) is None
    assert snapshot.pdf_sha256 == "ab" * 32


def test_a_reopened_report_says_until_when_it_can_be_sent(report, officer, staff):
    until, told = due_after(timezone.localdate() + timedelta(days=3)), "Mở lại, nộp được: <strong>"
    services.submit(report=ready(report, officer), by=officer)
    assert told not in text(client_of(officer).get(url("report", report)))
    services.accept(report=report, by=staff)
    services.reopen(report=report, by=staff, until=until, note="Sửa.")
    for page in (url("report", report), reverse("reporting:home")):
        assert f"{told}{spell_deadline(until)}" in text(client_of(officer).get(page))
    services.submit(report=report, by=officer)
    again = text(client_of(staff).get(reverse("reporting:review", args=[report.pk])))
    assert "khác gì lần trước</a>" in again
