"""The portal's own addresses, as the URL table names them."""

import re
from operator import attrgetter

from django.urls import reverse

from tests.architecture.pages import Page
from tests.architecture.places import Place


def parts(page: Page, place: Place) -> list[object]:
    return [attrgetter(path)(place) for path in page.args]


def address(name: str, args: list[object], query: str) -> str:
    if "/" in name:  # a URL of the back office without a name
        return "/" + re.sub(r"<[^>]+>|\(.*\)\$", str(args[0]), name)
    return reverse(name.partition(" ")[0], args=args) + query
