"""A job from being asked for to its end, one runner at a time."""

import gc
import logging
import threading
from datetime import timedelta
from types import SimpleNamespace

import pghistory.models
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import IntegrityError, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs import bell, services
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.lease import MAX_ATTEMPTS, claim
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, job
from cdt_portal.jobs.services import JobFailed, enqueue
from tests.jobs.conftest import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch) -> InMemoryStorage:
    storage = InMemoryStorage()
    monkeypatch.setattr(Job._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(services, "default_storage", storage)
    return storage


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("nguoi.yeu.cau", full_name="Người yêu cầu")


def reloaded(row: Job) -> Job:
    return Job.objects.get(pk=row.pk)


def expire(row: Job) -> None:
    Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def age(row: Job, **ago) -> None:
    Job.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(**ago))


def test_a_job_is_queued_then_done_with_its_message_page_and_file(person, tmp_path):
    source = tmp_path / "tam.xlsx"
    source.write_bytes(b"workbook")

    @job("test")
    def export(work) -> Result:
        assert work.user == person
        assert work.args == {"commune": "11914"}
        return Result("Đã xuất 386 thành viên.", url="/danh-sach/", file=source, filename="Danh sách Cát Hải.xlsx")

    row = make_job(by=person, args={"commune": "11914"})
    assert reloaded(row).state == JobState.QUEUED
    services.run(row.pk)

    row = reloaded(row)
    assert row.state == JobState.DONE
    assert (row.message, row.url, row.attempts) == ("Đã xuất 386 thành viên.", "/danh-sach/", 1)
    assert row.filename == "Danh sách Cát Hải.xlsx"
    assert row.file.name == f"jobs/{row.pk}.xlsx"
    assert row.file.read() == b"workbook"
    assert row.created_at <= row.started_at <= row.finished_at
    assert row.lease_token is None
    assert not source.exists()


def test_a_finished_job_does_not_run_again():
    runs = []

    @job("test")
    def count(work) -> Result:
        runs.append(work.job.pk)
        return Result("Xong.", file=ContentFile(b"1"), filename="a.txt")

    row = make_job()
    services.run(row.pk)
    services.run(str(row.pk))
    assert runs == [row.pk]


def test_an_unknown_job_is_no_error():
    services.run("00000000-0000-4000-8000-000000000000")
    assert not Job.objects.exists()


def test_two_handlers_for_one_kind_are_refused_and_two_kinds_accepted():
    job("test")(lambda work: Result("một"))
    job("other")(lambda work: Result("hai"))
    with pytest.raises(ValueError, match="test"):
        job("test")(lambda work: Result("ba"))


def test_a_handler_that_gives_a_reason_fails_at_once_and_leaves_nothing_else():
    @job("test")
    def refuse(work) -> Result:
        User.objects.create_user("nua.chung")
        raise JobFailed("Tệp không có cột Họ tên thành viên.")

    row = make_job()
    services.run(row.pk)

    row = reloaded(row)
    assert (row.state, row.attempts) == (JobState.FAILED, 1)
    assert row.error == "Tệp không có cột Họ tên thành viên."
    assert row.finished_at is not None
    assert not User.objects.filter(username="nua.chung").exists()


def test_an_unexpected_error_is_tried_three_times_then_shown_with_a_code():
    runs = []

    @job("test")
    def break_down(work) -> Result:
        runs.append(work.job.attempts)
        User.objects.create_user("nua.chung")
        raise RuntimeError

    row = make_job()
    services.run(row.pk)
    assert reloaded(row).state == JobState.QUEUED
    for _ in range(3):
        services.run(row.pk)

    row = reloaded(row)
    assert runs == [1, 2, 3]
    assert row.state == JobState.FAILED
    assert row.short_id in row.error
    assert row.error.startswith("Có lỗi ngoài dự kiến, mã ")
    assert not User.objects.filter(username="nua.chung").exists()


