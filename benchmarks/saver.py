"""The backup's steps: the portal's own, and PostgreSQL's programs alone on the same database."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from cdt_portal import embedded
from cdt_portal.backup import postgres, services


def dump(path: str) -> Callable[[], float]:
    """The floor: pg_dump into a file, in the clear. Its result: megabytes."""

    def work() -> float:
        pg("pg_dump", "--format=custom", "--compress=gzip:1", f"--file={path}")
        return Path(path).stat().st_size / 1e6

    return work


def load(path: str) -> Callable[[], None]:
    def work() -> None:
        pg("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", path)

    return work


def pg(program: str, *options: str) -> None:
    subprocess.run([embedded.postgres_program(program), *options, postgres.address()], check=True)


def take(folder: str) -> Callable[[], dict]:
    """`manage.py backup`: sealed, read back, rows counted. Its result: the archive, its megabytes, its rows."""

    def work() -> dict:
        path, manifest = services.take(Path(folder), keep=1)
        return {"path": str(path), "mb": path.stat().st_size / 1e6, "rows": sum(manifest.counts.values())}

    return work


def restore(path: str) -> Callable[[], int]:
    """`manage.py restore`: proved, loaded, analyzed, counted. Its result: the rows."""
    connection.ensure_connection()

    def work() -> int:
        return sum(services.restore(Path(path)).counts.values())

    return work
