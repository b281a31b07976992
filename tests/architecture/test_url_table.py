"""Every URL of the portal, for every role, on an object of their own, of a neighbour, of another province.

The expectations are written by hand in `url_table`. A refusal counts only after somebody who may has been let in on
the same URL with the same payload, and only when it left every table as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver, reverse

from cdt_portal.accounts.models import User
from cdt_portal.lib.row_security import EVERYTHING
from reporting.views import attachments
from teams.access import Scope
from tests.architecture.places import FIRST_ID, Place, World, make_world
from tests.architecture.url_table import SECTIONS, TABLE, Door, Page
from tests.conftest import client_of

LOGIN = ("/tai-khoan/dang-nhap/?", "/quan-tri/login/?")
CHANGES_WITH_EVERY_PAGE = {"django_session", "portal_cache"}
ID_AS_FIGURE = re.compile(rf"\b{FIRST_ID // 1000}\.{FIRST_ID % 1000 // 100}\d\d\b")
WITH_EVERY_PAGE = "|".join(sorted(CHANGES_WITH_EVERY_PAGE))
WRITES_NOTHING = re.compile(
    rf'SELECT|SAVEPOINT|RELEASE SAVEPOINT|(INSERT INTO|UPDATE|DELETE FROM) "({WITH_EVERY_PAGE})"'
)
WHO_PROVES = ("officer", "staff", "admin", "leader")


def routes(resolver: URLResolver, space: str = "", before: str = "") -> Iterator[str]:
    """Names of all URLs; the few without a name by their pattern."""
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, pattern)
        else:
            yield f"{space}{entry.name}" if entry.name else pattern


def test_every_url_stands_in_the_table():
    written, real = {name.partition(" ")[0] for name in TABLE}, set(routes(get_resolver()))
    assert not real - written, f"say in tests/architecture/url_table.py who may what at: {sorted(real - written)}"
    assert not written - real, f"gone from the portal, still in the table: {sorted(written - real)}"


def test_the_table_is_as_large_as_it_says(capsys):
    cases = sum(len(door.grid) for page in TABLE.values() for door in (page.get, page.post))
    with capsys.disabled():
        print(f" [{len(TABLE)} URLs, {cases} cases]", end="")
    assert cases > 1000


def test_an_id_that_is_written_like_a_figure_is_noticed():
    page = Template("{{ id }} {{ id|unlocalize }}").render(Context({"id": FIRST_ID + 12}))
    assert ID_AS_FIGURE.findall(page) == ["4.712"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request came to."""

    status: int
    target: str
    wrote: bool
    spoilt_ids: list[str]

    def outcome(self, door: Door) -> str:
        """In the words of the table."""
        if self.spoilt_ids:
            return f"ids written as figures: {self.spoilt_ids}"
        if self.status == 302 and self.target.startswith(LOGIN) and not self.wrote:
            return "login"
        if self.status == door.status and self.wrote == door.writes:
            return "ok"
        if self.status in {200, 422} and not self.wrote:
            return "again"
        return f"{self.status} and wrote" if self.wrote else str(self.status)


class Visitor:
    """Goes through doors as any of the world's people; each visit takes back what it wrote."""

    def __init__(self, world: World):
        self.client = Client(raise_request_exception=False)
        people = {user for place in world.places.values() for user in place.owners.values()}
        self.sessions = {user.pk: client_of(user).cookies[settings.SESSION_COOKIE_NAME].value for user in people}
        tables = sorted(set(connection.introspection.table_names()) - CHANGES_WITH_EVERY_PAGE)
        rows = " UNION ALL ".join(f"SELECT '{table}' AS name, t::text AS line FROM {table} t" for table in tables)
        self.sum = f"SELECT md5(string_agg(name || line, '' ORDER BY name, line)) FROM ({rows}) everything"
        self.untouched = self.digest()

    def digest(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(self.sum)
            return cursor.fetchone()[0]

    def notice(self, execute, sql, params, many, context):
        self.looked_only &= WRITES_NOTHING.match(sql) is not None
        return execute(sql, params, many, context)

    def visit(self, user: User | None, method: str, url: str, payload: dict) -> Visit:
        """As `user`, or as somebody who has not logged in."""
        self.client.cookies.clear()
        if user:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[user.pk]
        self.looked_only = True
        block = transaction.atomic()
        block._from_testcase = True  # as a test's own: a service that insists on a transaction of its own gets one
        with block:
            with connection.execute_wrapper(self.notice):
                response = self.client.get(url) if method == "get" else self.client.post(url, payload)
                body = b"".join(response)  # a file may be written while it is sent, and is shut at its end
            wrote = not self.looked_only and self.digest() != self.untouched
            transaction.set_rollback(True)
        is_page = response.get("Content-Type", "").startswith("text/html")
        spoilt_ids = ID_AS_FIGURE.findall(body.decode()) if is_page else []
        return Visit(response.status_code, response.get("Location", ""), wrote, spoilt_ids)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """One for all sections, as every visit takes back what it wrote. Papers are drawn elsewhere: here it only matters
    who gets one."""
    folder = tmp_path_factory.mktemp("world")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder / "media"),
        mock.patch("cdt_portal.lib.documents.pdf.render_pdf", return_value=b"%PDF-1.7"),
        transaction.atomic(),
    ):
        yield make_world(folder)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("section", SECTIONS)
