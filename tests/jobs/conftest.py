import time
from collections.abc import Callable

import pytest
from django.utils.module_loading import autodiscover_modules

from cdt_portal.jobs import bell, registry, services
from cdt_portal.jobs.models import Job
from tests.jobs.workers import broker, environment, start_worker  # noqa: F401  fixtures

PATIENCE = 60  # seconds that a wait may take before the test fails


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch):
    """Kinds that a test registers are gone after it. The portal's own are loaded first: they register only once."""
    autodiscover_modules("tasks")
    monkeypatch.setattr(registry, "_handlers", {})


@pytest.fixture
def rung(monkeypatch) -> list:
    """Ids of the jobs that the bell was rung for, in order; no message leaves the test."""
    heard: list = []
    monkeypatch.setattr(bell, "ring", heard.append)
    monkeypatch.setattr(bell, "send", lambda job_id: heard.append(job_id) or True)
    return heard


def make_job(kind: str = "test", by=None, **fields) -> Job:
    return services.enqueue(**{"kind": kind, "title": "Xuất danh sách thành viên", "args": {}, "by": by} | fields)


def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.02)
