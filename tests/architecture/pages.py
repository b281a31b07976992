"""A line of the URL table: what a URL answers to whom, by GET and by POST, and what is posted there."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.architecture.grids import NOT_SO, Grid
from tests.architecture.places import Place


@dataclass(frozen=True, slots=True)
class Door:
    """One method of a URL; `status` and `writes` are those of the accepted answer."""

    grid: Grid
    status: int = 200
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`args`: the URL's parts, as attributes of a place; `payload`: what is posted there."""

    get: Door
    post: Door
    args: tuple[str, ...] = ()
    payload: Callable[[Place], dict] = field(default=lambda place: {})
    query: str = ""


def read(who: Grid, *args: str, status: int = 200, query: str = "") -> Page:
    """A page to look at, which answers a POST as a GET."""
    return Page(Door(who, status), Door(who, status), args, query=query)


def only_read(who: Grid, *args: str, status: int = 200) -> Page:
    return Page(Door(who, status), Door(NOT_SO), args)


def form(who: Grid, payload: Callable[[Place], dict], *args: str) -> Page:
    """A page with a form that writes and goes on to another page."""
    return Page(Door(who), Door(who, 302, writes=True), args, payload)


def act(
    who: Grid, *args: str, payload: Callable[[Place], dict] = lambda place: {}, status: int = 302, writes: bool = True
) -> Page:
    """By POST only."""
    return Page(Door(NOT_SO), Door(who, status, writes), args, payload)


def asked(page: Page, query: str) -> Page:
    """The page as it answers to a query string."""
    return Page(page.get, page.post, page.args, page.payload, query)
