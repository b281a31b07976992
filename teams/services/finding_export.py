from collections.abc import Iterator
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone

from cdt_portal.lib.sheets import write_workbook
from teams.enums import FindingState
from teams.layouts.findings import FINDINGS_SHEET, FindingRow
from teams.models import DataFinding
from teams.queries.quality.registry import RULES

CHUNK = 2_000


def write_findings(target: IO[bytes], rows: QuerySet[DataFinding]) -> int:
    """Commune by commune. Their texts hold no phone in full. Gives the number of rows."""
    return write_workbook(target, [(FINDINGS_SHEET, _lines(rows))]).records


def _lines(rows: QuerySet[DataFinding]) -> Iterator[FindingRow]:
    ordered = rows.select_related("commune").order_by("commune__sort_key", "rule", "pk")
    for row in ordered.iterator(CHUNK):
        yield FindingRow(
            commune=row.commune.name,
            rule=RULES[row.rule].title,
            text=row.text,
            state=FindingState(row.state).label,
            reason=row.reason,
            first_seen=timezone.localdate(row.first_seen),
        )
