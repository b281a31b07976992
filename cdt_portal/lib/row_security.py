"""Row-level security, the second lock below `Scope.narrow`: the database shows a web request rows of its units alone.

Migrations lay the policies with the SQL made here. Every web request tells its connection what it may see, before it
looks at anything that a policy guards; nothing told is nothing seen. Workers and commands are the tables' owner, whom
policies do not bind. See docs/adr/0009-row-level-security.md.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

WEB_ROLE = "cdt_web"
TAKES_STATEMENTS = {TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a connection may see: rows of `units` (codes of provinces and of communes; "*" is everything), and of
    `provinces` what a whole province shares."""

    units: str = ""
    provinces: str = ""

    @classmethod
    def of(cls, units: Collection[str], provinces: Collection[str]) -> "Sight":
        return cls(",".join(sorted(units)), ",".join(sorted(provinces)))


NOTHING = Sight()
EVERYTHING = Sight("*")


def show(sight: Sight) -> None:
    """From now on this connection sees that and nothing else; one that is not open yet sees nothing by itself."""
    if sight == NOTHING and connection.connection is None:
        return
    _ask(
        "SELECT set_config('cdt.units', %s, false), set_config('cdt.provinces', %s, false)",
        sight.units,
        sight.provinces,
    )


def in_sight() -> Sight:
    """What the connection was told last."""
    units, provinces = _ask("SELECT current_setting('cdt.units', true), current_setting('cdt.provinces', true)")
    return Sight(units or "", provinces or "")


def _ask(sql: str, *parameters: str) -> tuple[str | None, str | None]:
    """One statement, outside Django's log of queries: it is part of having a connection, as what Django itself says to
    a new one."""
    if connection.connection is None:
        connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        units, provinces = cursor.fetchone()
    return units, provinces


@contextmanager
def seeing(sight: Sight) -> Iterator[None]:
    """Inside the block the connection sees that instead."""
    before = in_sight()
    show(sight)
    try:
        yield
    finally:
        # A failed transaction takes no statement, and rolled back it leaves what was told before it; a lost connection
        # sees nothing.
        if connection.connection and connection.connection.get_transaction_status() in TAKES_STATEMENTS:
            show(before)


# For migrations -----------------------------------------------------------------------------------------------------

# Asked once a statement, as sub-selects are, and not once a row.
_EVERYWHERE = "(SELECT current_setting('cdt.units', true) = '*')"
_UNITS = "ANY ((SELECT string_to_array(current_setting('cdt.units', true), ','))::text[])"
_PROVINCES = "ANY ((SELECT string_to_array(current_setting('cdt.provinces', true), ','))::text[])"
OF_UNIT = f"{_EVERYWHERE} OR province_id = {_UNITS} OR commune_id = {_UNITS}"
OF_PROVINCE = f"{_EVERYWHERE} OR province_id = {_PROVINCES}"
OF_PROVINCE_OR_NATION = f"{OF_PROVINCE} OR province_id IS NULL"

# For views, which are read as their owner: the same, and everything for roles that policies do not bind.
OF_UNIT_FOR_VIEWS = (
    f"(SELECT current_user <> '{WEB_ROLE}' OR current_setting('cdt.units', true) = '*')"
    f" OR province_id = {_UNITS} OR commune_id = {_UNITS}"
)


def of_parent(table: str, parent: str, column: str) -> str:
    """Rows that go with a row of another table, which has its own policy."""
    return f"EXISTS (SELECT FROM {parent} parent WHERE parent.id = {table}.{column})"


def guard(condition: str, *tables: str) -> tuple[list[str], list[str]]:
    """SQL that lets the web role see and write only rows that meet the condition; and what takes it back."""
    on = [
        sql
        for table in tables
        for sql in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY in_sight ON {table} TO {WEB_ROLE} USING ({condition})",
        )
    ]
    off = [
        sql
        for table in tables
        for sql in (f"DROP POLICY in_sight ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    ]
    return on, off
