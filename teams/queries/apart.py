"""Rows found before anything else is asked of them.

In one plan with their limit, their order or their scope a plan that hopes for many reads all rows in search of a name
that nobody has: seconds instead of milliseconds.
"""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def some_of(rows: QuerySet, count: int) -> list[tuple]:
    """Up to `count` of `rows`, a `values_list`, in no order."""
    sql, params = rows.order_by().query.sql_with_params()
    # The ORM's own text with its parameters apart, and a number.
    return _ask(f"WITH found AS MATERIALIZED ({sql}) SELECT * FROM found LIMIT {count}", params)  # noqa: S608  see above


def those_of(rows: QuerySet, found: QuerySet, count: int) -> list[tuple]:
    """Of up to `count` rows that are `found`, of the same model, those that are among `rows`, a `values_list`."""
    sql, params = found.order_by().values("pk").query.sql_with_params()
    ids = RawSQL(f"SELECT * FROM found LIMIT {count}", [])  # noqa: S608, S611  a number of ours alone
    outer, beside = rows.order_by().filter(pk__in=ids).query.sql_with_params()
    return _ask(f"WITH found AS MATERIALIZED ({sql}) {outer}", (*params, *beside))


def _ask(sql: str, params: tuple) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
