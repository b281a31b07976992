"""What a roster file says, in our words: rows, what was left out and why, findings by cell, the sum against TỔNG."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from cdt_portal.lib.decisions import DecisionReading
from cdt_portal.lib.phones import PhoneReading

Severity = Literal["error", "warning"]

LONGEST_COMMUNE: Final = 120
LONGEST_NOTE: Final = 500

# Why a row below the heading is not a person or a team; each is shown to the officer.
IGNORED_LABELS: Final = {
    "sample": "dòng ví dụ của mẫu",
    "placeholder": "dòng chừa trống của mẫu",
    "total": "dòng TỔNG",
    "subtotal": "dòng cộng",
    "empty_number": "dòng chỉ có số thứ tự",
    "repeated_heading": "dòng tiêu đề lặp lại",
    "column_numbers": "dòng đánh số cột",
    "section": "dòng chỉ ghi tên xã hoặc số quyết định",
    "team_heading": "dòng chỉ ghi tên tổ, thành viên ở các dòng dưới",
    "footer": "dòng chữ ký hoặc ghi chú cuối trang",
    "no_person": "dòng không ghi người hay tổ nào",
}


class RosterRow(NamedTuple):
    """One person of one team, or a team alone (`full_name` empty and no error on it). Blank cells that stand for
    the one above are filled in. `role`: leader, deputy_leader, secretary, member, or "" when not understood;
    `columns` gives the letter of each field on this sheet. (A tuple: a dataclass takes twice as long to make.)"""

    sheet: str
    row: int
    commune: str
    team: str
    decision: DecisionReading
    full_name: str
    role: str
    role_text: str
    phone: PhoneReading
    organization: str
    note: str
    row_id: str
    hidden: bool
    columns: Mapping[str, str]

    def cell(self, field: str) -> str:
        """The address of a field, such as E12; the row's first cell when the sheet has no such column."""
        return f"{self.columns.get(field, 'A')}{self.row}"

    @property
    def is_team_only(self) -> bool:
        return bool(self.team) and not (self.full_name or self.role_text or self.phone.raw or self.organization)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row with values that is not imported; `reason` is a key of IGNORED_LABELS."""

    sheet: str
    row: int
    reason: str

    @property
    def label(self) -> str:
        return IGNORED_LABELS[self.reason]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about one cell ("" for a whole sheet). An error keeps its row out, a warning does not;
    `fixed` is what the value was repaired to."""

    sheet: str
    cell: str
    severity: Severity
    code: str
    message: str
    fixed: str = ""

    @property
    def row(self) -> int:
        """0 for a whole sheet."""
        return int(self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)


@dataclass(frozen=True, slots=True)
class Total:
    """What the TỔNG rows state (None: a TỔNG row without a number) and the persons counted on the same sheets."""

    stated: int | None
    counted: int


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """One sheet of the file: the row of its heading (None: not a roster, left out) and what it does not use."""

    name: str
    heading_row: int | None
    rows_read: int
    unused_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file. `rows_read` = len(rows) + len(ignored), counted apart from both."""

    rows: tuple[RosterRow, ...]
    ignored: tuple[Ignored, ...]
    findings: tuple[Finding, ...]
    total: Total | None
    sheets: tuple[SheetSummary, ...]

    @property
    def rows_read(self) -> int:
        return sum(sheet.rows_read for sheet in self.sheets)

    @property
    def unused_columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet.unused_columns))

    @property
    def rejected(self) -> frozenset[tuple[str, int]]:
        """(sheet, row) of every row that an error keeps out."""
        return frozenset((found.sheet, found.row) for found in self.findings if found.severity == "error")


def short(text: str, longest: int = 80) -> str:
    """For messages: at most `longest` characters, the last one "…" when more were there."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def error(row: RosterRow, field: str, code: str, message: str) -> Finding:
    return Finding(row.sheet, row.cell(field), "error", code, message)


def warning(row: RosterRow, field: str, code: str, message: str, fixed: str = "") -> Finding:
    return Finding(row.sheet, row.cell(field), "warning", code, message, fixed)
