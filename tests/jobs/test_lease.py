"""Several runners at once: each job's effect happens once, whoever is slow, dead or late."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import connection, connections
from django.db.models import Q
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs import lease, services
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, Work, job
from tests.jobs.conftest import PATIENCE, make_job, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick_and_silent(monkeypatch, rung):
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(Job._meta.get_field("file"), "storage", InMemoryStorage())


def in_threads(count: int, work, *args) -> list:
    """What `work` returned in each of `count` threads that begin together, each with its own connection."""
    start = threading.Barrier(count)

    def one() -> object:
        start.wait()
        try:
            return work(*args)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(count)]]


def take_away(row: Job) -> None:
    """As when this runner was asleep for longer than its lease: another one claims the job."""
    Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert lease.claim(row.pk) is not None


def test_one_of_eight_rivals_gets_the_job_every_time():
    for _ in range(10):
        row = make_job()
        claims = in_threads(8, lease.claim, row.pk)
        winners = [claimed for claimed in claims if claimed]
        assert len(winners) == 1
        assert winners[0].attempts == 1


def test_without_the_condition_a_second_rival_gets_it_too(monkeypatch):
    row = make_job()
    assert lease.claim(row.pk)
    assert lease.claim(row.pk) is None
    monkeypatch.setattr(lease, "CLAIMABLE", Q())
    assert lease.claim(row.pk)


def test_eight_runners_at_once_do_the_work_once():
    job("test")(lambda work: User.objects.create_user(f"u{time.monotonic_ns()}") and Result("Xong."))
    row = make_job()
    in_threads(8, services.run, row.pk)
    assert User.objects.count() == 1
    assert Job.objects.get().attempts == 1


def test_eight_people_asking_at_once_for_the_same_share_one_job():
    rows = in_threads(8, lambda: make_job(key="export:31"))
    assert len({row.pk for row in rows}) == 1
    assert Job.objects.count() == 1


def slow_runner_and_its_rival() -> Job:
    """The first runner loses its lease in the middle of the work; a second one does all of it."""

    @job("test")
    def write(work: Work) -> Result:
        User.objects.create_user(f"lan-{work.job.attempts}")
        if work.job.attempts == 1:
            with ThreadPoolExecutor(1) as other:
                other.submit(elsewhere, work.job).result()
        return Result(f"Lần {work.job.attempts}.", file=ContentFile(b"1"), filename="a.txt")

    def elsewhere(row: Job) -> None:
        try:
            Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
            services.run(row.pk)
        finally:
            connections.close_all()

    row = make_job()
    services.run(row.pk)
    return Job.objects.get(pk=row.pk)


def test_what_a_runner_did_without_its_lease_is_rolled_back(monkeypatch):
    monkeypatch.setattr(lease, "BEAT_SECONDS", PATIENCE)
    row = slow_runner_and_its_rival()
    assert [user.username for user in User.objects.all()] == ["lan-2"]
    assert (row.state, row.message, row.attempts) == (JobState.DONE, "Lần 2.", 2)


def test_without_the_check_of_the_token_the_work_is_done_twice(monkeypatch):
    monkeypatch.setattr(lease, "BEAT_SECONDS", PATIENCE)
    monkeypatch.setattr(services, "held", lambda row: Job.objects.filter(pk=row.pk))
    slow_runner_and_its_rival()
    assert sorted(user.username for user in User.objects.all()) == ["lan-1", "lan-2"]


def test_a_runner_that_lost_its_lease_hears_of_it_at_its_next_progress():
    reached = []

    @job("test")
    def count(work: Work) -> Result:
        take_away_from_outside(work.job)
        until(lambda: raises_lost(work))
        reached.append("told")
        work.progress(2, 2)
        reached.append("went on")
        return Result("Xong.")

    def take_away_from_outside(row: Job) -> None:
        in_threads(1, take_away, row)

    def raises_lost(work: Work) -> bool:
        try:
            work.progress(1, 2)
        except lease.LeaseLost:
            return True
        return False

    row = make_job()
    services.run(row.pk)
    assert reached == ["told"]
    assert Job.objects.get(pk=row.pk).state == JobState.RUNNING  # the other runner's


def test_a_late_failure_does_not_touch_the_other_runners_job():
    @job("test")
    def break_down(work: Work) -> Result:
        in_threads(1, take_away, work.job)
        raise RuntimeError

    row = make_job()
    services.run(row.pk)
    row = Job.objects.get(pk=row.pk)
    assert (row.state, row.attempts) == (JobState.RUNNING, 2)


def test_progress_is_seen_and_the_lease_renewed_while_the_work_goes_on():
    @job("test")
    def count(work: Work) -> Result:
        first = seen(work.job).lease_until
        work.progress(3, 10, "Đang ghi tổ 3")
        until(lambda: seen(work.job).done == 3)
        row = seen(work.job)
        assert (row.total, row.progress_text) == (10, "Đang ghi tổ 3")
        until(lambda: seen(work.job).lease_until > first)
        return Result("Xong.")

    def seen(row: Job) -> Job:
        [found] = in_threads(1, lambda: Job.objects.get(pk=row.pk))
        return found

    row = make_job()
    services.run(row.pk)
    assert Job.objects.get(pk=row.pk).message == "Xong."


def test_a_beat_that_fails_is_followed_by_one_that_does_not(monkeypatch):
    row = lease.claim(make_job().pk)
    kept = lease.Lease(row)
    beats = []
    whole = lease.held

    def broken_once(row: Job):
        beats.append(1)
        if len(beats) == 1:
            connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return whole(row)

    monkeypatch.setattr(lease, "held", broken_once)
    with kept:
        kept.progress(5, 5)
        until(lambda: Job.objects.get(pk=row.pk).done == 5)
    assert len(beats) >= 2
    assert not kept.lost
