"""Each unit's rows carry a word of its own; nobody reads the word of a unit that is not theirs, wherever they go."""

import pytest
from django.db.models import Q

from cdt_portal.lib.row_security import EVERYTHING
from teams.access import Scope
from tests.access.canaries import plant
from tests.access.crawling import crawl
from tests.access.visits import Visitor

# One of each relation.
READERS = ("officer of 11914", "officer of 14797", "staff of 38")


@pytest.fixture
def planted(world):
    assert plant(world) > 200
    return world


@pytest.mark.django_db
def test_nobody_reads_a_word_of_others(planted, callers, quiet, count_cases):
    visitor, leaks, kinds = Visitor(), [], set()
    for caller in (each for each in callers if each.name in READERS):
        found = crawl(visitor, planted, caller, variants=1, most=15)
        leaks += found.leaks
        kinds |= set(found.kinds)
    count_cases("answers read for words of others", visitor.count, len(leaks))
    assert not leaks, "\n".join(["", *leaks])
    assert len(kinds) > 4


@pytest.mark.django_db
def test_without_the_scope_the_words_of_others_are_found(planted, callers, quiet, monkeypatch):
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())
    monkeypatch.setattr(Scope, "sight", EVERYTHING)
    officer = next(caller for caller in callers if caller.user == planted.people["officer"])
    found = crawl(Visitor(), planted, officer, variants=1, most=20)
    assert {leak.rpartition(" ")[2] for leak in found.leaks} >= {"neighbour", "other"}
