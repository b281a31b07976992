"""What a commune submitted can not be changed any more, by nobody; its PDF is added once."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from reporting.enums import ReportState
from reporting.models import Report, ReportSnapshot
from reporting.queries.figures import frozen_figures
from reporting.services import rendering
from reporting.services.rendering import report_bytes, store_pdf
from reporting.services.snapshots import checksum, freeze
from tests.reporting.figures.makers import CUT_OFF
from tests.reporting.figures.makers import write as answer


@pytest.fixture
def snapshot(report, officer, teams) -> ReportSnapshot:
    answer(report, people=1440)
    return freeze(report=report, by=officer)


@pytest.fixture
def drawn(monkeypatch) -> list:
    """The commune names that were drawn; the file is a few bytes."""
    calls: list = []
    monkeypatch.setitem(rendering.WRITERS, "pdf", lambda figures: calls.append(figures.commune) or b"%PDF-1.7 draft")
    monkeypatch.setattr(rendering, "_pdf", lambda figures: calls.append(figures.commune) or b"%PDF-1.7 frozen")
    return calls


def test_a_snapshot_holds_everything_under_one_checksum(snapshot, report):
    snapshot.refresh_from_db()
    assert (snapshot.number, snapshot.as_of) == (1, CUT_OFF)
    assert snapshot.sha256 == checksum(snapshot.content, snapshot.roster)
    assert len(snapshot.roster) == 3
    assert "roster" not in snapshot.content
    assert snapshot.sha256 != checksum(snapshot.content, snapshot.roster[1:])
    assert frozen_figures(snapshot).line("people").value == 1440


def test_the_second_submission_is_the_second_snapshot(snapshot, report, officer):
    assert freeze(report=report, by=officer).number == 2
    assert [each.number for each in report.snapshots.all()] == [2, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}},
        {"roster": []},
        {"sha256": "0" * 64},
        {"number": 9},
        {"as_of": "2026-01-01"},
        {"made_at": "2026-01-01T00:00:00Z"},
        {"pdf": "", "pdf_sha256": "0" * 64, "content": {"commune": "khác"}},
    ],
)
def test_the_database_refuses_every_change(snapshot, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportSnapshot.objects.filter(pk=snapshot.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportSnapshot.objects.filter(pk=snapshot.pk)._raw_delete("default")
    assert ReportSnapshot.objects.filter(pk=snapshot.pk, sha256=snapshot.sha256).exists()


def test_the_pdf_is_added_once_and_never_replaced(snapshot):
    rows = ReportSnapshot.objects.filter(pk=snapshot.pk)
    assert rows.update(pdf="reports/pdf/1.pdf", pdf_sha256="1" * 64) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(pdf="reports/pdf/2.pdf", pdf_sha256="2" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(pdf="", pdf_sha256="")
    assert rows.get().pdf_sha256 == "1" * 64


def test_freezing_asks_for_the_pdf_which_is_drawn_once(snapshot, report, officer, drawn):
    job = Job.objects.get(kind="report.pdf")
    assert (job.key, job.args) == (f"report.pdf:{snapshot.pk}", {"snapshot": snapshot.pk})
    assert (job.owner, job.province_code, job.commune_code) == (officer, "31", "11914")
    first = store_pdf(snapshot.pk)
    assert store_pdf(snapshot.pk).pdf.name == first.pdf.name
    assert drawn == ["Đặc khu Cát Hải"]
    assert Path(first.pdf.path).read_bytes() == b"%PDF-1.7 frozen"
    assert first.pdf_sha256 == ReportSnapshot.objects.get().pdf_sha256 != ""


def test_a_run_that_was_taken_back_leaves_no_second_file(snapshot, drawn):
    with transaction.atomic():
        first = store_pdf(snapshot.pk).pdf
        transaction.set_rollback(True)
    again = store_pdf(snapshot.pk).pdf
    assert again.name == first.name
    assert [path.name for path in Path(again.path).parent.glob(f"{snapshot.pk}*")] == [f"{snapshot.pk}.pdf"]


@pytest.mark.django_db(transaction=True)
def test_the_job_draws_it(snapshot, drawn):
    job = Job.objects.get(kind="report.pdf")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "Đã tạo bản PDF của lần nộp 1.")
    assert ReportSnapshot.objects.get().pdf_sha256


def test_a_sent_report_is_the_stored_file_and_a_draft_says_that_it_is_one(snapshot, report, drawn):
    store_pdf(snapshot.pk)
    data, name = report_bytes(report, "pdf")
    assert (data, name) == (b"%PDF-1.7 draft", "DỰ THẢO Báo cáo cv-4675 – Đặc khu Cát Hải.pdf")
    Report.objects.update(state=ReportState.SUBMITTED)
    report.refresh_from_db()
    data, name = report_bytes(report, "pdf")
    assert (data, name) == (b"%PDF-1.7 frozen", "Báo cáo cv-4675 – Đặc khu Cát Hải.pdf")
    assert len(drawn) == 2


def test_a_returned_report_is_a_draft_again(snapshot, report, drawn):
    Report.objects.update(state=ReportState.RETURNED)
    report.refresh_from_db()
    assert report_bytes(report, "pdf")[1].startswith("DỰ THẢO")
    assert ContentFile(report_bytes(report, "pdf")[0]).read() == b"%PDF-1.7 draft"
