"""The URL table holds every URL, and it would notice what must not be: a filter that was forgotten, a part of an
address that is looked up by itself, a refusal that has written."""

import re
from collections.abc import Iterator

import pytest
from django.db.models import Q
from django.template import Context, Template
from django.urls import get_resolver, reverse

from cdt_portal.lib.row_security import EVERYTHING
from reporting.views import attachments
from teams.access import Scope
from teams.models import DataFinding
from tests.access.addresses import parts, routes
from tests.access.matrix import cases, complaints
from tests.access.people import Caller
from tests.access.visits import ID_AS_FIGURE, Visitor
from tests.architecture.pages import Page
from tests.architecture.places import FIRST_ID, ROLES, Place, World
from tests.architecture.url_table import TABLE

GUARDED = ("teams:team", "reporting:report", "training:certificate_file")
# What nobody in this world may, so that no refusal there has a twin:
CLOSED_TO_ALL = re.compile(
    r"mfa_(deactivate_totp|(view|download)_recovery_codes)"  # nobody has a second factor
    r"|admin:(login|autocomplete|view_on_site)|admin:\w+_(add|change|delete)|quan-tri/.*"  # the portal's pages do it
    r"|.* (of the nation|of a shipped one|of a draft|of nobody|of what was not sent|that is forged|that is a link)"
)
WHO_PROVES = ("officer", "staff", "admin", "leader")


def test_every_url_stands_in_the_table():
    written, real = {name.partition(" ")[0] for name in TABLE}, set(routes(get_resolver()))
    assert not real - written, f"say in tests/architecture/url_table.py who may what at: {sorted(real - written)}"
    assert not written - real, f"gone from the portal, still in the table: {sorted(written - real)}"


def test_whatever_is_refused_to_somebody_is_open_to_those_whose_it_is():
    """By the same address with the same payload: everybody goes everywhere, and the table says what they get."""
    without_twin = {
        name
        for name, page in TABLE.items()
        for door in (page.get, page.post)
        if {"403", "404", "again"}.intersection(door.grid.values())
        and "ok" not in [door.grid["own", role] for role in ROLES]
    }
    assert {name for name in without_twin if not CLOSED_TO_ALL.fullmatch(name)} == set()


def test_an_id_that_is_written_like_a_figure_is_noticed():
    page = Template("{{ id }} {{ id|unlocalize }}").render(Context({"id": FIRST_ID + 12}))
    assert ID_AS_FIGURE.findall(page) == ["4.712"]


@pytest.mark.django_db
def test_to_ask_for_the_head_alone_opens_no_more(world, callers, quiet, count_cases):
    """The answer is that to GET, by those of another province and by nobody."""
    visitor, wrong = Visitor(), []
    for name, page in TABLE.items():
        for label, caller, url, _, expected in cases(world, callers, name, page, page.get):
            if label == "own" and (caller.role == "anonymous" or caller.province == "38"):
                seen = visitor.visit(caller, "head", url)
                if seen.outcome(page.get) != expected and seen.status != 405:
                    wrong.append(f"{name}, {caller.name}: expected {expected}, got {seen}")
    count_cases("URL × HEAD × foreigner", visitor.count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_without_the_scope_the_database_still_holds(name, world, callers, monkeypatch, quiet):
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())
    open_now = [each for each in complaints(Visitor(), world, callers, name, TABLE[name], "get") if "got ok" in each]
    assert open_now == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_without_the_scope_and_the_policies_the_table_would_notice(name, world, callers, monkeypatch, quiet):
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())
    monkeypatch.setattr(Scope, "sight", EVERYTHING)
    page = TABLE[name]
    noticed = complaints(Visitor(), world, callers, name, page, "get")
    assert {line.partition(":")[0] for line in noticed} == {
        f"{label}, {caller.name}"
        for label, caller, _, _, expected in cases(world, callers, name, page, page.get)
        if expected == "404" and label != "absent"
    }


@pytest.mark.django_db
def test_a_refusal_that_writes_would_be_noticed(world, callers, monkeypatch, quiet):
    """What is written before the right is looked at stays."""
    officer = next(caller for caller in callers if caller.user == world.people["officer"])
    finding = world.places["own"].finding
    url = reverse("teams:finding_accept", args=[world.places["other"].finding.pk])
    visitor, narrow = Visitor(), Scope.narrow

    def write_and_narrow(self, queryset, *args, **kwargs):
        DataFinding.objects.filter(pk=finding.pk).update(version=77)
        return narrow(self, queryset, *args, **kwargs)

    assert not visitor.visit(officer, "post", url).wrote
    monkeypatch.setattr(Scope, "narrow", write_and_narrow)
    assert visitor.visit(officer, "post", url).wrote
    monkeypatch.undo()
    assert not visitor.visit(officer, "post", url).wrote


@pytest.mark.django_db
def test_below_ones_own_nothing_of_others_is_found(world, callers, quiet, count_cases):
    visitor = Visitor()
    wrong = [line for name, page in TABLE.items() for line in strays(visitor, world, callers, name, page)]
    count_cases("own address with another's part", visitor.count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
    assert visitor.count > 30


@pytest.mark.django_db
def test_a_part_that_is_looked_up_by_itself_would_be_noticed(world, callers, monkeypatch, quiet):
    found = attachments.Attachment.objects.select_related("report__campaign")
    monkeypatch.setattr(
        attachments, "attachment_or_404", lambda request, pk, attachment, *args: found.get(pk=attachment)
    )
    name = "reporting:report_attachment of what was sent"
    assert len(list(strays(Visitor(), world, callers, name, TABLE[name]))) == 2


def strays(visitor: Visitor, world: World, callers: list[Caller], name: str, page: Page) -> Iterator[str]:
    """Where somebody who may do a thing with two objects of their own may with the second one of others, too."""
    for method, door in (("get", page.get), ("post", page.post)):
        prover = next((role for role in WHO_PROVES if door.grid["own", role] == "ok"), None)
        who = next((caller for caller in callers if prover and caller.user == world.people[prover]), None)
        for place, url in crossings(name, page, world) if who and ":" in name else ():
            seen = visitor.visit(who, method, url, page.payload(place))
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
