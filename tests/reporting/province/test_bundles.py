"""All communes' PDFs in one file: several workers make them, the last one asks for the file, once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from pypdf import PdfReader, PdfWriter

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from reporting.enums import BundleKind
from reporting.models import Bundle, ReportSnapshot
from reporting.services import bundles, rendering
from reporting.services.bundles import ask_bundle, progress_of
from tests.conftest import make_user
from tests.reporting.province.makers import make_communes, send, snapshot_of
from tests.reporting.reports.makers import make_campaign, make_report


def one_page(text: str) -> bytes:
    writer, target = PdfWriter(), BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": text})
    writer.write(target)
    return target.getvalue()


@pytest.fixture(autouse=True)
def drawn(monkeypatch) -> list[str]:
    """The communes whose PDF was drawn; each is one blank page."""
    calls: list[str] = []
    monkeypatch.setattr(rendering, "_pdf", lambda figures: calls.append(figures.commune) or one_page(figures.commune))
    return calls


def pdf_jobs() -> list[Job]:
    return list(Job.objects.filter(kind="report.pdf", state=JobState.QUEUED).order_by("created_at"))


def run_all() -> None:
    """As one worker would, until nothing waits."""
    while waiting := list(Job.objects.filter(state=JobState.QUEUED).order_by("created_at")):
        for job in waiting:
            jobs.run(job.pk)


def content(bundle: Bundle) -> bytes:
    bundle = Bundle.objects.get(pk=bundle.pk)
    with bundle.job.file.open() as file:
        return file.read()


@pytest.mark.django_db
class TestAsking:
    def test_a_zip_has_each_communes_paper_by_name(self, sent, campaign, staff):
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        assert progress_of(bundle) == bundles.Progress(0, 2, ())
        run_all()
        with ZipFile(BytesIO(content(bundle))) as archive:
            assert archive.namelist() == ["001 Xã An.pdf", "002 Xã Bình.pdf"]
            assert PdfReader(BytesIO(archive.read("002 Xã Bình.pdf"))).metadata.title == "Xã Bình"
        assert progress_of(bundle) == bundles.Progress(2, 2, ())
        assert Bundle.objects.get().job.filename == "Báo cáo các xã cv-4675.zip"

    def test_one_pdf_has_a_bookmark_for_each_commune(self, sent, campaign, staff):
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.MERGED, by=staff)
        run_all()
        merged = PdfReader(BytesIO(content(bundle)))
        assert [(each.title, merged.get_destination_page_number(each)) for each in merged.outline] == [
            ("Xã An", 0),
            ("Xã Bình", 1),
        ]

    def test_two_who_ask_for_the_same_share_it_and_another_kind_is_another(self, sent, campaign, staff, viewer):
        first = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        assert ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=viewer) == first
        assert ask_bundle(campaign=campaign, kind=BundleKind.MERGED, by=viewer) != first
        run_all()
        assert Job.objects.filter(kind="report.bundle").count() == 2
        assert ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=viewer).job.state == JobState.DONE
        assert Job.objects.filter(kind="report.bundle").count() == 2  # what is there is not made again

    def test_another_submission_makes_another_bundle(self, sent, campaign, communes, staff):
        first = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        send(campaign, communes[2])
        second = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        assert (len(first.snapshots), len(second.snapshots)) == (2, 3)

    def test_without_a_report_there_is_nothing_to_ask_for(self, campaign, communes, staff):
        make_report(campaign, communes[0])
        with pytest.raises(ValidationError, match="Chưa có xã nào nộp"):
            ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)

    def test_when_all_pdfs_are_there_it_begins_at_once(self, sent, campaign, staff):
        run_all()
        assert ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff).job.state == JobState.QUEUED

    def test_a_pdf_that_failed_is_told_and_made_when_asked_again(self, sent, campaign, staff, drawn, monkeypatch):
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        broken = snapshot_of(sent[0])
        store = rendering.store_pdf

        def store_or_fail(snapshot_id: int):
            if snapshot_id == broken.pk:
                raise jobs.JobFailed("Thiếu phông chữ.")
            return store(snapshot_id)

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr("reporting.tasks.store_pdf", store_or_fail)
            run_all()
        progress = progress_of(bundle)
        assert (progress.failed, progress.is_stuck) == ((("Xã An", "Thiếu phông chữ."),), True)
        assert Bundle.objects.get().job is None

        again = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        assert (again, progress_of(again).failed) == (bundle, ())
        run_all()
        assert drawn == ["Xã Bình", "Xã An"]
        assert Bundle.objects.get().job.state == JobState.DONE

    def test_a_file_that_has_gone_is_made_again(self, sent, campaign, staff):
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        run_all()
        Job.objects.filter(kind="report.bundle").update(file="")
        assert ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff).job.state == JobState.QUEUED
        assert bundle.pk == Bundle.objects.get().pk

    def test_a_worker_that_dies_in_the_middle_leaves_no_pdf_out_and_makes_none_twice(
        self, sent, campaign, communes, staff, drawn, monkeypatch
    ):
        send(campaign, communes[2])
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        first, killed, last = pdf_jobs()
        jobs.run(first.pk)
        with monkeypatch.context() as dying:  # after the drawing, before its transaction ends
            dying.setattr(bundles, "pdf_made", lambda snapshot: 1 / 0)
            jobs.run(killed.pk)
        assert progress_of(bundle).made == 1
        jobs.run(last.pk)
        assert Job.objects.filter(kind="report.bundle").count() == 0
        run_all()
        assert Counter(drawn) == {"Xã An": 1, "Xã Bình": 2, "Xã Cường": 1}  # drawn again, kept once
        assert not ReportSnapshot.objects.filter(pdf_sha256="").exists()
        assert Job.objects.filter(kind="report.bundle").count() == 1
        with ZipFile(BytesIO(content(bundle))) as archive:
            assert len(archive.namelist()) == 3


# At once -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_waiting(transactional_db, hai_phong, staff):
    """A bundle whose two PDFs are not made yet, and their jobs."""
    campaign = make_campaign(hai_phong)
    for commune in make_communes(hai_phong, "Xã An", "Xã Bình"):
        send(campaign, commune)
    return ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff), pdf_jobs()


def both_at_once(waiting: list[Job], monkeypatch) -> None:
    """Both PDFs are made, in two connections, before either is written."""
    meet, count = Barrier(2), bundles.pdf_made

    def count_together(snapshot: ReportSnapshot) -> None:
        meet.wait(timeout=30)
        count(snapshot)

    def work(job: Job) -> None:
        try:
            jobs.run(job.pk)
        finally:
            connection.close()

    monkeypatch.setattr(bundles, "pdf_made", count_together)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, waiting))


def test_of_two_last_pdfs_at_once_one_asks_for_the_bundle(two_waiting, monkeypatch):
    bundle, waiting = two_waiting
    both_at_once(waiting, monkeypatch)
    assert progress_of(bundle).made == 2
    assert Job.objects.filter(kind="report.bundle").count() == 1
    assert Bundle.objects.get().job is not None


def test_without_the_lock_neither_sees_the_others_pdf_and_nobody_asks(two_waiting, monkeypatch):
    """The control: both count before either has written."""
    bundle, waiting = two_waiting
    meet, start = Barrier(2), bundles._start_when_complete

    def start_together(bundle: Bundle, by) -> None:
        start(bundle, by)
        meet.wait(timeout=30)

    monkeypatch.setattr(bundles, "_held", lambda key: Bundle.objects.get(key=key))
    monkeypatch.setattr(bundles, "_start_when_complete", start_together)
    both_at_once(waiting, monkeypatch)
    assert progress_of(bundle).made == 2
    assert Job.objects.filter(kind="report.bundle").count() == 0


def test_a_pdf_that_is_finished_while_somebody_asks_is_not_missed(transactional_db, hai_phong, staff, monkeypatch):
    """The one who asks waits for the snapshot's row, which the PDF's job holds; else neither would see the other."""
    campaign = make_campaign(hai_phong)
    send(campaign, make_communes(hai_phong, "Xã An")[0])
    drawn, asked = Barrier(2), bundles.pdf_made

    def made(snapshot: ReportSnapshot) -> None:
        asked(snapshot)  # no bundle yet
        drawn.wait(timeout=30)

    def work() -> None:
        try:
            jobs.run(pdf_jobs()[0].pk)
        finally:
            connection.close()

    monkeypatch.setattr(bundles, "pdf_made", made)
    with ThreadPoolExecutor(1) as threads:
        worker = threads.submit(work)
        drawn.wait(timeout=30)
        bundle = ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)
        worker.result()
    assert bundle.job is not None


def test_many_who_ask_at_once_share_one_bundle(transactional_db, hai_phong, staff):
    campaign = make_campaign(hai_phong)
    for commune in make_communes(hai_phong, "Xã An", "Xã Bình"):
        send(campaign, commune)
    people = [staff, *(make_user(f"so.{number}", "department_staff", province=hai_phong) for number in range(3))]

    def ask(by) -> int:
        try:
            return ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=by).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, people))) == 1
    assert Job.objects.filter(kind="report.pdf").count() == 2
    run_all()
    assert Job.objects.filter(kind="report.bundle").count() == 1
