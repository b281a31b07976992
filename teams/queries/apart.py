"""Rows found before anything else is asked of them.

In one plan with their limit, their order or their scope a plan that hopes for many reads all rows in search of a name
that nobody has: seconds instead of milliseconds.

A word index serves no table that a policy guards (adr/0009): members by words are asked of here alone, of a view that
shows the rows in sight, under the table's own name.
"""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

MEMBERS = "WITH teams_member AS NOT MATERIALIZED (SELECT * FROM teams_member_seen)"


def some_of(rows: QuerySet, count: int) -> list[tuple]:
    """Up to `count` of `rows`, a `values_list`, in no order."""
    sql, params = rows.order_by().query.sql_with_params()
    # The ORM's own text with its parameters apart, and a number.
    return _ask(f"{MEMBERS}, found AS MATERIALIZED ({sql}) SELECT * FROM found LIMIT {count}", params)  # noqa: S608  see above


def first_of(rows: QuerySet, count: int, *, backwards: bool = False) -> tuple[list[tuple], int]:
    """The first `count` of `rows`, a `values_list`, by all their columns, and how many there are."""
    sql, params = rows.order_by().query.sql_with_params()
    columns = range(1, len(rows.query.values_select) + 1)
    order = ", ".join(f"{number}{' DESC' if backwards else ''}" for number in columns)
    found = _ask(
        f"{MEMBERS}, found AS MATERIALIZED ({sql}) "  # noqa: S608  as above
        f"SELECT *, (SELECT count(*) FROM found) FROM found ORDER BY {order} LIMIT {count}",
        params,
    )
    return [row[:-1] for row in found], found[0][-1] if found else 0


def count_of(rows: QuerySet, most: int) -> int:
    """How many `rows` there are; nobody counts further than `most`."""
    sql, params = rows.order_by().values("pk")[:most].query.sql_with_params()
    return _ask(f"{MEMBERS} SELECT count(*) FROM ({sql}) found", params)[0][0]  # noqa: S608  as above


def those_of(rows: QuerySet, found: str, params: tuple, count: int) -> list[tuple]:
    """Of up to `count` ids that are `found`, by SQL of our own, those that are among `rows`, a `values_list`."""
    ids = RawSQL(f"SELECT * FROM found LIMIT {count}", [])  # noqa: S608, S611  a number of ours alone
    outer, beside = rows.order_by().filter(pk__in=ids).query.sql_with_params()
    return _ask(f"WITH found AS MATERIALIZED ({found}) {outer}", (*params, *beside))


def _ask(sql: str, params: tuple) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
