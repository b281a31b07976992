"""What the URL table expects of everybody everywhere, and where the portal differs.

The table is written by hand in `tests/architecture/url_table.py`, by role and by the object's relation to the user.
Everybody goes to the same addresses with the same payloads: a refusal has its twin in those whose object it is, and it
counts only when it left every table as it was.
"""

import re
from collections.abc import Iterator

from tests.access.addresses import address, address_at, parts
from tests.access.people import Caller
from tests.access.visits import Visitor
from tests.architecture.pages import Door, Page
from tests.architecture.places import Place, World

ABSENT_ID, ABSENT_CODE = 99_999_999, "99999"
CODE_IN_QUERY = re.compile(r"\b(tinh|xa)=\w+")
# Whoever has no post is to an object what another province's leader is, and gets the pages that are about nobody's
# object as a leader does, but for these:
WITHOUT_A_POST = {
    "teams:exports": "404",
    "teams:exports of one province": "404",
    "notices:seen": "302",  # was told nothing, so there is nothing to note
} | dict.fromkeys(
    (
        "home",
        "search",
        "teams:team_list",
        "teams:team_list_export",
        "teams:village_list",
        "teams:village_list_export",
        "reporting:home",
        "reporting:overview",
        "reporting:overview of one province",
        "reporting:overview_sheet of one province",
        "reporting:overview_paper of one province",
        "training:home",
        "training:classes",
        "training:contests",
        "training:topics",
    ),
    "403",
)


def go_through(pages: dict[str, Page], world: World, callers: list[Caller]) -> tuple[int, list[str]]:
    """How many visits, and which came to something else than the table says."""
    visitor = Visitor()
    wrong = [
        f"{name} {method}: {complaint}"
        for name, page in pages.items()
        for method in ("get", "post")
        for complaint in complaints(visitor, world, callers, name, page, method)
    ]
    return visitor.count, wrong


def complaints(
    visitor: Visitor, world: World, callers: list[Caller], name: str, page: Page, method: str
) -> Iterator[str]:
    """Where the table and the portal differ by one method of one URL."""
    door: Door = getattr(page, method)
    for label, caller, url, place, expected in cases(world, callers, name, page, door):
        seen = visitor.visit(caller, method, url, page.payload(place))
        if seen.outcome(door) != expected:
            yield f"{label}, {caller.name}: expected {expected}, got {seen.outcome(door)} of {seen}"


def cases(
    world: World, callers: list[Caller], name: str, page: Page, door: Door
) -> Iterator[tuple[str, Caller, str, Place, str]]:
    """Who goes where, and what they should get: to each place's object, and to one that is not there. What is about
    nobody's object is asked by those who work at Cát Hải."""
    labels = list(dict.fromkeys(relation for relation, _ in door.grid))
    own = world.places["own"]
    for label in labels:
        place = world.places[label]
        url = address_at(place, name, page)
        for caller in callers:
            if goes_to(caller, label, world) and (len(labels) > 1 or caller.works_at(place)):
                yield label, caller, url, place, expected_of(name, door, caller, label, place)
    url = absent(name, page, own)
    if len(labels) > 1 and url:
        for caller in callers:
            if caller.works_at(own):
                yield "absent", caller, url, own, expected_of_nothing(name, door, caller)


def goes_to(caller: Caller, label: str, world: World) -> bool:
    """Cát Hải's people go everywhere, all others to Cát Hải and to their own."""
    return label == "own" or any(caller.works_at(world.places[each]) for each in ("own", label))


def expected_of(name: str, door: Door, caller: Caller, label: str, place: Place) -> str:
    if caller.role != "ended":
        return door.grid[caller.relation_to(label, place), caller.role]
    if door.grid["own", "leader"] == "405":
        return "405"
    return WITHOUT_A_POST.get(name) or door.grid.get(("other", "leader")) or door.grid["own", "leader"]


def expected_of_nothing(name: str, door: Door, caller: Caller) -> str:
    """What is not there answers as what is another province's: nobody learns which of the two it is. The
    back office first asks whether somebody may change such rows at all."""
    if caller.role == "ended":
        return WITHOUT_A_POST.get(name, door.grid["other", "leader"])
    if caller.role == "admin":
        in_back_office = name.startswith("admin:") and door.grid["own", "admin"] == "403"
        return "403" if in_back_office else door.grid["other", "staff"]
    return door.grid["other", caller.role]


def absent(name: str, page: Page, place: Place) -> str | None:
    """The page's address with ids of nothing, if it holds any."""
    own = parts(page, place)
    args = [nothing(part) if path.endswith(("pk", "_id")) else part for path, part in zip(page.args, own, strict=True)]
    query = page.query.format(place)
    no_query = CODE_IN_QUERY.sub(rf"\1={ABSENT_CODE}", query)
    return address(name, args, no_query) if (args, no_query) != (own, query) else None


def nothing(part: object) -> object:
    if isinstance(part, int):
        return ABSENT_ID
    return ABSENT_CODE if isinstance(part, str) else type(part)(int=0)  # a code, else a UUID
