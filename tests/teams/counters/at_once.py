"""Processes that change the same communes at the same moment: each is a portal of its own on the test's database."""

import multiprocessing
import os
from urllib.parse import quote

from django.db import connection

PATIENCE = 120


def race(target, processes: int, *arguments) -> list:
    """`target(number, gate, *arguments)` in so many processes; what each returned. An error in one is an error here."""
    database = connection.settings_dict
    who, host = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}", quote(database["HOST"], safe="")
    url = f"postgres://{who}@/{database['NAME']}?host={host}&port={database['PORT']}"
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(processes), context.Queue()
    runners = [
        context.Process(target=run, args=(url, target, number, gate, answers, arguments)) for number in range(processes)
    ]
    for runner in runners:
        runner.start()
    found = [answers.get() for _ in runners]
    for runner in runners:
        runner.join()
    assert {runner.exitcode for runner in runners} == {0}, found
    return found


def run(url, target, number, gate, answers, arguments) -> None:
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "CDT_DEMO": "1"}
    try:
        import django

        django.setup()
        from teams.services import quality

        quality.check = lambda codes: None  # findings are another subject, and take most of the time
        answers.put(target(number, gate, *arguments))
    except BaseException as error:
        answers.put(repr(error))
        raise


def act_by_chance(number: int, gate, codes: list[str], user: int, operations: int) -> int:
    """Does so many things, each in a transaction of its own; how many tries it took."""
    from cdt_portal.accounts.models import User
    from teams.models import Commune
    from tests.teams.counters.operations import Chance

    chance = Chance(1000 + number, list(Commune.objects.filter(pk__in=codes)), User.objects.get(pk=user))
    gate.wait(PATIENCE)
    done = tries = 0
    while done < operations:
        done += chance.act()
        tries += 1
    return tries


def import_whole_rosters(number: int, gate, codes: list[str], rounds: int) -> int:
    """Rosters of all communes in one transaction, every other process in the opposite order."""
    from random import Random

    from django.db import transaction

    from teams.models import Commune
    from tests.teams.counters.operations import copy_roster

    communes = sorted(Commune.objects.filter(pk__in=codes), key=lambda each: each.pk, reverse=bool(number % 2))
    for round in range(rounds):
        gate.wait(PATIENCE)
        with transaction.atomic():
            for commune in communes:
                copy_roster(Random(), commune, [f"Thôn {number} {round} {each}" for each in range(3)])
    return rounds