def test_each_role_gets_what_the_table_says(section, world):
    visitor = Visitor(world)
    wrong = [
        f"{name} {method}: {complaint}"
        for name, page in SECTIONS[section].items()
        for method, door in (("get", page.get), ("post", page.post))
        for complaint in complaints(visitor, world, name, page, method, door)
    ]
    assert not wrong, "\n".join(["", *wrong])


GUARDED = ["teams:team", "reporting:report", "training:certificate_file"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_without_the_scope_the_database_still_holds(name, world, monkeypatch):
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())
    assert not list(complaints(Visitor(world), world, name, TABLE[name], "get", TABLE[name].get))


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_without_the_scope_and_the_policies_the_table_would_notice(name, world, monkeypatch):
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())
    monkeypatch.setattr(Scope, "sight", EVERYTHING)
    noticed = list(complaints(Visitor(world), world, name, TABLE[name], "get", TABLE[name].get))
    assert {line.partition(":")[0] for line in noticed} == {
        *(f"neighbour, {role}" for role in ("officer", "leader")),
        *(f"other, {role}" for role in ("staff", "viewer", "officer", "leader")),
    }


@pytest.mark.django_db
def test_below_ones_own_nothing_of_others_is_found(world):
    visitor, tried = Visitor(world), []
    wrong = [line for name, page in TABLE.items() for line in strays(visitor, world, name, page, tried)]
    assert not wrong, "\n".join(["", *wrong])
    assert len(tried) > 30


@pytest.mark.django_db
def test_a_part_that_is_looked_up_by_itself_would_be_noticed(world, monkeypatch):
    found = attachments.Attachment.objects.select_related("report__campaign")
    monkeypatch.setattr(
        attachments, "attachment_or_404", lambda request, pk, attachment, *args: found.get(pk=attachment)
    )
    visitor, name = Visitor(world), "reporting:report_attachment of what was sent"
    assert len(list(strays(visitor, world, name, TABLE[name], []))) == 2


def strays(visitor: Visitor, world: World, name: str, page: Page, tried: list[str]) -> Iterator[str]:
    """Where somebody who may do a thing with two objects of their own may with the second one of others, too."""
    for method, door in (("get", page.get), ("post", page.post)):
        prover = prover_of(door)
        for place, url in crossings(name, page, world) if prover and ":" in name else ():
            seen = visitor.visit(world.people[prover], method, url, page.payload(place))
            tried.append(url)
            if seen.status != 404 or seen.wrote:
                yield f"{name} {method}: {prover} at {url}: {seen}"


def crossings(name: str, page: Page, world: World) -> Iterator[tuple[Place, str]]:
    """The page's URL for the own place with one part, not the first, of another place; and that place. What both places
    share is the other's as well: its own URL is none."""
    own = parts(page, world.places["own"])
    for place in (world.places["neighbour"], world.places["other"]):
        theirs = parts(page, place)
        for at in range(1, len(own)):
            mixed = [*own[:at], theirs[at], *own[at + 1 :]]
            if mixed not in (own, theirs):
                yield place, reverse(name.partition(" ")[0], args=mixed)


def complaints(visitor: Visitor, world: World, name: str, page: Page, method: str, door: Door) -> Iterator[str]:
    """Where the table and the portal differ, and refusals whose accepted twin was not accepted."""
    prover = prover_of(door)
    for relation in dict.fromkeys(relation for relation, _ in door.grid):
        place = world.places[relation]
        url = address(name, page, place)
        proof = visitor.visit(place.owners[prover], method, url, page.payload(place)) if prover else None
        if proof and proof.outcome(door) != "ok":
            yield f"{relation}: not even {prover} there may: {proof}"
            continue
        for role in (role for where, role in door.grid if where == relation):
            seen = visitor.visit(world.people.get(role), method, url, page.payload(place))
            if seen.outcome(door) != door.grid[relation, role]:
                yield f"{relation}, {role}: expected {door.grid[relation, role]}, got {seen.outcome(door)} of {seen}"


def prover_of(door: Door) -> str | None:
    """The role that is let in where it is at home."""
    return next((role for role in WHO_PROVES if door.grid["own", role] == "ok"), None)


def parts(page: Page, place: Place) -> list[object]:
    return [attrgetter(path)(place) for path in page.args]


def address(name: str, page: Page, place: Place) -> str:
    args = parts(page, place)
    if "/" in name:  # a URL of the back office without a name
        return "/" + re.sub(r"<[^>]+>|\(.*\)\$", str(args[0]), name)
    return reverse(name.partition(" ")[0], args=args) + page.query.format(place)
