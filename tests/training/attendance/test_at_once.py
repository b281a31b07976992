"""Two of the department mark the same person at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.training.after.makers import enrolment_of
from training.enums import AttendanceWay
from training.models import Attendance, TrainingClass
from training.services import attendance as services
from training.services.attendance import Marked, TypedMark

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


def wait_for_a_lock() -> None:
    """Until another connection waits for what this one holds."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
            time.sleep(0.02)
    raise AssertionError("nobody came to wait")


def both(held, people, sessions, staff) -> Marked:
    """One marks the person present; before that is written for good another, who saw nothing noted, marks them
    absent. What came of the second."""
    place = enrolment_of(held, people[0])
    is_marked = Event()

    def say(typed: str) -> Marked:
        mark = TypedMark(place.pk, sessions[0].pk, typed, "")
        return services.mark(training_class=held, marks=[mark], way=AttendanceWay.TICK, by=staff)

    def second() -> Marked:
        try:
            assert is_marked.wait(PATIENCE)
            return say("v")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        later = other.submit(second)
        with transaction.atomic():
            say("x")
            is_marked.set()
            wait_for_a_lock()
        return later.result(PATIENCE)


def test_the_second_waits_sees_the_first_and_is_told(held, people, sessions, staff):
    saved = both(held, people, sessions, staff)
    assert "vừa ghi “Có mặt”" in saved.told[0]
    assert Attendance.objects.values_list("present", flat=True).get() is False


def test_control_without_the_hold_the_second_fails(held, people, sessions, staff, monkeypatch):
    monkeypatch.setattr(services, "hold", lambda row: TrainingClass.objects.get(pk=row.pk))
    with pytest.raises(IntegrityError, match="attendance_once_a_session"):
        both(held, people, sessions, staff)
