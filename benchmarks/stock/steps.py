"""The stock way's steps; see `measure`."""

import csv
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from stock import resources
from stock.models import Commune, Member, Village

UNITS = Path(__file__).resolve().parents[2] / "fixtures" / "administrative_units.csv"
MULTIPLY_SQL = """
    INSERT INTO stock_member (team_id, full_name, role, phone, note)
    SELECT team_id, full_name || ' ' || copy, role, phone, note
    FROM generate_series(2, %(copies)s) AS copy, stock_member ORDER BY copy LIMIT %(missing)s
"""


def prepare(path: str) -> Callable[[], None]:
    """Tables, the province's communes and the villages that `path` names: they exist on both sides."""

    def work() -> None:
        call_command("migrate", run_syncdb=True, verbosity=0)
        with open(UNITS, encoding="utf-8", newline="") as file:
            units = [row for row in csv.DictReader(file) if row["province_code"] == "31"]
        communes = [Commune(code=row["commune_code"], name=row["commune_name"]) for row in units]
        ids = {commune.name: commune.pk for commune in Commune.objects.bulk_create(communes)}
        rows = load(path)
        names = dict.fromkeys(zip(rows[resources.COMMUNE], rows[resources.TEAM], strict=True))
        Village.objects.bulk_create(Village(commune_id=ids[commune], name=name) for commune, name in names)

    return work


def load(path: str):
    import tablib

    return tablib.Dataset().load(Path(path).read_bytes(), format="xlsx")


def member_import(path: str, resource: str) -> Callable[[], dict]:
    """The dry run that shows what would happen, then the import: the file is read once."""
    import tablib.formats._xlsx  # noqa: F401  loaded before the clock starts, as in a worker

    def work() -> dict:
        rows = load(path)
        for dry_run in (True, False):
            result = getattr(resources, resource)().import_data(rows, dry_run=dry_run, raise_errors=True)
        return {"totals": result.totals, "members": Member.objects.count()}

    return work


def member_export(path: str) -> Callable[[], int]:
    import tablib.formats._xlsx  # noqa: F401  loaded before the clock starts, as in a worker

    def work() -> int:
        resource = resources.MemberResource()
        rows = resource.export(resource.get_export_queryset())
        return Path(path).write_bytes(rows.export("xlsx"))

    return work


def multiply(rows: str) -> Callable[[], None]:
    """Exactly `rows` members, copies of those that are there, for the export."""
    stored = Member.objects.count()

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(MULTIPLY_SQL, {"copies": int(rows) // stored + 2, "missing": int(rows) - stored})

    return work
