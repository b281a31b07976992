"""Two beats, two mailers or two people at the same moment: one message; and two where the guard is away."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.models import QuerySet

from cdt_portal.accounts.models import User
from cdt_portal.notices import reminders
from cdt_portal.notices.models import Notice, Reminder
from cdt_portal.notices.reminders import remind, remind_now, send_mail
from tests.notices.makers import at, debtor, duty

pytestmark = pytest.mark.django_db(transaction=True)


class Meeting:
    """Two threads wait here for each other, for a second at most: one that a guard holds back never comes."""

    def __init__(self) -> None:
        self.barrier = Barrier(2)

    def wait(self) -> None:
        with suppress(BrokenBarrierError):
            self.barrier.wait(timeout=1)

    def after(self, act: Callable) -> Callable:
        def act_and_wait(*args, **kwargs):
            result = act(*args, **kwargs)
            self.wait()
            return result

        return act_and_wait

    def before(self, act: Callable) -> Callable:
        def wait_and_act(*args, **kwargs):
            self.wait()
            return act(*args, **kwargs)

        return wait_and_act


def twice(act: Callable[[int], object]) -> list[object]:
    """What `act(0)` and `act(1)` return, each in a thread with a connection of its own."""

    def one(number: int) -> object:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(one, range(2)))


@pytest.fixture
def owed(standing, settings, officer) -> None:
    settings.EMAIL_HOST = "mail.example"
    User.objects.filter(pk=officer.pk).update(email="officer@example.vn")
    standing.append(duty(debtor("11914", officer)))


# Two beats ------------------------------------------------------------------------------------------------------------


@contextmanager
def without_the_constraint() -> Iterator[None]:
    (once,) = Reminder._meta.constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, once)
    try:
        yield
    finally:
        Reminder.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reminder, once)


def two_beats(monkeypatch) -> tuple[int, int]:
    """Both have seen that nothing was sent yet before either writes: how many notices and e-mails came of it."""
    monkeypatch.setattr(reminders, "_write", Meeting().before(reminders._write))
    twice(lambda number: remind(at(12)))
    return Notice.objects.count(), len(mail.outbox)


def test_two_beats_send_one_of_each(owed, monkeypatch):
    assert two_beats(monkeypatch) == (1, 1)


def test_without_the_constraint_they_send_two(owed, monkeypatch):
    with without_the_constraint():
        assert two_beats(monkeypatch) == (2, 2)


# Two mailers ----------------------------------------------------------------------------------------------------------


class Slow(EmailBackend):
    meeting = Meeting()

    def send_messages(self, messages):
        self.meeting.wait()
        return super().send_messages(messages)


def two_mailers(settings, standing, staff, monkeypatch) -> int:
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    monkeypatch.setattr(Slow, "meeting", Meeting())
    remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12))
    sent = twice(lambda number: send_mail(at(12, 9, 1)))
    assert sum(sent) == len(mail.outbox)
    return len(mail.outbox)


def test_two_mailers_send_one_letter(owed, settings, standing, staff, monkeypatch):
    assert two_mailers(settings, standing, staff, monkeypatch) == 1


def test_without_holding_the_row_they_send_two(owed, settings, standing, staff, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert two_mailers(settings, standing, staff, monkeypatch) == 2


# Two people -----------------------------------------------------------------------------------------------------------


def two_people(standing, staff, monkeypatch) -> int:
    """A minute apart by their clocks, so that their rows are different ones."""
    monkeypatch.setattr(reminders, "reminded_lately", Meeting().after(reminders.reminded_lately))
    twice(lambda number: remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12, 9, number)))
    return Notice.objects.count()


def test_two_people_remind_a_commune_once(owed, standing, staff, monkeypatch):
    assert two_people(standing, staff, monkeypatch) == 1


def test_without_the_lock_they_remind_it_twice(owed, standing, staff, monkeypatch):
    monkeypatch.setattr(reminders, "hold", lambda subject: None)
    assert two_people(standing, staff, monkeypatch) == 2
