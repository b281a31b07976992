"""Real workers, and brokers that are away, for tests of what must survive them."""

import os
import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from cdt_portal.jobs import bell

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