def test_a_job_that_fails_once_is_done_at_the_second_attempt():
    @job("test")
    def stumble(work) -> Result:
        if work.job.attempts == 1:
            raise RuntimeError
        return Result("Xong.")

    row = make_job()
    services.run(row.pk)
    services.run(row.pk)
    row = reloaded(row)
    assert (row.state, row.attempts, row.error) == (JobState.DONE, 2, "")


def test_the_log_names_the_job_and_the_place_but_no_value(caplog):
    @job("test")
    def leak(work) -> Result:
        phone = "091499" + "4123"
        raise ValueError(f"row with phone {phone}")

    row = make_job()
    with caplog.at_level(logging.DEBUG):
        services.run(row.pk)
    assert str(row.pk) in caplog.text
    assert "ValueError" in caplog.text
    assert "in leak" in caplog.text
    assert "0914994123" not in caplog.text


def test_a_kind_without_a_handler_fails_with_a_code():
    row = make_job(kind="nobody")
    for _ in range(MAX_ATTEMPTS):
        services.run(row.pk)
    assert reloaded(row).state == JobState.FAILED


def test_changes_made_by_a_job_carry_its_id_and_its_owner_in_the_history(person):
    @job("test")
    def rename(work) -> Result:
        User.objects.filter(pk=person.pk).update(full_name="Tên mới")
        return Result("Xong.")

    row = make_job(by=person)
    services.run(row.pk)
    event = person.events.order_by("pgh_id").last()
    assert event.full_name == "Tên mới"
    assert pghistory.models.Context.objects.get(pk=event.pgh_context_id).metadata == {
        "user": person.pk,
        "job": str(row.pk),
    }


# Keys ---------------------------------------------------------------------------------------------------


def test_the_same_key_shares_one_run_and_both_may_see_it(person):
    other = User.objects.create_user("nguoi.thu.hai")
    first = make_job(by=person, key="export:31")
    second = make_job(by=other, key="export:31")
    third = make_job(by=other, key="export:38")
    assert second.pk == first.pk != third.pk
    assert list(first.followers.all()) == [other]


def test_jobs_without_a_key_never_share():
    assert make_job().pk != make_job().pk


def test_a_key_is_free_again_when_its_job_has_finished():
    job("test")(lambda work: Result("Xong."))
    first = make_job(key="export:31")
    services.run(first.pk)
    assert make_job(key="export:31").pk != first.pk


def test_the_database_refuses_a_second_unfinished_job_with_one_key():
    make_job(key="export:31")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test", title="x", key="export:31")
    Job.objects.create(kind="test", title="x", key="export:38")


# Cancelling and trying again ----------------------------------------------------------------------------


def test_a_cancelled_job_never_runs():
    runs = []
    job("test")(lambda work: runs.append(1) or Result("Xong."))
    cancelled, twin = make_job(), make_job()
    assert services.cancel(cancelled)
    services.run(cancelled.pk)
    services.run(twin.pk)
    assert runs == [1]
    assert reloaded(cancelled).state == JobState.CANCELLED
    assert reloaded(twin).state == JobState.DONE


def test_a_running_job_is_not_cancelled():
    row = make_job()
    claim(row.pk)
    assert not services.cancel(row)
    assert reloaded(row).state == JobState.RUNNING


def test_a_failed_job_is_tried_again_once_and_counts_attempts_anew():
    @job("test")
    def refuse(work) -> Result:
        raise JobFailed("Thiếu cột.")

    row = make_job()
    assert not services.retry(row)
    services.run(row.pk)
    assert services.retry(row)
    assert not services.retry(row)
    row = reloaded(row)
    assert (row.state, row.attempts, row.error, row.finished_at) == (JobState.QUEUED, 0, "", None)


def test_trying_again_is_refused_while_a_job_with_the_same_key_waits():
    @job("test")
    def refuse(work) -> Result:
        raise JobFailed("Thiếu cột.")

    row = make_job(key="export:31")
    services.run(row.pk)
    rival = make_job(key="export:31")
    assert not services.retry(row)
    services.cancel(rival)
    assert services.retry(row)


