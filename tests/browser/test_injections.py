"""Texts that are meant to harm, on the pages that show them, in a real browser: no script of theirs runs."""

from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from tests.access.addresses import address_at
from tests.access.injections import plant
from tests.architecture.places import World, make_world
from tests.architecture.url_table import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRAP = "window.zq = () => { document.title = 'zq has run' }"
PAGES = (
    "home",
    "teams:commune",
    "teams:unit_history",
    "teams:units",
    "teams:team",
    "teams:members",
    "teams:decisions",
    "teams:officers",
    "teams:pairs",
    "teams:import",
    "jobs:list",
    "notices:list",
    "reporting:report",
    "reporting:team_figures",
    "training:needs",
    "training:class",
    "training:trained",
)


@pytest.fixture
def harmful(transactional_db, tmp_path, settings) -> Iterator[World]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with mock.patch("cdt_portal.lib.documents.pdf.render_pdf", return_value=b"%PDF-1.7"):
        with transaction.atomic():  # as one: what follows a commit would compute anew what stands
            world = make_world(tmp_path)
            plant(world)
        yield world


def test_no_script_of_a_text_runs(window_of, harmful):
    page, said = watched(window_of(harmful.people["officer"]))
    shown = 0
    own = harmful.places["own"]
    urls = [address_at(own, name, TABLE[name]) for name in PAGES]
    for url in [*urls, f"{reverse('search')}?q=%3Cscript%3Ezq()%3C/script%3E"]:
        page.goto(url)
        shown += "<script>zq()" in page.inner_text("body")
        assert (url, page.title() == "zq has run") == (url, False)
    assert said == []
    assert shown > 10


def test_a_text_that_is_taken_for_markup_would_be_noticed(window_of, officer):
    """The policy stops it, and says so."""
    page, said = watched(window_of(officer))
    page.goto("/")
    assert said == []
    with page.expect_console_message(lambda message: "Content Security" in message.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=zq()>')")
    assert said != []


def watched(window: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what it said of dialogs and of scripts that the policy stopped."""
    page, said = window.new_page(), []
    page.add_init_script(TRAP)
    page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    return page, said
