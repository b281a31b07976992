"""What the broker and the worker's processes may do to a job: be away, hang, die."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs import bell, services
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, job
from tests.jobs.conftest import make_job, until

pytestmark = pytest.mark.django_db(transaction=True)

REDIS = "import sys; from cdt_portal import embedded; embedded.start_redis(); print(embedded.celery_url(), flush=True)"


@pytest.fixture(params=["dead", "hung"])
def broker(request, tmp_path, monkeypatch):
    """A Redis that is not there, or one that takes connections and never answers."""
    place = tmp_path / "redis.sock"
    with socket.socket(socket.AF_UNIX) as server:
        if request.param == "hung":
            server.bind(str(place))
            server.listen()
        app = Celery("test", broker=f"redis+socket://{place}", set_as_current=False)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(bell, "current_app", app)
        yield
        for thread in threading.enumerate():
            if thread.name == "bell":
                thread.join()
        app.close()


def test_without_redis_a_job_is_taken_at_once_and_done_when_redis_is_back(broker, monkeypatch):
    job("test")(lambda work: Result("Xong."))
    before = time.monotonic()
    with transaction.atomic():
        row = make_job()
    assert time.monotonic() - before < 2
    assert services.sweep() == 0

    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert services.sweep() == 0  # the bell is not heard
    monkeypatch.setattr(bell, "send", lambda job_id: services.run(job_id) is None)
    assert services.sweep() == 1
    assert Job.objects.get(pk=row.pk).state == JobState.DONE


@pytest.fixture
def environment(tmp_path):
    """What a worker needs to serve this test's database, with a Redis of its own while the test lasts."""
    database = connection.settings_dict
    host, name = quote(database["HOST"], safe=""), database["NAME"]
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    variables = os.environ | {
        "CDT_DATA_DIR": str(tmp_path),
        "CDT_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{user}@/{name}?host={host}&port={database['PORT']}",
    }
    command = [sys.executable, "-c", f"{REDIS}; sys.stdin.read()"]
    with subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as redis:
        yield variables | {"REDIS_URL": redis.stdout.readline().strip()}
        redis.stdin.close()  # it leaves, and its server with it


@pytest.fixture
def start_worker(environment, tmp_path):
    """Call to have a worker with beat, in a process group of its own."""
    workers = []

    def start() -> subprocess.Popen:
        schedule = tmp_path / f"beat-{len(workers)}"
        options = ["--beat", "--schedule", str(schedule), "--concurrency", "1", "--include", "tests.jobs.slow_kind"]
        with (tmp_path / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", "celery", "--app", "cdt_portal", "worker", *options]
            workers.append(
                subprocess.Popen(
                    command,
                    env=environment,
                    cwd=settings.BASE_DIR,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        return workers[-1]

    yield start
    for worker in workers:
        kill_group(worker)
        worker.wait()


def kill_group(worker: subprocess.Popen) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)


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
