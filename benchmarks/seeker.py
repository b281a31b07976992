"""The search box's steps: a register, somebody who looks for words in it, and the same by `icontains`."""

from collections.abc import Callable
from functools import partial

import product
from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet
from django.test import Client
from glance import PROVINCE, typical

from cdt_portal.accounts.models import User
from cdt_portal.search import FEW
from teams.access import Scope, scope_for
from teams.enums import UserRole
from teams.models import Assignment, Commune, Decision, Member, Province, ResidentialUnit, Team

TIMES = 30
WORDS = {
    "a common village": "thôn đông",
    "a common name": "nguyễn văn",
    "a full name": "nguyễn văn hùng",
    "a rare word": "cẩm giàng",
    "nobody": "xyzzy qwe",
    "a phone": "0912345678",
    "a decision": "01/QĐ-UBND",
}
STOCK: list[tuple[type[Model], str]] = [
    (Province, "name"),
    (Commune, "name"),
    (ResidentialUnit, "name"),
    (Team, "name"),
    (Member, "full_name"),
    (Decision, "raw_text"),
]


def seed(code: str, rows: str) -> Callable[[], int]:
    """The register of `code` ("31" or "all") with `rows` members, and somebody who sees the province or all of it."""
    fill = product.seed(code, rows)

    def work() -> int:
        members = fill()
        for name, province in (("province", PROVINCE), ("nation", None)):
            user = User.objects.create_user(name, full_name=name)
            Assignment.objects.create(user=user, role=UserRole.DEPARTMENT_VIEWER, province_id=province)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return members

    return work


def box(level: str) -> Callable[[], dict]:
    """What the box asks while somebody types: the whole request, by kind of words."""
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=level))

    def ask(words: str) -> None:
        assert client.get("/tim/", {"q": words, "goi_y": ""}, secure=True).status_code == 200

    return lambda: {kind: typical(partial(ask, words), TIMES) for kind, words in WORDS.items()}


def stock(level: str) -> Callable[[], dict]:
    """As lists are searched by the framework's own means, one after the other."""
    scope = scope_for(User.objects.get(username=level))

    def ask(words: str) -> list[list]:
        return [list(rows[: FEW + 1]) for rows in stock_rows(scope, words)]

    return lambda: {kind: typical(partial(ask, words), 5) for kind, words in WORDS.items()}


def stock_rows(scope: Scope, words: str) -> list[QuerySet]:
    inside = [scope.provinces(), scope.communes(), *(scope.narrow(model.objects.all()) for model, _ in STOCK[2:])]
    found = []
    for rows, (_, column) in zip(inside, STOCK, strict=True):
        for word in words.split():
            rows = rows.filter(**{f"{column}__icontains": word})
        found.append(rows.order_by(column))
    return found
