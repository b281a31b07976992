"""Who is alive: workers and beat leave the time in a row of their own, and so does each backup that was proved good.

A worker is seen when its main loop turns, which needs the broker; beat when it has handed a message over to the broker.
"""

import logging
import socket
import time
from datetime import datetime, timedelta

from celery.signals import after_task_publish, beat_embedded_init, beat_init, heartbeat_sent
from django.db import Error, connection
from django.db.models.functions import Now

from cdt_portal.jobs.models import Heartbeat

logger = logging.getLogger(__name__)

BACKUP, BEAT, WORKER = "backup", "beat", "worker"
EVERY_SECONDS = 10
ALIVE = timedelta(seconds=60)
KEPT = timedelta(days=7)

_next_at: dict[str, float] = {}


def beat(name: str) -> None:
    """`name` was alive just now, by the database's clock."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def own_name(kind: str) -> str:
    """One row for each host, as each is asked for its own health."""
    return f"{kind}@{socket.gethostname()}"[:120]


def last(name: str) -> datetime | None:
    """When `name` was last alive; of a kind with many hosts the latest of them all."""
    latest = Heartbeat.objects.filter(name=name) | Heartbeat.objects.filter(name__startswith=f"{name}@")
    return latest.order_by("-at").values_list("at", flat=True).first()


def forget_gone() -> int:
    """Drop the rows of hosts that are no more; how many."""
    gone = Heartbeat.objects.filter(name__contains="@", at__lt=Now() - KEPT)
    return gone.delete()[0]


def _beat_now_and_then(kind: str) -> None:
    """In the loop of a process that lives on without the database, and holds no connection while its pool forks."""
    if time.monotonic() < _next_at.get(kind, 0):
        return
    _next_at[kind] = time.monotonic() + EVERY_SECONDS
    try:
        beat(own_name(kind))
    except Error as error:
        logger.warning("%s: no heartbeat (%s)", kind, type(error).__name__)
    finally:
        connection.close()


@heartbeat_sent.connect
def _worker_turns(**_) -> None:
    _beat_now_and_then(WORKER)


@beat_init.connect
@beat_embedded_init.connect
def _beat_begins(**_) -> None:
    after_task_publish.connect(_beat_has_sent)


def _beat_has_sent(**_) -> None:
    _beat_now_and_then(BEAT)