# The bell and the sweeper -------------------------------------------------------------------------------


def test_the_bell_rings_after_the_commit_and_not_before(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        row = make_job()
    assert rung == []
    for callback in callbacks:
        callback()
    assert rung == [row.pk]


def test_the_sweeper_rings_for_a_job_that_waits_longer_than_two_seconds(rung):
    make_job()
    assert services.sweep() == 0
    forgotten = make_job()
    age(forgotten, seconds=3)
    assert services.sweep() == 1
    assert rung == [forgotten.pk]


def test_the_sweeper_rings_for_a_job_whose_runner_died_and_not_for_a_living_one(rung):
    dead, living = make_job(), make_job()
    for row in (dead, living):
        age(row, minutes=1)
        claim(row.pk)
    expire(dead)
    services.sweep()
    assert rung == [dead.pk]


def test_a_job_whose_runner_died_three_times_fails_with_a_reason(rung):
    row = make_job()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert claim(row.pk).attempts == attempt
        expire(row)
    assert claim(row.pk) is None
    services.sweep()
    row = reloaded(row)
    assert row.state == JobState.FAILED
    assert row.error.startswith("Máy xử lý đã dừng đột ngột 3 lần")
    assert rung == []


def test_the_sweeper_stops_at_the_first_bell_that_is_not_heard(monkeypatch):
    asked = []
    monkeypatch.setattr(bell, "send", lambda job_id: bool(asked.append(job_id)))
    for _ in range(3):
        age(make_job(), minutes=1)
    assert services.sweep() == 0
    assert len(asked) == 1


# Old files ----------------------------------------------------------------------------------------------


def test_result_files_go_after_thirty_days_and_rows_stay(files_in_memory, monkeypatch):
    job("test")(lambda work: Result("Xong.", file=ContentFile(b"1"), filename="a.txt"))
    old, fresh = make_job(), make_job()
    for row in (old, fresh):
        services.run(row.pk)
    long_ago = timezone.now() - timedelta(days=32)
    Job.objects.filter(pk=old.pk).update(finished_at=long_ago)
    times = {reloaded(old).file.name: long_ago, reloaded(fresh).file.name: timezone.now()}
    monkeypatch.setattr(files_in_memory, "get_modified_time", times.__getitem__)

    assert services.remove_old_files() == 1
    assert reloaded(old).file.name == ""
    assert reloaded(old).filename == "a.txt"
    assert reloaded(fresh).file.read() == b"1"
    assert files_in_memory.listdir("jobs")[1] == [f"{fresh.pk}.txt"]


def test_without_any_file_there_is_nothing_to_remove():
    assert services.remove_old_files() == 0


def test_enqueue_takes_what_it_is_told_by_name(person):
    row = enqueue(kind="test", title="T" * 300, args={}, by=person, province="31", commune="11914")
    assert (row.province_code, row.commune_code, len(row.title)) == ("31", "11914", 200)


def test_the_bell_never_holds_its_caller(monkeypatch):
    hung = threading.Event()
    monkeypatch.setattr(bell, "send", lambda job_id: hung.wait(30))
    bell.ring(make_job().pk)
    assert not hung.is_set()  # reached while the bell still hangs
    hung.set()


def left_by_a_job() -> int:
    """How many objects that point at each other wait for the collector after a job that made 1,000 of them."""

    @job("rings")
    def make_rings(work):
        for _ in range(1000):
            ring: list = []
            ring.append(ring)
        return Result(message="")

    row = make_job("rings")
    gc.collect()
    services.run(row.pk)
    return gc.collect()


def test_a_job_leaves_nothing_for_the_collector(rung):
    assert left_by_a_job() < 500


def test_without_looking_after_it_a_job_leaves_what_it_made(rung, monkeypatch):
    monkeypatch.setattr(services, "gc", SimpleNamespace(collect=lambda generation: 0))
    assert left_by_a_job() >= 1000
