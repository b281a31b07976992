"""An apply or an undo that breaks off at any statement leaves the register as it was."""

import pytest
from django.db import connection

from teams.enums import ImportState
from teams.models import Decision, Member, ResidentialUnit, Team, TeamCoverage, TeamDecision
from teams.services.imports.applying import apply
from teams.services.imports.undo import undo
from tests.teams.imports.conftest import load, rehearse, row
from tests.teams.imports.test_apply import PEOPLE

NEWER = "05/QĐ-UBND ngày 02/3/2026"


class Broken(Exception):
    """The process died here, as far as the database can tell."""


class BreakAt:
    """Lets `number` statements through and breaks at the next one."""

    def __init__(self, number: int):
        self.left = number

    def __call__(self, execute, sql, parameters, many, context):
        if self.left == 0:
            raise Broken
        self.left -= 1
        return execute(sql, parameters, many, context)


def register() -> list[list[tuple]]:
    tables = [Member, Team, TeamCoverage, TeamDecision, Decision, ResidentialUnit]
    return [list(model.objects.order_by("pk").values_list()) for model in tables]


def break_everywhere(action, before) -> int:
    """Break `action` at each of its statements in turn, then let it through; returns how many there were."""
    for number in range(500):
        try:
            with connection.execute_wrapper(BreakAt(number)):
                action()
        except Broken:
            assert register() == before, f"statement {number + 1} left something behind"
        else:
            return number
    raise AssertionError("the action never came to its end")


@pytest.mark.django_db(transaction=True)
def test_an_apply_is_whole_or_nothing_at_every_statement(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    rows = [
        row("Trần Thị Bình", "Tổ trưởng", "0988111222", team="Thôn 1", decision=NEWER),
        row("Hồ Thị Mới", "Thành viên", team="Thôn 1", decision=NEWER),
        row("Đỗ Văn Đầu", "Tổ trưởng", team="Thôn 10", decision=NEWER),
        row("Lý Thị Xa", "Tổ trưởng", team="Thôn Xa", decision=NEWER),
    ]
    waiting = rehearse(workbook(rows), cat_hai, leave="all", create_units=True)
    before = register()
    assert break_everywhere(lambda: apply(roster_import=waiting, by=None), before) > 15
    waiting.refresh_from_db()
    assert waiting.state == ImportState.APPLIED and register() != before


@pytest.mark.django_db(transaction=True)
def test_so_is_an_undo(villages, cat_hai, workbook):
    done = load(workbook(PEOPLE), cat_hai)
    before = register()
    assert break_everywhere(lambda: undo(roster_import=done, by=None), before) > 10
    assert not Member.objects.exists()
