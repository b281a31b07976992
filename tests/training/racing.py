"""Many processes that press the key at the same moment: each is a portal of its own on the test's database."""

import multiprocessing
import os
from multiprocessing.synchronize import Barrier
from urllib.parse import quote

from django.db import connection

PATIENCE = 120


def race(processes: int, rounds: list[int], members: list[int], user: int, *, guarded: bool) -> None:
    """Process n takes a seat for `members[n]` in the class of each round, all processes at once."""
    database = connection.settings_dict
    who, host = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}", quote(database["HOST"], safe="")
    url = f"postgres://{who}@/{database['NAME']}?host={host}&port={database['PORT']}"
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(processes)
    runners = [
        context.Process(target=run, args=(url, gate, rounds, member, user, guarded)) for member in members[:processes]
    ]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert {runner.exitcode for runner in runners} == {0}


def run(url: str, gate: Barrier, rounds: list[int], member: int, user: int, guarded: bool) -> None:
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "CDT_DEMO": "1"}
    import django

    django.setup()
    from cdt_portal.accounts.models import User
    from teams.models import Member
    from training.models import TrainingClass
    from training.services import seats

    if not guarded:
        seats.hold, seats._claim = not_held, read_then_write
    learner, by = Member.objects.get(pk=member), User.objects.get(pk=user)
    for number in rounds:
        gate.wait(PATIENCE)
        seats.take(training_class=TrainingClass.objects.get(pk=number), member=learner, by=by)


def not_held(training_class):
    return type(training_class).objects.get(pk=training_class.pk)


def read_then_write(training_class, seat) -> bool:
    """What many write: look whether there is a seat, then take it."""
    row = type(training_class).objects.get(pk=training_class.pk)
    if row.free <= 0 and not row.kept.get(seat):
        return False
    row.taken += 1
    row.save(update_fields=["taken"])
    return True
