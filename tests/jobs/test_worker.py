"""What the broker and the worker's processes may do to a job: be away, hang, die."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs import services
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, job
from tests.jobs.conftest import make_job, until
from tests.jobs.workers import kill_group

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_redis_a_job_is_taken_at_once_and_done_when_redis_is_back(broker, monkeypatch):
    job("test")(lambda work: Result("Xong."))
    before = time.monotonic()
    with transaction.atomic():
        row = make_job()
    assert time.monotonic() - before < 2
    assert services.sweep() == 0

    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert services.sweep() == 0  # the bell is not heard
    monkeypatch.setattr("cdt_portal.jobs.bell.send", lambda job_id: services.run(job_id) is None)
    assert services.sweep() == 1
    assert Job.objects.get(pk=row.pk).state == JobState.DONE


def begun(diary: Path) -> list[int]:
    """Process ids of the attempts so far."""
    return [int(line) for line in diary.read_text().splitlines()] if diary.exists() else []


@pytest.mark.long
@pytest.mark.parametrize("victim", ["the whole worker", "the process at work"])
def test_a_job_whose_worker_is_killed_is_done_once(victim, rung, start_worker, tmp_path):
    diary = tmp_path / "diary"
    worker = start_worker()
    row = make_job(kind="slow", args={"diary": str(diary)})
    until(lambda: len(begun(diary)) == 1)

    if victim == "the whole worker":
        kill_group(worker)
        start_worker()
    else:
        os.kill(begun(diary)[0], signal.SIGKILL)

    until(lambda: Job.objects.get(pk=row.pk).state == JobState.DONE)
    row = Job.objects.get(pk=row.pk)
    assert (row.attempts, row.message) == (2, "Xong ở lần 2.")
    assert len(begun(diary)) == 2  # the work did begin twice
    assert [user.username for user in User.objects.all()] == ["lan-2"]
