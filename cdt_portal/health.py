"""Whether the portal can work: its parts, asked side by side, none of them for longer than a second."""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cdt_portal.jobs import bell, heartbeats

LIMIT_SECONDS = 1
FREE_BYTES = 1 << 30
BACKUP_AGE = timedelta(hours=26)


class NotWell(Exception):
    """What is wrong with a part."""


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    said: str


def examine(names: Iterable[str]) -> dict[str, Finding]:
    """What each of the PARTS named says."""
    names = list(names)
    pool = ThreadPoolExecutor(len(names), thread_name_prefix="health")
    asked = {name: pool.submit(_ask, PARTS[name]) for name in names}
    answered = wait(asked.values(), timeout=LIMIT_SECONDS).done
    pool.shutdown(wait=False)  # whoever hangs ends by the limits of its own connection
    late = Finding(False, f"không trả lời trong {LIMIT_SECONDS} giây")
    return {name: asking.result() if asking in answered else late for name, asking in asked.items()}


def _ask(part: Callable[[], str]) -> Finding:
    try:
        return Finding(True, part())
    except NotWell as trouble:
        return Finding(False, str(trouble))
    except Exception as error:  # each server's library has its own
        return Finding(False, type(error).__name__)
    finally:
        connection.close()  # this thread's own


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "trả lời"


def _broker() -> str:
    bell.reach(timeout=LIMIT_SECONDS)
    return "trả lời"


def _worker() -> str:
    return _seen(heartbeats.WORKER, heartbeats.ALIVE)


def _beat() -> str:
    return _seen(heartbeats.BEAT, heartbeats.ALIVE)


def _backup() -> str:
    return _seen(heartbeats.BACKUP, BACKUP_AGE) if settings.BACKUP_DIR else "không đặt CDT_BACKUP_DIR"


def _seen(name: str, within: timedelta) -> str:
    at = heartbeats.last(name)
    said = f"lần cuối {timezone.localtime(at):%d/%m/%Y %H:%M:%S}" if at else "chưa có lần nào"
    if at is None or timezone.now() - at > within:
        raise NotWell(said)
    return said


def _disk() -> str:
    free = min(shutil.disk_usage(folder).free for folder in _folders())
    if free < FREE_BYTES:
        raise NotWell(f"còn {free >> 20} MB trống")
    return f"còn {free >> 30} GB trống"


def _folders() -> list[Path]:
    named = [settings.DATA_DIR, Path(settings.MEDIA_ROOT), Path(settings.BACKUP_DIR or settings.DATA_DIR)]
    return [folder for folder in named if folder.is_dir()]


PARTS = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "beat": _beat,
    "disk": _disk,
    "backup": _backup,
}
