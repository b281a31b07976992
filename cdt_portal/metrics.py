"""Figures for Prometheus: requests as each process counted them, and what the database knows of jobs and imports.

gunicorn.conf.py names the folder in which its processes count together, and gives each process a place in it: by their
ids a file would stay of every process that gunicorn ever renewed.
"""

import os
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import GaugeMetricFamily, Metric

from cdt_portal.jobs import heartbeats
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.lib.row_security import EVERYTHING, seeing
from teams.models import RosterImport

FOLDER, PLACE = "PROMETHEUS_MULTIPROC_DIR", "CDT_METRICS_PLACE"
if FOLDER in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: os.environ[PLACE])

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
_counted = CollectorRegistry()
_requests = Counter("cdt_requests", "Requests answered.", ["route", "method", "status"], registry=_counted)
_seconds = Histogram(
    "cdt_request_seconds",
    "Seconds until the answer.",
    ["route"],
    registry=_counted,
    buckets=(0.03, 0.1, 0.3, 1, 3, 10),
)


def count_request(route: str, method: str | None, status: int, seconds: float) -> None:
    """`route` is the name of a page, never an address: there are only so many."""
    _requests.labels(route, method if method in METHODS else "other", status).inc()
    _seconds.labels(route).observe(seconds)


def text() -> bytes:
    """All figures in Prometheus's own format."""
    counted, asked = _counted, CollectorRegistry()
    if FOLDER in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    asked.register(_Database())
    return generate_latest(counted) + generate_latest(asked)


class _Database:
    def collect(self) -> Iterator[Metric]:
        try:
            figures = [*_jobs(), _imports(), *_heartbeats()]
        except (OperationalError, InterfaceError):
            connection.close()
            figures = []
        up = GaugeMetricFamily("cdt_database_up", "Whether the database answered.")
        up.add_metric([], bool(figures))
        yield up
        yield from figures


def _jobs() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("cdt_jobs", "Jobs on record.", labels=["kind", "state"])
    for kind, state, count in Job.objects.order_by().values_list("kind", "state").annotate(Count("pk")):
        jobs.add_metric([kind, state], count)
    yield jobs
    queue = GaugeMetricFamily("cdt_queue_oldest_timestamp_seconds", "When the oldest waiting job was made; 0: none.")
    oldest = Job.objects.filter(state=JobState.QUEUED).aggregate(at=Min("created_at"))["at"]
    queue.add_metric([], oldest.timestamp() if oldest else 0)
    yield queue


def _imports() -> Metric:
    imports = GaugeMetricFamily("cdt_imports", "Roster imports on record.", labels=["state"])
    with seeing(EVERYTHING):  # numbers of all units, of which none can be told
        for state, count in RosterImport.objects.order_by().values_list("state").annotate(Count("pk")):
            imports.add_metric([state], count)
    return imports


def _heartbeats() -> Iterator[Metric]:
    seen = GaugeMetricFamily("cdt_seen_timestamp_seconds", "When it was last seen alive; 0: never.", labels=["what"])
    for name in (heartbeats.WORKER, heartbeats.BEAT):
        seen.add_metric([name], _timestamp(name))
    yield seen
    backup = GaugeMetricFamily("cdt_backup_timestamp_seconds", "When the last good backup was made; 0: never.")
    backup.add_metric([], _timestamp(heartbeats.BACKUP))
    yield backup


def _timestamp(name: str) -> float:
    at = heartbeats.last(name)
    return at.timestamp() if at else 0
