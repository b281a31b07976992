"""An import whose process is killed at any statement, or at the commit, leaves the register as it was."""

import os
import signal
import traceback
from collections.abc import Callable

import pytest
from django.db import connection, connections

from teams.enums import ImportState
from teams.services.imports.applying import apply
from teams.services.imports.undo import undo
from tests.faults.stack import until
from tests.teams.imports.conftest import files_in_tmp, load, rehearse, villages, workbook  # noqa: F401  fixtures
from tests.teams.imports.test_apply import PEOPLE
from tests.teams.imports.test_broken_off import register

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


class KillAt:
    """Lets `number` statements through and dies at the next one."""

    def __init__(self, number: int):
        self.left = number

    def __call__(self, execute, sql, parameters, many, context):
        if self.left == 0:
            die()
        self.left -= 1
        return execute(sql, parameters, many, context)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_killed(action: Callable[[], object], *, statement: int | None = None) -> bool:
    """Whether a process of its own died in it, at the statement or (None) at its first commit; it ends well if not."""
    connections.close_all()  # or the child would speak through ours
    child = os.fork()
    if not child:
        try:
            if statement is None:
                connection.ensure_connection()
                connection._commit = die
                action()
            else:
                with connection.execute_wrapper(KillAt(statement)):
                    action()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def kill_everywhere(action: Callable[[], object], before: list) -> int:
    """Kill at each statement in turn, at the commit, and then let it through; returns how many statements there are."""
    number = 0
    while is_killed(action, statement=number):
        until(lambda: others() == 0, "the end of the killed process's transaction")
        assert register() == before, f"statement {number + 1} left something behind"
        number += 1
        assert number < 500
    return number


def test_an_apply_killed_at_any_statement_leaves_nothing(villages, cat_hai, workbook):  # noqa: F811
    waiting = rehearse(workbook(PEOPLE), cat_hai)
    before = register()
    assert is_killed(lambda: apply(roster_import=waiting, by=None))
    until(lambda: others() == 0, "the end of the killed process's transaction")
    assert register() == before, "the commit left something behind"
    statements = kill_everywhere(lambda: apply(roster_import=waiting, by=None), before)
    print(f"\n{statements + 1} kills in an apply, each left the tables as they were")
    waiting.refresh_from_db()
    assert statements > 15 and waiting.state == ImportState.APPLIED and register() != before


def test_so_does_an_undo(villages, cat_hai, workbook):  # noqa: F811
    done = load(workbook(PEOPLE), cat_hai)
    before = register()
    assert is_killed(lambda: undo(roster_import=done, by=None))
    statements = kill_everywhere(lambda: undo(roster_import=done, by=None), before)
    print(f"\n{statements + 1} kills in an undo, each left the tables as they were")
    assert statements > 10 and register() != before
