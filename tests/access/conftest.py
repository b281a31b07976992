"""The world of the URL table, its people, and the count of what the tests of this room went through."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.access.people import Caller, make_callers
from tests.architecture.places import World, make_world

PAPER = partial(mock.patch, "cdt_portal.lib.documents.pdf.render_pdf", return_value=b"%PDF-1.7")


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """One for the whole room, as every visit takes back what it wrote. Nobody has a second factor."""
    folder = tmp_path_factory.mktemp("world")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder / "media"),
        mock.patch("cdt_portal.accounts.second_factor.is_enrolled", return_value=False),
        transaction.atomic(),
    ):
        with PAPER():
            made = make_world(folder)
        count_now()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def papers() -> Iterator[None]:
    """Papers are drawn elsewhere: here it only matters who gets one."""
    with PAPER():
        yield


def count_now() -> None:
    """What waits for the end of the transaction is done now, so that no visit is taken for what it changes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(scope="package")
def callers(world) -> list[Caller]:
    return make_callers(world)


@pytest.fixture
def count_cases(record_property) -> Callable[[str, int, int], None]:
    """`count_cases(what, cases, unexpected)`: told at the end of the run."""

    def count(what: str, cases: int, unexpected: int) -> None:
        record_property(what, {"cases": cases, "unexpected": unexpected})

    return count


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of refusals are meant here: each as a line in the log takes longer than some of the answers."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
