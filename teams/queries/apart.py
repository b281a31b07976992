"""Rows found before anything else is asked of them."""

from django.db import connection
from django.db.models import QuerySet


def some_of(rows: QuerySet, count: int) -> list[tuple]:
    """Up to `count` of `rows`, a `values_list`, in no order.

    Found in one plan with their limit or their order, a plan that hopes for many would read all rows in search of a
    name that nobody has: seconds instead of milliseconds.
    """
    sql, params = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH found AS MATERIALIZED ({sql}) SELECT * FROM found LIMIT {count}", params)  # noqa: S608
        return cursor.fetchall()
