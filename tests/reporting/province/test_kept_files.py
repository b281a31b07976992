"""A locked report's files are drawn once, by a job, and are the same bytes ever after."""

import hashlib
from datetime import timedelta

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from reporting.models import Campaign, ProvinceFile, ProvinceReport
from reporting.services import consolidation, province_rendering
from reporting.services.province_rendering import keep_file, kept_files, province_bytes
from tests.conftest import client_of

pytestmark = pytest.mark.django_db

FORMATS = ["pdf", "docx", "xlsx"]


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """The formats that were drawn; each time the file is another one."""
    calls: list[str] = []

    def writer(format: str):
        return lambda report, definition: calls.append(format) or f"{format} {len(calls)}".encode()

    for format in FORMATS:
        monkeypatch.setitem(province_rendering.WRITERS, format, writer(format))
    return calls


@pytest.fixture
def locked(sent, campaign, staff, drawn) -> ProvinceReport:
    consolidation.consolidate(campaign=campaign)
    seen = ProvinceReport.objects.get()
    return consolidation.lock_province(campaign=campaign, version=seen.version, sha256=seen.sha256, by=staff)


def run_job() -> Job:
    job = Job.objects.get(kind="report.province_kept")
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def fetch(user, campaign: Campaign, format: str) -> bytes:
    response = client_of(user).get(reverse("reporting:province_kept", args=[campaign.pk, format]))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def page(user, campaign: Campaign) -> str:
    return client_of(user).get(reverse("reporting:province_report", args=[campaign.pk])).content.decode()


def test_they_are_drawn_after_the_lock_and_served_as_they_were_made(locked, campaign, staff, drawn):
    shown = page(staff, campaign)
    assert "Đang tạo các tệp của báo cáo đã chốt…" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert drawn == []
    missing = client_of(staff).get(reverse("reporting:province_kept", args=[campaign.pk, "pdf"]))
    assert missing.status_code == 404
    assert run_job().state == JobState.DONE
    assert drawn == FORMATS
    first = {format: fetch(staff, campaign, format) for format in FORMATS}
    assert first == {"pdf": b"pdf 1", "docx": b"docx 2", "xlsx": b"xlsx 3"}
    sums = dict(ProvinceFile.objects.values_list("format", "sha256"))
    assert sums == {format: hashlib.sha256(data).hexdigest() for format, data in first.items()}
    run_job()
    assert {format: province_bytes(locked, format)[0] for format in FORMATS} == first
    assert drawn == FORMATS
    shown = page(staff, campaign)
    assert "Đang tạo" not in shown
    assert "hx-trigger" not in shown
    assert shown.count("Báo cáo tổng hợp đã chốt, ") == 3


def test_a_job_that_ends_between_two_looks_has_not_failed(locked):
    """The files may come, and the job end, at any moment between the queries of a page."""
    looked = []

    def end_after_the_first(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not looked:
            looked.append(sql)
            run_job()
        return answer

    with connection.execute_wrapper(end_after_the_first):
        kept = kept_files(locked)
    assert looked and (kept.is_waiting or list(kept.made) == FORMATS)


def test_of_a_draft_nothing_is_kept(sent, campaign, staff, drawn):
    consolidation.consolidate(campaign=campaign)
    report = ProvinceReport.objects.get()
    assert [province_bytes(report, "pdf")[0] for _ in range(2)] == [b"pdf 1", b"pdf 2"]
    assert not ProvinceFile.objects.exists()
    assert client_of(staff).get(reverse("reporting:province_kept", args=[campaign.pk, "pdf"])).status_code == 404


def test_what_failed_is_told_and_made_again_by_the_same_job_for_all(locked, campaign, staff, viewer):
    Job.objects.update(state=JobState.FAILED, error="Thiếu phông chữ.", finished_at=timezone.now())
    shown = page(viewer, campaign)
    assert "Chưa tạo được đủ các tệp của báo cáo đã chốt: Thiếu phông chữ." in shown
    assert "hx-trigger" not in shown
    again = reverse("reporting:province_file", args=[campaign.pk, "pdf"])
    for user in (viewer, staff):
        assert client_of(user).post(again).url == reverse("reporting:province_report", args=[campaign.pk])
    assert "Đang tạo" in page(viewer, campaign)
    waiting = Job.objects.get(kind="report.province_kept", state=JobState.QUEUED)
    jobs.run(waiting.pk)
    assert len(kept_files(locked).made) == 3


def test_a_run_that_was_rolled_back_leaves_no_second_file(locked, tmp_path):
    with transaction.atomic():
        keep_file(locked, "pdf")
        transaction.set_rollback(True)
    assert keep_file(locked, "pdf").file.name.endswith(f"/{locked.pk}.pdf")
    assert len(list((tmp_path / "media" / "reports" / "province").rglob("*.pdf"))) == 1


def test_the_database_refuses_to_change_or_remove_what_is_kept(locked):
    files = ProvinceFile.objects.filter(pk=keep_file(locked, "pdf").pk)
    for change in (lambda: files.update(sha256="0" * 64), lambda: files.update(file="a.pdf"), files.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pgtrigger.ignore("reporting.ProvinceFile:kept"):
        assert files.update(sha256="0" * 64) == 1


@pytest.mark.parametrize("change", [{"content": {}}, {"sha256": "0" * 64}, {"texts": {"results": "<p>A</p>"}}])
def test_the_database_refuses_to_change_a_locked_report(change, locked):
    reports = ProvinceReport.objects.filter(pk=locked.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        reports.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        reports.update(state="draft", locked_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        reports.delete()
    with pgtrigger.ignore("reporting.ProvinceReport:locked"):
        assert reports.update(**change) == 1


def test_a_draft_may_change(sent, campaign):
    consolidation.consolidate(campaign=campaign)
    assert ProvinceReport.objects.update(consolidated_at=timezone.now() - timedelta(days=1)) == 1
