"""An officer's file on its way through a real worker, which dies in the middle; and without a broker at all."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from cdt_portal.jobs import bell, services
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from teams.enums import ImportState
from teams.models import Member, RosterImport, Team
from tests.conftest import client_of
from tests.jobs.conftest import until
from tests.jobs.workers import kill_group
from tests.teams.imports.conftest import members
from tests.teams.imports.test_apply import PEOPLE
from tests.teams.imports.test_views import run_jobs, upload, url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker_files(settings, tmp_path):
    """Where the worker of `start_worker` looks for kept files."""
    settings.MEDIA_ROOT = tmp_path / "files"


def job_of(kind: str) -> Job:
    return Job.objects.get(kind=kind)


def written_once(cat_hai) -> bool:
    return len(members(cat_hai)) == Member.objects.count() == 4 and Team.objects.count() == 2


@contextmanager
def register_held() -> Iterator[None]:
    """Somebody else's open transaction that an apply of this import must wait for, in the midst of its own."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        other.cursor().execute("LOCK teams_member IN SHARE ROW EXCLUSIVE MODE")
        yield
    finally:
        other.rollback()
        other.close()


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'teams_member'::regclass)")
        return cursor.fetchone()[0]


def opened_for_a_reader(fifo: Path) -> int | None:
    """The writing end once somebody holds the reading end."""
    try:
        return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


@pytest.mark.long
def test_a_worker_killed_while_it_reads_is_followed_by_one_that_reads_the_file(
    villages, cat_hai, officer, workbook, worker_files, start_worker, tmp_path
):
    client = client_of(officer)
    path = workbook(PEOPLE)
    upload(client, path, cat_hai.pk)
    kept = Path(RosterImport.objects.get().file.path)
    kept.unlink()
    os.mkfifo(kept)  # who reads it waits for what we write
    worker, pipes = start_worker(), []
    until(lambda: pipes.append(opened_for_a_reader(kept)) or pipes[-1] is not None)
    kill_group(worker)
    worker.wait()
    os.close(pipes[-1])
    kept.unlink()
    shutil.copy(path, kept)
    assert not RosterImport.objects.get().rows.exists()

    start_worker()
    until(lambda: job_of("roster.rehearse").state == JobState.DONE)
    roster_import = RosterImport.objects.get()
    assert job_of("roster.rehearse").attempts == 2
    assert (roster_import.state, roster_import.rows.count()) == (ImportState.REHEARSED, 4)


@pytest.mark.long
def test_a_worker_killed_while_it_writes_has_written_nothing_and_the_next_writes_once(
    villages, cat_hai, officer, workbook, worker_files, start_worker
):
    client = client_of(officer)
    upload(client, workbook(PEOPLE), cat_hai.pk)
    run_jobs()
    with register_held():
        client.post(url("import_confirm", RosterImport.objects.get()))
        worker = start_worker()
        until(is_waited_for)  # its teams and decisions are written, its members are not
        kill_group(worker)
        worker.wait()
    assert not Member.objects.exists() and not Team.objects.exists()

    start_worker()
    until(lambda: job_of("roster.apply").state == JobState.DONE)
    assert RosterImport.objects.get().state == ImportState.APPLIED and written_once(cat_hai)


def test_without_redis_files_are_taken_at_once_and_written_when_it_is_back(
    broker, villages, cat_hai, officer, workbook, monkeypatch
):
    client = client_of(officer)
    before = time.monotonic()
    upload(client, workbook(PEOPLE), cat_hai.pk)
    roster_import = RosterImport.objects.get()
    assert "Đang đọc tệp" in client.get(url("import", roster_import)).text
    assert time.monotonic() - before < 2
    Job.objects.update(created_at=timezone.now() - 2 * services.BELL_GRACE)
    assert services.sweep() == 0  # nobody hears the bell

    monkeypatch.setattr(bell, "send", lambda job_id: services.run(job_id) is None)
    assert services.sweep() == 1
    heard = []
    monkeypatch.setattr(bell, "ring", heard.append)
    client.post(url("import_confirm", roster_import))
    for job_id in heard:  # by a worker, not by the request
        services.run(job_id)
    assert written_once(cat_hai)
