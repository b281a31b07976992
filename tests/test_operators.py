"""What operators are told, and strangers are not: health by part, figures for Prometheus."""

import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from cdt_portal import health, metrics
from cdt_portal.jobs import heartbeats
from cdt_portal.jobs.models import Heartbeat
from tests.jobs.conftest import make_job
from tests.processes import environment

STRANGERS = [
    {"REMOTE_ADDR": "10.1.2.3"},
    {"REMOTE_ADDR": "127.0.0.1", "headers": {"X-Forwarded-For": "10.1.2.3"}},  # through a proxy on this machine
    {"REMOTE_ADDR": "127.0.0.1", "headers": {"X-Forwarded-Proto": "https"}},
    {"REMOTE_ADDR": "", "headers": {}},
    {"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": "Bearer "}},
    {"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": "Bearer khac"}},
]
OPERATORS = [
    {"REMOTE_ADDR": "127.0.0.1"},
    {"REMOTE_ADDR": "::1"},
    {"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": "Bearer bi-mat"}},
]


@pytest.fixture
def token(settings) -> None:
    settings.OPERATOR_TOKEN = "bi-mat"


@pytest.fixture
def well(monkeypatch) -> None:
    """Every part is well, without being asked; a busy machine may take its time."""
    monkeypatch.setattr(health, "LIMIT_SECONDS", 60)
    monkeypatch.setattr(health, "PARTS", {name: lambda: "trả lời" for name in health.PARTS})


def test_life_is_told_without_asking_anybody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz").text == "ok"


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_learn_only_whether_all_is_well(client, db, well, token, who):
    assert client.get("/readyz", **who).json() == {"ok": True}
    assert client.get("/metrics", **who).status_code == 404


@pytest.mark.parametrize("who", STRANGERS[-2:])
def test_without_a_token_set_no_token_opens(client, db, well, who):
    assert client.get("/readyz", **who).json() == {"ok": True}


@pytest.mark.parametrize("who", OPERATORS)
def test_operators_are_told_each_part(client, db, well, token, who):
    answer = client.get("/readyz", **who).json()
    assert list(answer["parts"]) == ["database", "broker", "worker", "beat", "disk", "backup"]
    assert answer["parts"]["disk"] == {"ok": True, "said": "trả lời"}
    assert client.get("/metrics", **who).status_code == 200


@pytest.mark.parametrize("part", health.PARTS)
def test_one_part_that_is_not_well_makes_it_503(client, db, well, monkeypatch, part):
    def trouble() -> str:
        raise health.NotWell("hỏng")

    monkeypatch.setitem(health.PARTS, part, trouble)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, said in answer.json()["parts"].items() if not said["ok"]] == [part]
    assert client.get("/readyz", {"part": part}).status_code == 503
    assert client.get("/readyz", {"part": next(name for name in health.PARTS if name != part)}).status_code == 200


