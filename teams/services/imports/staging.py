"""Rows and findings of a rehearsal into their tables by COPY: one statement each, however many there are."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from teams.intake.reading import Finding
from teams.models import ImportFinding, RosterImport, StagedRow
from teams.services.bulk import copy


@dataclass(slots=True)
class Staged:
    """One row on its way into `StagedRow`; the fields have the same meaning."""

    sheet: str
    row: int
    outcome: str
    reason: str = ""
    team_ref: int | None = None
    member_id: int | None = None
    person: uuid.UUID | str | None = None
    full_name: str = ""
    match_key: str = ""
    sort_key: str = ""
    search_key: str = ""
    role: str = ""
    phone: str = ""
    other_phone: str = ""
    organization: str = ""
    note: str = ""
    joined_on: str | None = None
    before: str | None = None  # JSON


def copy_rows(roster_import: RosterImport, rows: Iterable[Staged]) -> None:
    columns = list(Staged.__slots__)
    values = attrgetter(*columns)
    key = str(roster_import.pk)
    lines = ((key, position, "", *values(row)) for position, row in enumerate(rows))
    copy(StagedRow, ["roster_import_id", "position", "undo", *columns], lines)


def copy_findings(roster_import: RosterImport, findings: Iterable[Finding]) -> None:
    columns = ["roster_import_id", "sheet", "cell", "severity", "code", "message"]
    copy(
        ImportFinding,
        columns,
        (
            [roster_import.pk, found.sheet[:80], found.cell[:12], found.severity, found.code, found.message[:400]]
            for found in findings
        ),
    )
