"""The database out of and into PostgreSQL's own dump format, by its own programs."""

import os
import re
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Self

import psycopg2.extensions
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from cdt_portal import embedded

PIECE = 8 << 20
# Sessions and the cache are of the day; who was logged in at the time of the backup is not logged in by it again.
WITHOUT_ROWS = ("django_session", "portal_cache")
ROWS_OF = re.compile(rb'COPY (?:public\.)?"?(\w+)"? \(.* FROM stdin;\n')
LAST_WORDS = 2000


class PostgresFailed(Exception):
    """One of PostgreSQL's programs is missing or did not succeed; its last words."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What every connection that takes up `id` sees: rows by table, migrations, roles that are granted something."""

    id: str
    counts: dict[str, int]
    migrations: list[str]
    roles: list[str]


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Holds the moment in a connection of its own, as the caller may stand in a transaction."""
    with closing(connection.copy()) as own:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            [taken] = cursor.fetchone()
        yield Snapshot(taken, row_counts(own), migrations(own), granted_roles(own))


def row_counts(database: BaseDatabaseWrapper = connection) -> dict[str, int]:
    """Rows of every table whose rows are kept."""
    with database.cursor() as cursor:
        names = sorted(set(database.introspection.table_names(cursor)) - set(WITHOUT_ROWS))
        if not names:
            return {}
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))  # noqa: S608  names of tables
        return dict(cursor.fetchall())


def migrations(database: BaseDatabaseWrapper = connection) -> list[str]:
    """Those that the database has seen, as "app.name"; none in an empty one."""
    with database.cursor() as cursor:
        if "django_migrations" not in database.introspection.table_names(cursor):
            return []
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def granted_roles(database: BaseDatabaseWrapper) -> list[str]:
    """Other roles that rights or row policies of this database name: without them it cannot be restored."""
    with database.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT rolname FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND refclassid = 'pg_authid'::regclass AND deptype IN ('a', 'r') AND rolname <> current_user ORDER BY 1"""
        )
        return [name for (name,) in cursor.fetchall()]


def missing_roles(wanted: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        return sorted(set(wanted) - {name for (name,) in cursor.fetchall()})


def dump(snapshot_id: str) -> Iterator[bytes]:
    """The dump in pieces, as it is made; never on disk in the clear."""
    options = [f"--exclude-table-data={name}" for name in WITHOUT_ROWS]
    options += ["--format=custom", "--compress=gzip:1", "--no-owner", f"--snapshot={snapshot_id}", address()]
    with _run("pg_dump", *options, stdout=subprocess.PIPE) as process:
        while piece := process.stdout.read(PIECE):
            yield piece


class Loader:
    """Context manager around pg_restore: `feed` it the dump's pieces. All or nothing is in the database at its end."""

    OPTIONS = ("--single-transaction", "--exit-on-error", "--no-owner")
    OUTPUT: int | None = None

    def __init__(self) -> None:
        target = () if self.OUTPUT else (address(),)
        self._running = _run("pg_restore", *self.OPTIONS, *target, stdin=subprocess.PIPE, stdout=self.OUTPUT)

    def __enter__(self) -> Self:
        self._process = self._running.__enter__()
        return self

    def feed(self, piece: bytes) -> None:
        with suppress(BrokenPipeError):  # it has given up; why, it says at the end
            self._process.stdin.write(piece)

    def __exit__(self, *exc_info) -> bool | None:
        return self._running.__exit__(*exc_info)


class RowCounter(Loader):
    """Restores into nothing and counts by table the rows that would have come: `counts`, at its end."""

    OPTIONS = ("--data-only", "--file=-")
    OUTPUT = subprocess.PIPE

    def __enter__(self) -> Self:
        super().__enter__()
        self.counts: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc_info) -> bool | None:
        _close(self._process.stdin)
        self._thread.join()
        return super().__exit__(*exc_info)

    def _count(self) -> None:
        table = None
        for line in self._process.stdout:
            if table is None:
                begins = ROWS_OF.fullmatch(line)
                table = begins and begins[1].decode()
            elif line == b"\\.\n":
                table = None
            else:
                self.counts[table] += 1


@contextmanager
def _run(program: str, *options: str, **pipes: int | None) -> Iterator[subprocess.Popen]:
    """Raises PostgresFailed unless it ends well; it is killed when its caller does not get that far."""
    path = embedded.postgres_program(program)
    if path is None:
        raise PostgresFailed(f"Máy này không có {program}. Hãy cài gói postgresql-client cùng phiên bản với máy chủ.")
    environment = os.environ | {"PGPASSWORD": connection.settings_dict["PASSWORD"] or ""}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([path, *options], stderr=errors, env=environment, **pipes)
        try:
            yield process
            _close(process.stdin)
            process.wait()
        finally:
            process.kill()
            process.wait()
            _close(process.stdin)
            _close(process.stdout)
        if process.returncode != 0:
            errors.seek(0)
            raise PostgresFailed(f"{program}: {errors.read().decode(errors='replace')[-LAST_WORDS:].strip()}")


def _close(pipe: IO[bytes] | None) -> None:
    if pipe:
        with suppress(BrokenPipeError):
            pipe.close()


def address() -> str:
    """Where Django's database is, for libpq; without the password, which every user of the machine could read, and
    without the limits of time that pages have."""
    settings = connection.get_connection_params()
    kept = {name: value for name, value in settings.items() if name not in {"password", "options", "cursor_factory"}}
    return f"--dbname={psycopg2.extensions.make_dsn(**kept)}"
