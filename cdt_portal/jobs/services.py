"""The only way jobs change: asked for, run, tried again, cancelled, swept."""

import gc
import logging
import traceback
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pghistory
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs import bell
from cdt_portal.jobs.enums import UNFINISHED, JobState
from cdt_portal.jobs.lease import CLAIMABLE, EXPIRED, MAX_ATTEMPTS, Lease, LeaseLost, claim, held
from cdt_portal.jobs.models import RESULT_FOLDER, Job
from cdt_portal.jobs.registry import Result, Work, handler_of
from cdt_portal.lib import trace

logger = logging.getLogger(__name__)

BELL_GRACE = timedelta(seconds=2)
SWEEP_LIMIT = 100
FILES_KEPT = timedelta(days=30)
NO_LEASE = {"lease_token": None, "lease_until": None}


class JobFailed(Exception):
    """A handler's reason, as a Vietnamese sentence for the user; the job is not tried again."""


def enqueue(
    *,
    kind: str,
    title: str,
    args: dict,
    by: User | None,
    province: str = "",
    commune: str = "",
    key: str = "",
) -> Job:
    """Write the job in the caller's transaction and ring for it after the commit. Never waits for the broker.

    `args` holds ids only. `province` and `commune` are the unit the result is about: whoever loses the unit
    loses the result. While a job with the same `key` is unfinished, that one is returned, and `by` may follow
    it too: put into the key all that makes two results differ, the right to see phones included.
    """
    job = Job(
        kind=kind,
        title=title[:200],
        args=args,
        owner=by,
        province_code=province,
        commune_code=commune,
        key=key,
    )
    if key:
        job = _insert_or_join(job, by)
    else:
        job.save(force_insert=True)
    _ring_after_commit(job)
    return job


def _insert_or_join(job: Job, by: User | None) -> Job:
    while True:  # the job in the way may finish between the two statements
        Job.objects.bulk_create([job], ignore_conflicts=True)
        holder = Job.objects.filter(key=job.key, state__in=UNFINISHED).first()
        if holder:
            break
    if by and by.pk != holder.owner_id:
        holder.followers.add(by)
    return holder


def _ring_after_commit(job: Job) -> None:
    transaction.on_commit(partial(bell.ring, job.pk), robust=True)


def retry(job: Job) -> bool:
    """Queue a failed job anew; False when it is not failed, or its key is taken by another one by now."""
    try:
        with transaction.atomic():
            queued = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                state=JobState.QUEUED,
                attempts=0,
                done=0,
                total=0,
                progress_text="",
                error="",
                finished_at=None,
            )
    except IntegrityError:
        return False
    if queued:
        _ring_after_commit(job)
    return bool(queued)


def cancel(job: Job) -> bool:
    """Drop a job that has not begun; False when it has."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    return bool(waiting.update(state=JobState.CANCELLED, finished_at=Now()))


def run(job_id: UUID | str) -> None:
    """Do the job if it is there to be done. May be called any number of times, by anyone, also at once."""
    with trace.busy_with(job=str(job_id)):
        job = claim(job_id)
        if job is not None:
            _run_claimed(job)
            # Of what points at each other, as the boxes of a drawn page do, the collector would let much pile up: it
            # seldom comes by itself (`cdt_portal.apps`). Nothing of the job is in use now, so it takes little time.
            gc.collect(1)


def _run_claimed(job: Job) -> None:
    try:
        with Lease(job) as lease:
            _perform(job, lease)
    except LeaseLost:
        logger.warning("job %s: rolled back, another runner has it", job.pk)
    except JobFailed as failure:
        _fail(job, str(failure))
    except Exception as error:
        _log_without_values(job, error)
        _fail_or_requeue(job)


def _perform(job: Job, lease: Lease) -> None:
    work = Work(job=job, progress=lease.progress)
    with (
        transaction.atomic(durable=True),
        pghistory.context(user=job.owner_id, job=str(job.pk)),
    ):
        result = handler_of(job.kind)(work)
        kept = held(job).update(
            state=JobState.DONE,
            finished_at=Now(),
            message=result.message,
            url=result.url,
            file=_store(job, result),
            filename=result.filename[:255],
            progress_text="",
            **NO_LEASE,
        )
        if not kept:
            raise LeaseLost


def _store(job: Job, result: Result) -> str:
    """Keep the result's file and return its stored name. After a rollback the file goes by age."""
    if result.file is None:
        return ""
    if isinstance(result.file, File):
        return _save(job, result.file, result.filename)
    with Path(result.file).open("rb") as source:
        name = _save(job, File(source), result.filename)
    Path(result.file).unlink()
    return name


def _save(job: Job, file: File, filename: str) -> str:
    field = Job._meta.get_field("file")
    return field.storage.save(field.generate_filename(job, filename), file)


def _fail(job: Job, reason: str) -> None:
    held(job).update(state=JobState.FAILED, finished_at=Now(), error=reason, **NO_LEASE)


def _fail_or_requeue(job: Job) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, f"Có lỗi ngoài dự kiến, mã {job.short_id}. Hãy thử lại, hoặc báo mã này cho quản trị viên.")
    else:
        held(job).update(state=JobState.QUEUED, **NO_LEASE)


def _log_without_values(job: Job, error: Exception) -> None:
    # The message of an error may quote a row: only its kind and place go into the log.
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s: %s at attempt %s\n%s", job.pk, type(error).__name__, job.attempts, place)


def sweep() -> int:
    """Ring for jobs that nobody heard of or whose runner died; fail those that died too often.

    Returns for how many it rang.
    """
    Job.objects.filter(EXPIRED, attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED,
        finished_at=Now(),
        error=f"Máy xử lý đã dừng đột ngột {MAX_ATTEMPTS} lần. Hãy thử lại, hoặc báo quản trị viên.",
        **NO_LEASE,
    )
    forgotten = Q(state=JobState.RUNNING) | Q(created_at__lt=Now() - BELL_GRACE)
    waiting = Job.objects.filter(CLAIMABLE, forgotten).order_by("created_at").values_list("pk", flat=True)
    rung = 0
    for job_id in waiting[:SWEEP_LIMIT]:
        if not bell.send(job_id):
            break
        rung += 1
    return rung


def remove_old_files() -> int:
    """Remove result files after 30 days, those of rolled back runs included. Returns how many went."""
    cutoff = timezone.now() - FILES_KEPT
    Job.objects.filter(finished_at__lt=cutoff).exclude(file="").update(file="")
    try:
        names = default_storage.listdir(RESULT_FOLDER)[1]
    except FileNotFoundError:  # no job has left a file yet
        return 0
    paths = [f"{RESULT_FOLDER}/{name}" for name in names]
    # A day later than their rows, so that no row names a file that has gone.
    old = [path for path in paths if default_storage.get_modified_time(path) < cutoff - timedelta(days=1)]
    for path in old:
        default_storage.delete(path)
    return len(old)
