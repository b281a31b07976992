"""Raw sheets in, a Reading out: heading, rows, checks, sums. Pure; the register is not asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from teams.intake.checks import all_findings
from teams.intake.headings import Heading, find_heading
from teams.intake.reader import RawSheet
from teams.intake.reading import LONGEST_NOTE, Finding, Reading, SheetSummary, Total, warning
from teams.intake.refusals import Refused
from teams.intake.rows import Flat, flatten
from teams.intake.scans import column_letters
from teams.intake.sums import stated_total, sum_findings

# Of several sheets that are no roster, the one that comes nearest tells why the file is refused.
_NEAREST_FIRST = ("column_twice", "missing_column", "transposed", "wrong_form", "no_heading")
_NEEDED = ("commune", "team", "decision", "decision_date", "full_name", "role", "phone", "organization")


@dataclass(slots=True)
class _Sheet:
    raw: RawSheet
    heading: Heading
    flat: Flat


def read_roster(sheets: Sequence[RawSheet], *, team_required: bool = True) -> Reading:
    """Read every sheet that has a roster's heading. `team_required` is off where the page supplies the team.

    Raises Refused when there is no such sheet. Every row with a value below a heading is either in `rows` or in
    `ignored`, and the sum is asserted against a separate count.
    """
    read, refusals = _recognised(sheets, team_required)
    if not read:
        raise _nearest(refusals.values())
    rows = tuple(row for sheet in read for row in sheet.flat.rows)
    reading = Reading(
        rows=rows,
        ignored=tuple(ignored for sheet in read for ignored in sheet.flat.ignored),
        findings=_in_order(sheets, [*_sheet_findings(read, refusals), *all_findings(rows)]),
        total=_total(read),
        sheets=tuple(_summary(sheet, read) for sheet in sheets if sheet.rows),
    )
    if reading.rows_read != len(reading.rows) + len(reading.ignored):
        raise AssertionError("a row was lost between the sheet and the reading")
    return reading


def _recognised(sheets: Sequence[RawSheet], team_required: bool) -> tuple[list[_Sheet], dict[str, Refused]]:
    read, refusals = [], {}
    for sheet in sheets:
        if not sheet.rows:
            continue
        try:
            heading = find_heading(sheet, team_required=team_required)
        except Refused as refused:
            refusals[sheet.name] = refused
        else:
            read.append(_Sheet(sheet, heading, flatten(sheet, heading)))
    return read, refusals


def _nearest(refusals: Iterable[Refused]) -> Refused:
    empty = Refused("empty", "Tệp không có dữ liệu: mọi trang tính đều trống. Hãy kiểm tra lại tệp đã chọn.")
    return min(refusals, key=lambda refused: _NEAREST_FIRST.index(refused.code), default=empty)


def _in_order(sheets: Sequence[RawSheet], findings: list[Finding]) -> tuple[Finding, ...]:
    order = {sheet.name: index for index, sheet in enumerate(sheets)}
    return tuple(sorted(findings, key=lambda found: (order[found.sheet], found.row)))


def _summary(sheet: RawSheet, read: list[_Sheet]) -> SheetSummary:
    for one in read:
        if one.raw is sheet:
            return SheetSummary(sheet.name, one.heading.first_row, one.flat.read, one.heading.unused)
    return SheetSummary(sheet.name, None, 0)


def _sheet_findings(read: list[_Sheet], refusals: dict[str, Refused]) -> Iterator[Finding]:
    for name, refused in refusals.items():
        yield Finding(name, "", "warning", "sheet_ignored", f"Không đọc trang tính “{name}”. {refused.message}")
    for sheet in read:
        yield from _unseen(sheet)
        yield from _doubled_columns(sheet)
        yield from _unevaluated(sheet)
        yield from _shared_decisions(sheet)
        yield from _below_total(sheet)
        yield from _cut_notes(sheet)
        yield from sum_findings(sheet.raw.name, sheet.flat.sums)


def _unseen(sheet: _Sheet) -> Iterator[Finding]:
    name = sheet.raw.name
    if not sheet.raw.visible:
        yield Finding(name, "", "warning", "hidden_sheet", f"Trang tính “{name}” đang bị ẩn nhưng vẫn được đọc.")
    for field, column in sheet.heading.columns.items():
        if column + 1 in sheet.raw.hidden_columns and field in _NEEDED:
            cell = f"{column_letters(column + 1)}{sheet.heading.last_row}"
            text = sheet.heading.texts[field]
            yield Finding(name, cell, "warning", "hidden_column", f"Cột “{text}” đang bị ẩn nhưng vẫn được đọc.")


def _doubled_columns(sheet: _Sheet) -> Iterator[Finding]:
    for field in sheet.heading.doubled:
        cell = f"{column_letters(sheet.heading.columns[field] + 1)}{sheet.heading.last_row}"
        text = sheet.heading.texts[field]
        message = f"Có nhiều cột cùng nghĩa với “{text}”: chỉ dùng cột này, các cột kia không dùng."
        yield Finding(sheet.raw.name, cell, "warning", "column_twice", message)


def _unevaluated(sheet: _Sheet) -> Iterator[Finding]:
    """An error where it keeps a row out; in TỔNG rows and others that are not imported it only wants telling."""
    imported = {row.row for row in sheet.flat.rows}
    needed = {column + 1 for field, column in sheet.heading.columns.items() if field in _NEEDED}
    for row, column in sheet.raw.unevaluated:
        if row > sheet.heading.last_row and column in needed:
            yield Finding(
                sheet.raw.name,
                f"{column_letters(column)}{row}",
                "error" if row in imported else "warning",
                "formula_without_value",
                "Ô là công thức chưa được tính nên không có giá trị. Hãy mở tệp bằng Excel, lưu lại rồi tải lên lại.",
            )


def _shared_decisions(sheet: _Sheet) -> Iterator[Finding]:
    for row, teams in sheet.flat.shared_decisions:
        yield warning(
            row,
            "decision",
            "decision_shared",
            f"Quyết định chỉ ghi một lần ở tổ đầu tiên nên được hiểu là của cả {teams} tổ trong khối.",
        )


def _below_total(sheet: _Sheet) -> Iterator[Finding]:
    for row in sheet.flat.below_total:
        yield warning(
            row,
            "full_name",
            "below_total",
            "Dòng đứng dưới dòng TỔNG nhưng vẫn được đọc là một thành viên. "
            "Nếu là chữ ký hoặc ghi chú, hãy xóa dòng này khỏi tệp.",
        )


def _cut_notes(sheet: _Sheet) -> Iterator[Finding]:
    for row in sheet.flat.cut_notes:
        yield warning(row, "note", "note_cut", f"Ghi chú quá dài: chỉ giữ {LONGEST_NOTE} ký tự đầu.")


def _total(read: list[_Sheet]) -> Total | None:
    with_total = [sheet for sheet in read if any(found.grand for found in sheet.flat.sums)]
    if not with_total:
        return None
    stated = [number for sheet in with_total if (number := stated_total(sheet.flat.sums)) is not None]
    counted = sum(bool(row.full_name) for sheet in with_total for row in sheet.flat.rows)
    return Total(sum(stated) if stated else None, counted)
