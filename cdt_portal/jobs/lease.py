"""Who runs a job: a token in its row, good for a few seconds and renewed while the work goes on.

A worker that dies stops renewing, and another may claim the job; one that was only slow finds its token
replaced and must undo what it did. The database's clock decides, as workers may stand on several machines.
"""

import logging
import threading
import uuid
from datetime import timedelta
from uuid import UUID

from django.db import Error, connection, connections, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)
BEAT_SECONDS = 1  # how often a running job renews its lease and shows its progress
MAX_ATTEMPTS = 3

EXPIRED = Q(state=JobState.RUNNING, lease_until__lt=Now())
CLAIMABLE = Q(state=JobState.QUEUED) | EXPIRED & Q(attempts__lt=MAX_ATTEMPTS)


class LeaseLost(Exception):
    """Another runner has the job: everything done so far must be rolled back."""


def claim(job_id: UUID) -> Job | None:
    """The job, now ours under a new token; None when it is absent, finished, cancelled or someone else's."""
    with transaction.atomic(durable=True):
        free = Job.objects.select_for_update(skip_locked=True)
        job = free.filter(CLAIMABLE, pk=job_id).first()
        if job is None:
            return None
        job.state, job.attempts, job.lease_token = JobState.RUNNING, job.attempts + 1, uuid.uuid4()
        held_until = {"lease_until": Now() + LEASE, "started_at": Now()}
        taken = {"state": job.state, "attempts": job.attempts, "lease_token": job.lease_token}
        Job.objects.filter(pk=job.pk).update(**taken, **held_until)
    return job


def held(job: Job) -> QuerySet[Job]:
    """The job's row as long as it is ours: the only way in which a runner may write it."""
    return Job.objects.filter(pk=job.pk, lease_token=job.lease_token)


class Lease:
    """Context manager: a thread with its own connection keeps a claimed job ours and writes its progress."""

    def __init__(self, job: Job):
        self.job = job
        self.lost = False
        self._shown = {"done": 0, "total": 0, "progress_text": ""}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {job.pk}", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(self, *exc_info) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Show `done` of `total` at the next beat. Raises LeaseLost when there is no use in going on."""
        if self.lost:
            raise LeaseLost
        self._shown = {"done": done, "total": total, "progress_text": text[:200]}

    def _keep(self) -> None:
        try:
            while not self._over.wait(BEAT_SECONDS):
                self._beat()
        finally:
            connections.close_all()  # none was opened when the job was done before the first beat

    def _beat(self) -> None:
        try:
            kept = held(self.job).update(lease_until=Now() + LEASE, **self._shown)
            # A row unseen from here stands in a test's open transaction, where nobody can take it.
            self.lost = not kept and Job.objects.filter(pk=self.job.pk).exists()
        except Error as error:
            # The lease outlives several beats; whether it was kept is decided when the work is written.
            logger.warning("job %s: no beat (%s)", self.job.pk, type(error).__name__)
            connection.close()