def test_a_part_that_hangs_is_not_waited_for(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(health, "PARTS", {"hung": lambda: str(over.wait()), "quick": lambda: "trả lời"})
    found = health.examine(health.PARTS)
    over.set()
    assert found["hung"] == health.Finding(False, "không trả lời trong 1 giây")
    assert found["quick"].ok


def test_a_part_that_fails_unforeseen_tells_its_kind_alone(monkeypatch):
    monkeypatch.setattr(health, "PARTS", {"odd": lambda: int("A 0912345601")})
    assert health.examine(["odd"]) == {"odd": health.Finding(False, "ValueError")}


def test_an_unknown_part_is_not_found(client, db):
    assert client.get("/readyz", {"part": "khac"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_parts_themselves(client, settings, tmp_path, monkeypatch):
    """The database answers, nobody else is there; then all of them were seen a moment ago."""
    settings.BACKUP_DIR = str(tmp_path)
    monkeypatch.setattr(health, "LIMIT_SECONDS", 60)
    monkeypatch.setattr("cdt_portal.jobs.bell.reach", lambda timeout: None)
    parts = client.get("/readyz").json()["parts"]
    assert {name for name, part in parts.items() if part["ok"]} == {"database", "broker", "disk"}
    for name in (heartbeats.own_name("worker"), heartbeats.own_name("beat"), heartbeats.BACKUP):
        heartbeats.beat(name)
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health, "FREE_BYTES", 1 << 62)
    assert not client.get("/readyz").json()["parts"]["disk"]["ok"]


@pytest.mark.parametrize("seconds", [30, 90])
def test_who_was_not_seen_for_a_minute_is_not_alive(db, seconds):
    at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.create(name=heartbeats.own_name("worker"), at=at)
    Heartbeat.objects.create(name="worker@khac", at=at - timedelta(days=1))
    Heartbeat.objects.create(name="worker-khac@a", at=timezone.now())
    if seconds < 60:
        assert "lần cuối" in health._worker()
        call_command("alive", "worker")
        return
    with pytest.raises(health.NotWell):
        health._worker()
    with pytest.raises(CommandError, match="không thấy"):
        call_command("alive", "worker")


def test_a_heartbeat_is_one_row_and_rows_of_hosts_that_are_gone_are_dropped(db):
    for _ in range(2):
        heartbeats.beat("worker@a")
    Heartbeat.objects.create(name="worker@b", at=timezone.now() - timedelta(days=8))
    Heartbeat.objects.create(name="backup", at=timezone.now() - timedelta(days=8))
    assert heartbeats.forget_gone() == 1
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker@a", "backup"}


def figure(text: str, name: str) -> float:
    [value] = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(value)


def test_requests_are_counted_by_the_name_of_their_page(client, officer):
    def counted() -> tuple[float, float]:
        text = metrics.text().decode()
        count = figure(text, 'cdt_requests_total{method="GET",route="teams:commune",status="302"}')
        return count, figure(text, 'cdt_request_seconds_count{route="teams:commune"}')

    client.get("/xa/11914/")
    before = counted()
    client.get("/xa/10729/")
    assert counted() == (before[0] + 1, before[1] + 1)
    assert "/xa/" not in metrics.text().decode()


def test_jobs_the_queue_and_backups_are_told(db):
    asked_at = make_job("roster.apply").created_at
    heartbeats.beat(heartbeats.BACKUP)
    text = metrics.text().decode()
    assert figure(text, 'cdt_jobs{kind="roster.apply",state="queued"}') == 1
    assert abs(figure(text, "cdt_queue_oldest_timestamp_seconds") - asked_at.timestamp()) < 0.01
    assert time.time() - figure(text, "cdt_backup_timestamp_seconds") < 60
    assert figure(text, 'cdt_seen_timestamp_seconds{what="beat"}') == 0


def test_without_the_database_the_processes_still_tell_theirs(monkeypatch):
    def away(*args):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(metrics, "_jobs", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert figure(metrics.text().decode(), "cdt_database_up") == 0


class Server:
    """gunicorn with two processes, as bin/run starts it; `said` is its log."""

    def __init__(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        command = [sys.executable, "-m", "gunicorn", "cdt_portal.wsgi", "--bind", self.address.removeprefix("http://")]
        self.said = folder / "gunicorn.log"
        with self.said.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", "2", "--threads", "2", "--no-control-socket"],
                cwd=settings.BASE_DIR,
                env=environment(folder) | {"TMPDIR": str(folder)},
                stdout=log,
                stderr=log,
            )

    def ask(self, path: str) -> str:
        for _ in range(1200):
            with suppress(OSError):
                return urllib.request.urlopen(self.address + path).read().decode()
            time.sleep(0.1)
        raise AssertionError(self.said.read_text())

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


@pytest.fixture
def server(tmp_path, db) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.process.terminate()
    server.process.wait()


def test_processes_count_together_and_go_on_where_a_killed_one_ended(server, tmp_path):
    name = 'cdt_requests_total{method="GET",route="healthz",status="200"}'
    for _ in range(10):
        server.ask("/healthz")
    assert figure(server.ask("/metrics"), name) == 10
    killed = server.workers()[0]
    killed.kill()
    while killed in server.workers():
        time.sleep(0.05)
    for _ in range(5):
        server.ask("/healthz")
    assert figure(server.ask("/metrics"), name) == 15
    [folder] = tmp_path.glob("cdt-metrics-*")
    assert {file.stem.rpartition("_")[2] for file in folder.iterdir()} <= {"0", "1"}
    server.process.terminate()
    server.process.wait()
    assert not folder.exists()
    told = [json.loads(line) for line in server.said.read_text().splitlines() if line.startswith("{")]
    assert {"gunicorn.error", "cdt_portal.requests"} <= {line["logger"] for line in told}
