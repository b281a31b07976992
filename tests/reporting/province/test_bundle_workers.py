"""Real workers share the papers of a bundle; one is killed in the middle of them."""

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from cdt_portal.jobs import bell
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from reporting.enums import BundleKind
from reporting.models import Bundle, ReportSnapshot
from reporting.services.bundles import ask_bundle, progress_of
from tests.jobs.conftest import until
from tests.jobs.workers import environment, kill_group, start_worker  # noqa: F401  fixtures
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import make_campaign


@pytest.fixture
def bundle(papers, transactional_db, hai_phong, staff, monkeypatch) -> Bundle:
    monkeypatch.setattr(bell, "ring", lambda job_id: None)  # the workers' own sweeper finds what is to be done
    campaign = make_campaign(hai_phong)
    for commune in make_communes(hai_phong, *(f"Xã số {number:03}" for number in range(papers))):
        send(campaign, commune, people="1440")
    return ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=staff)


def held_at_work(*workers: subprocess.Popen) -> bool:
    """Stop the workers; whether each has a paper in hand, so that a kill hits work. Otherwise they go on."""
    for worker in workers:
        os.killpg(worker.pid, signal.SIGSTOP)
    time.sleep(0.2)  # what they told the database last has arrived
    if Job.objects.filter(kind="report.pdf", state=JobState.RUNNING).count() == len(workers):
        return True
    for worker in workers:
        os.killpg(worker.pid, signal.SIGCONT)
    time.sleep(0.3)  # one may be starting still
    return False


@pytest.mark.parametrize("papers", [24, pytest.param(166, marks=pytest.mark.long)])
def test_a_worker_that_is_killed_leaves_no_paper_out_and_makes_none_twice(
    papers,
    bundle,
    start_worker,  # noqa: F811
    settings,
    tmp_path,
):
    settings.MEDIA_ROOT = tmp_path / "files"  # where the workers keep them
    victim, other = start_worker(), start_worker()
    until(lambda: progress_of(bundle).made >= 3)
    until(lambda: held_at_work(victim, other))
    kill_group(victim)
    os.killpg(other.pid, signal.SIGCONT)
    left = papers - progress_of(bundle).made
    assert left > 0
    start_worker()
    done = Job.objects.filter(kind="report.bundle", state=JobState.DONE)
    until(done.exists, seconds=60 + left)

    for snapshot in ReportSnapshot.objects.all():
        assert hashlib.sha256(Path(snapshot.pdf.path).read_bytes()).hexdigest() == snapshot.pdf_sha256
    assert len(list((tmp_path / "files" / "reports" / "pdf").rglob("*.pdf"))) == papers
    assert Job.objects.filter(kind="report.pdf", state=JobState.DONE).count() == papers
    assert Job.objects.filter(kind="report.pdf", attempts__gt=1).exists()  # the one whose worker was killed
    made = Job.objects.get(kind="report.bundle")
    with ZipFile(made.file.path) as archive:
        assert len(set(archive.namelist())) == papers
        assert archive.testzip() is None
