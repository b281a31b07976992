"""The index of hazards.py holds: each case has its tests, and they are there and know the case they are named for.

That none of them is left out when the tests are run is seen to for the whole repository: tests/architecture.
"""

import importlib
import re
from collections.abc import Iterator
from types import FunctionType

import pytest

from tests.teams.imports.hazards import HAZARDS

ENTRIES = [(group, case, tests) for group, rows in HAZARDS.items() for case, _, *tests in rows]
NAMED = re.compile(r"(?P<module>[\w/]+)\.py::(?P<name>test_\w+)(\[(?P<case>.+)])?", re.DOTALL)


def cases(function: FunctionType) -> Iterator[object]:
    """What may stand in brackets: the values of the test's parameters, and the ids of those that have one."""
    for mark in getattr(function, "pytestmark", []):
        if mark.name == "parametrize":
            yield from mark.kwargs.get("ids") or []
            for row in mark.args[1]:
                yield getattr(row, "id", row)
                yield from row if isinstance(row, tuple) else []


def what_is_wrong(test: str) -> str:
    """Why the named test proves nothing, or ""."""
    named = NAMED.fullmatch(test)
    if named is None:
        return "not a test's name"
    module = importlib.import_module(named["module"].replace("/", "."))
    if not hasattr(module, named["name"]):
        return "no such test"
    if named["case"] and named["case"] not in cases(getattr(module, named["name"])):
        return "no such case"
    return ""


@pytest.mark.parametrize(("group", "case", "tests"), ENTRIES, ids=[f"{group}: {case}" for group, case, _ in ENTRIES])
def test_each_case_has_tests_that_are_there(group, case, tests):
    assert tests
    assert {test: wrong for test in tests if (wrong := what_is_wrong(test))} == {}


def test_no_case_is_listed_twice_or_without_what_becomes_of_it():
    assert len({(group, case) for group, case, _ in ENTRIES}) == len(ENTRIES)
    assert all(outcome for rows in HAZARDS.values() for _, outcome, *_ in rows)


HERE = "tests/teams/imports/test_every_hazard.py"


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        (f"{HERE}::test_each_case_has_tests_that_are_there", ""),
        (f"{HERE}::test_each_case_has_tests_that_are_there[container: zip bomb]", ""),
        (f"{HERE}::test_each_case_has_tests_that_are_there[container: a bomb]", "no such case"),
        (f"{HERE}::test_of_yesterday", "no such test"),
        (f"{HERE}::what_is_wrong", "not a test's name"),
    ],
)
def test_what_proves_nothing_is_found(test, wrong):
    assert what_is_wrong(test) == wrong
