"""Every page of every role, for those who cannot see it well or use no mouse: axe finds nothing, nothing scrolls
sideways on a telephone, and the console stays silent."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page

from cdt_portal.accounts.models import User
from tests.access.addresses import address_at
from tests.architecture.places import World, make_world
from tests.architecture.url_table import TABLE
from tests.browser.axe import violations
from tests.conftest import client_of

pytestmark = pytest.mark.browser

MAIN = {  # the pages that people of each role spend their time on
    "officer": (
        "home",
        "teams:commune",
        "teams:team",
        "teams:imports",
        "teams:consolidate",
        "reporting:report",
        "reporting:team_figures",
        "guide",
    ),
    "leader": ("reporting:home",),
    "staff": ("reporting:campaign", "reporting:review_desk", "reporting:overview of one province", "teams:users"),
    "admin": ("teams:first_steps of one province", "teams:users_invite of one province"),
}


@pytest.fixture
def world(live_server, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    with transaction.atomic():  # what follows each commit would mend what the world wants unmended
        world = make_world(tmp_path)
    User.objects.filter(username="canbo.cathai").update(tour_seen_at=None)  # the tour is on the page, too
    return world


def pages_of(world: World, role: str) -> dict[str, str]:
    """The addresses of what the role may look at, by their names in the table of URLs; files are not among them."""
    client, own = client_of(world.people[role]), world.places["own"]
    open_to_it = {name: page for name, page in TABLE.items() if page.get.grid.get(("own", role)) == "ok"}
    urls = {name: address_at(own, name, page) for name, page in open_to_it.items() if page.get.status == 200}
    return {name: url for name, url in urls.items() if name in LOUD or is_page(client, url)}


LOUD = {"account_logout"}  # a test's client would be logged out by a look at it


def is_page(client: Client, url: str) -> bool:
    response = client.get(url)
    response.close()
    return response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")


def faults(page: Page, url: str) -> Iterator[str]:
    """At the width of a desk what axe finds; at that of a telephone what sticks out."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(url)
    yield from violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > 390:
        yield f"scrolls sideways on a telephone: {width} pixels"
    yield from said


def complaints(window_of, world: World, role: str, urls: dict[str, str]) -> list[str]:
    window, found = window_of(world.people[role]), []
    for name, url in urls.items():
        page = window.new_page()
        found += [f"{role}, {name}: {fault}" for fault in faults(page, url)]
        page.close()
    return found


def test_the_main_pages_are_for_everybody(window_of, world):
    own = world.places["own"]
    found = [
        complaint
        for role, names in MAIN.items()
        for complaint in complaints(
            window_of, world, role, {name: address_at(own, name, TABLE[name]) for name in names}
        )
    ]
    assert not found, "\n".join(["", *found])


@pytest.mark.long
@pytest.mark.parametrize("role", ["officer", "leader", "staff", "viewer", "admin"])
def test_and_so_is_every_other_page(window_of, world, role, capsys):
    urls = pages_of(world, role)
    assert len(urls) > 30
    found = complaints(window_of, world, role, urls)
    with capsys.disabled():
        print(f" [{role}: {len(urls)} pages]", end="")
    assert not found, "\n".join(["", *found])
