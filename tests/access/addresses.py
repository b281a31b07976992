"""The portal's own addresses, as the URL table names them."""

import re
from collections.abc import Iterator
from operator import attrgetter

from django.urls import URLResolver, reverse

from tests.architecture.pages import Page
from tests.architecture.places import Place


def parts(page: Page, place: Place) -> list[object]:
    return [attrgetter(path)(place) for path in page.args]


def address(name: str, args: list[object], query: str) -> str:
    if "/" in name:  # a URL of the back office without a name
        return "/" + re.sub(r"<[^>]+>|\(.*\)\$", str(args[0]), name)
    return reverse(name.partition(" ")[0], args=args) + query


def address_at(place: Place, name: str, page: Page) -> str:
    return address(name, parts(page, place), page.query.format(place))


def routes(resolver: URLResolver, space: str = "", before: str = "") -> Iterator[str]:
    """Names of all URLs; the few without a name by their pattern."""
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, pattern)
        else:
            yield f"{space}{entry.name}" if entry.name else pattern
