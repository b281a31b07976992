"""The work of the workers that are killed, and the places at which it waits to be.

Whoever is at work says so in a diary: a file named by the process, with the number of its job and the checkpoint at
which it waits, if any. It goes when the work is left; a killed process leaves it behind.
"""

import os
import time
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection

from cdt_portal.jobs import lease, services
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, Work, job
from tests.faults import effects

# Quicker, all in proportion. What stands to what stays the same.
lease.LEASE /= settings.FAULTS_SPEED
lease.BEAT_SECONDS /= settings.FAULTS_SPEED
services.BELL_GRACE /= settings.FAULTS_SPEED

DIARIES = Path(settings.DATA_DIR) / "diaries"

_claim, _perform, _run, _store = services.claim, services._perform, services.run, services._store


@job("faults.write")
def write(work: Work) -> Result:
    """Two rows, some time between them, and a file."""
    number = work.args["number"]
    _effect(number, 1)
    time.sleep(work.args["seconds"])
    _wait(work.job, "half")
    _effect(number, 2)
    return Result("Xong.", file=ContentFile(effects.file_of(number)), filename="ket-qua.txt")


def _effect(number: int, half: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(effects.WRITE, [number, half])


def _diary() -> Path:
    return DIARIES / str(os.getpid())


def _wait(row: Job, checkpoint: str) -> None:
    """At the first attempt, until killed or told to go on."""
    if row.args.get("checkpoint") != checkpoint or row.attempts > 1:
        return
    _diary().write_text(f"{row.args['number']} {checkpoint}")
    while not (DIARIES / f"{row.args['number']}.go").exists():
        time.sleep(0.02)


def run(job_id: UUID | str) -> None:
    try:
        _run(job_id)
    finally:
        _diary().unlink(missing_ok=True)


def claim(job_id: UUID) -> Job | None:
    row = _claim(job_id)
    if row:
        _diary().write_text(f"{row.args.get('number', 0)} ")  # the portal's own jobs have none
        _wait(row, "claimed")
    return row


def store(row: Job, result: Result) -> str:
    name = _store(row, result)
    _wait(row, "file kept")
    return name


def perform(row: Job, kept: lease.Lease) -> None:
    def after_done(execute, sql, parameters, many, context):
        answer = execute(sql, parameters, many, context)
        if sql.startswith('UPDATE "jobs_job"'):
            _wait(row, "said done")
        return answer

    with connection.execute_wrapper(after_done):
        _perform(row, kept)
    _wait(row, "committed")


services.run, services.claim, services._store, services._perform = run, claim, store, perform
