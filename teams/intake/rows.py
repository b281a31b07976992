"""Flattening: a sheet's rows below the heading become roster rows, or are left out for a reason.

Merged cells and cells that mean "the same as above" are filled in here; nothing is judged yet.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from cdt_portal.lib.dates import format_date, serial_date
from cdt_portal.lib.decisions import DecisionReading, parse_decision
from cdt_portal.lib.phones import PhoneReading, parse_phone
from cdt_portal.lib.text import clean, clean_lines, match_key, strip_honorific
from teams.intake.dittos import is_ditto
from teams.intake.headings import Heading
from teams.intake.reader import Cell, RawSheet
from teams.intake.reading import LONGEST_COMMUNE, LONGEST_NOTE, Ignored, RosterRow, short
from teams.intake.repeats import HeadingRepeats
from teams.intake.roles import ROLE_LABELS, role_of
from teams.intake.scans import column_letters
from teams.intake.sums import LONGEST_LABEL, StatedSum, is_grand, stated_persons, sum_label
from teams.naming import is_placeholder

_PLACE: Final = ("commune", "team", "decision", "decision_date")
_FILLED: Final = ("commune", "team", "decision", "decision_date", "role", "phone", "organization", "note")
_HONORIFIC_INITIALS: Final = tuple("ÔôBbĐđÐð")
_DASHES: Final = frozenset("-–—")
_SAMPLE_MARKS: Final = frozenset(("vd", "vd:", "ví dụ", "ví dụ:", "v/d", "mẫu", "vd."))
_SAMPLE_NAME: Final = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)* [A-ZĐ]")
# The samples of the official form as it was sent out; people are called Thị Y and have masked phones too.
_FORM_SAMPLE_NAME: Final = re.compile(r"Nguyễn Văn [A-ZĐ]")
_FORM_SAMPLE_PHONE: Final = re.compile(r"\d+\*+")
_FOOTER: Final = re.compile(
    r"người lập|lập biểu|tm\.|kt\.|tl\.|chủ tịch|phó chủ tịch|nơi nhận|\(ký|ký tên|xác nhận|ghi chú\s*:"
    r"|[^,]{2,40}, ngày .* tháng",
    re.IGNORECASE,
)
_PERSON_FIELDS: Final = ("full_name", "role", "phone", "organization")
_NO_PHONE: Final = PhoneReading()
_LONGEST_DECISION_PART: Final = 40


@dataclass(slots=True)
class Flat:
    """One sheet flattened. `read` counts the rows with any value below the heading, apart from what they became."""

    read: int = 0
    rows: list[RosterRow] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    sums: list[StatedSum] = field(default_factory=list)
    shared_decisions: list[tuple[RosterRow, int]] = field(default_factory=list)
    below_total: list[RosterRow] = field(default_factory=list)
    cut_notes: list[RosterRow] = field(default_factory=list)


def flatten(sheet: RawSheet, heading: Heading) -> Flat:
    flattener = _Flattener(sheet, heading)
    for number, values in sheet.rows:
        if number > heading.last_row:
            flattener.read(number, values)
    return flattener.finish()


@lru_cache(maxsize=16384)  # many people share a name
def _common_text(value: str) -> str:
    return clean_lines(value) if "\n" in value else clean(value)


def _text(value: Cell) -> str:
    if type(value) is str:
        # Numbers and phones are clean as they are, and would drive what returns out of the cache.
        return value if value.isascii() and value.isalnum() else _common_text(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.date):
        return format_date(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _Flattener:
    def __init__(self, sheet: RawSheet, heading: Heading) -> None:
        self.sheet = sheet
        self.heading = heading
        self.fields = list(heading.columns.items())
        self.letters = {name: column_letters(column + 1) for name, column in self.fields}
        self.repeats = HeadingRepeats(sheet, heading)
        self.merged = _merged_values(sheet, heading)
        self.flat = Flat()
        self.commune = self.team = self.decision = self.decision_date = self.role = self.organization = ""
        self.place: tuple[str | None, ...] | None = None  # what the row above said of its place, when it holds on
        self.in_sample = self.after_total = self.after_footer = False
        self.since_sum = self.in_commune = self.in_team = self.people = 0

    def read(self, number: int, values: list[Cell]) -> None:
        self.flat.read += 1
        width = len(values)
        cells = {
            name: text
            for name, column in self.fields
            if column < width and (value := values[column]) != "" and (text := _text(value)) and text not in _DASHES
        }
        merged = self.merged.get(number)
        filled = merged | cells if merged else cells
        reason = self._reason(number, cells, filled)
        if reason:
            self.flat.ignored.append(Ignored(self.sheet.name, number, reason))
            return
        row = self._roster_row(number, cells, filled, values)
        self.flat.rows.append(row)
        self.after_total = self.after_total and cells.keys().isdisjoint(("commune", "team"))
        self.after_footer = self.after_footer and cells.keys().isdisjoint(("commune", "team"))
        if self.after_total:
            self.flat.below_total.append(row)
        if row.full_name:
            self.people += 1
            self.since_sum += 1
            self.in_commune += 1
            self.in_team += 1

    def _reason(self, number: int, cells: dict[str, str], filled: dict[str, str]) -> str:
        """Why the row is no roster row, or ""; a row that names a commune or a team is remembered on the way.

        `cells` are the row's own, `filled` has those of merged cells from above too.
        """
        if reason := self._written_reason(number, cells):
            return reason
        self._place(filled)
        if "team" in cells or not cells.keys().isdisjoint(_PERSON_FIELDS):
            return ""
        if "commune" in cells or "decision" in cells:
            return "section"
        return "empty_number" if list(cells) == ["number"] and cells["number"][-1:].isdigit() else "no_person"

    def _written_reason(self, number: int, cells: dict[str, str]) -> str:
        if reason := self.repeats.reason(cells):
            return reason
        if label_field := sum_label(cells):
            return self._add_sum(number, label_field, cells)
        if self._is_sample(cells):
            self.commune = self.team = self.decision = ""
            self.place = None
            return "sample"
        if cells.keys().isdisjoint(_PERSON_FIELDS) and is_placeholder(cells.get("team", "x")):
            self.team = self.decision = ""
            self.place = None
            return "placeholder"
        return "footer" if self._is_footer(cells) else ""

    def _add_sum(self, number: int, label_field: str, cells: dict[str, str]) -> str:
        label = cells[label_field][:LONGEST_LABEL]
        grand = is_grand(label)
        field_name, stated = stated_persons(label_field, cells, self.heading.columns)
        self.flat.sums.append(
            StatedSum(
                number, self.letters[field_name], label, stated, grand,
                self.since_sum, self.in_commune, self.in_team, self.people,
            )
        )  # fmt: skip
        self.since_sum = 0
        self.after_total = grand
        return "total" if grand else "subtotal"

    def _is_sample(self, cells: dict[str, str]) -> bool:
        marked = "number" in cells and cells["number"].casefold() in _SAMPLE_MARKS
        starts_block = "number" in cells or "team" in cells or "commune" in cells
        self.in_sample = marked or (self.in_sample and not starts_block)
        if marked:
            return True
        name, phone = cells.get("full_name", ""), cells.get("phone", "")
        if self.in_sample:
            return bool(name) and ("*" in phone or _SAMPLE_NAME.fullmatch(name) is not None)
        return phone.endswith("*") and bool(_FORM_SAMPLE_PHONE.fullmatch(phone) and _FORM_SAMPLE_NAME.fullmatch(name))

    def _is_footer(self, cells: dict[str, str]) -> bool:
        if "phone" in cells:
            return False
        texts = [text for name, text in cells.items() if name != "number"]
        if len(texts) > 2 or not texts:
            return False
        if all(map(_FOOTER.match, texts)):
            self.after_footer = True
            return True
        signature = "full_name" not in cells and not role_of(cells.get("role", ""))  # below "CHỦ TỊCH" in any column
        below = self.after_total or self.after_footer
        return below and "team" not in cells and ("role" not in cells or signature)

    def _place(self, filled: dict[str, str]) -> None:
        """Remember commune, team and decision of this row, typed, merged or the same as above."""
        place = tuple(map(filled.get, _PLACE))
        if place == self.place:  # the next member of the team
            return
        commune = short(_said(filled, "commune", self.commune), LONGEST_COMMUNE)
        if commune and not _same(commune, self.commune):
            self.team = self.decision = ""
            self.in_commune = 0
        self.commune = commune or self.commune
        team = _said(filled, "team", self.team)
        decision = _said(filled, "decision", self.decision)
        self.decision_date = _said(filled, "decision_date", self.decision_date)
        # A date beside no number is no decision of its own: what stands above holds for the row.
        if self.decision_date and decision and not is_ditto(filled["decision"]):
            decision = f"{decision} ngày {_written_date(self.decision_date)}"
        if team and not _same(team, self.team):
            self.decision = ""
            self.in_team = 0
        if team and team != self.team:
            self.team = "" if is_placeholder(team) else team
        self.decision = decision or self.decision
        self.place = place if self.team else None

    def _roster_row(self, number: int, cells: dict[str, str], filled: dict[str, str], values: list[Cell]) -> RosterRow:
        role, role_text = self._role(filled)
        note = _said(filled, "note", "")
        self.organization = _said(filled, "organization", self.organization)
        name = cells.get("full_name", "")
        row = RosterRow(
            sheet=self.sheet.name,
            row=number,
            commune=self.commune,
            team=self.team,
            decision=_decision_of(self.decision),
            full_name=strip_honorific(name) if name[:1] in _HONORIFIC_INITIALS else name,
            role=role,
            role_text=role_text,
            phone=self._phone(cells, filled, values),
            organization=self.organization,
            note=note[:LONGEST_NOTE],
            row_id=cells.get("row_id", ""),
            hidden=number in self.sheet.hidden_rows,
            columns=self.letters,
        )
        if len(note) > LONGEST_NOTE:
            self.flat.cut_notes.append(row)
        return row

    def _role(self, filled: dict[str, str]) -> tuple[str, str]:
        """The role and its text. A team has one leader: who is "the same as above" below the leader is a member."""
        above, self.role = self.role, _said(filled, "role", self.role)
        if self.role == above and role_of(above) == "leader" and is_ditto(filled["role"]):
            self.role = ROLE_LABELS["member"]
            return "member", filled["role"]
        return role_of(self.role) if self.role else "", self.role

    def _phone(self, cells: dict[str, str], filled: dict[str, str], values: list[Cell]) -> PhoneReading:
        text = filled.get("phone")
        if text is None:
            return _NO_PHONE
        if is_ditto(text):
            return PhoneReading(raw=text)
        return parse_phone(values[self.heading.columns["phone"]] if "phone" in cells else text)

    def finish(self) -> Flat:
        self._drop_team_headings()
        self._share_single_decisions()
        return self.flat

    def _drop_team_headings(self) -> None:
        """A team alone on its row, its members below: nothing of its own to import."""
        if not any(row.is_team_only for row in self.flat.rows):
            return
        manned = {(row.commune, row.team) for row in self.flat.rows if not row.is_team_only}
        kept = []
        for row in self.flat.rows:
            if row.is_team_only and (row.commune, row.team) in manned:
                self.flat.ignored.append(Ignored(row.sheet, row.row, "team_heading"))
            else:
                kept.append(row)
        self.flat.rows = kept
        self.flat.ignored.sort(key=lambda ignored: ignored.row)

    def _share_single_decisions(self) -> None:
        """One decision written once, on the first team of a commune, founds all of the commune's teams."""
        rows = self.flat.rows
        for start, end in _commune_blocks(rows):
            block = rows[start:end]
            first = block[0].decision
            with_decision = {row.team for row in block if row.decision.raw}
            teams = {row.team for row in block if row.team}
            if first.raw and first.number and with_decision == {block[0].team} and len(teams) > 1:
                rows[start:end] = [row if row.decision.raw else row._replace(decision=first) for row in block]
                self.flat.shared_decisions.append((block[0], len(teams)))


@lru_cache(maxsize=4096)
def _decision_of(text: str) -> DecisionReading:
    """What no decision has for a number or a symbol was not understood: only the text and the date are kept."""
    reading = parse_decision(text)
    if max(len(reading.number), len(reading.symbol)) <= _LONGEST_DECISION_PART:
        return reading
    flags = tuple(dict.fromkeys((*reading.flags, "no_number", "no_symbol", "odd")))
    return replace(reading, number="", symbol="", flags=flags)


def _said(filled: dict[str, str], name: str, above: str) -> str:
    """The text of a field, or the one above that it refers to."""
    text = filled.get(name, "")
    return above if text and is_ditto(text) else text


def _written_date(day: str) -> str:
    serial = serial_date(int(day)) if day.isdigit() else None
    return format_date(serial) if serial else day


def _same(first: str, second: str) -> bool:
    return first == second or match_key(first) == match_key(second)


def _commune_blocks(rows: list[RosterRow]) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index].commune != rows[start].commune:
            yield start, index
            start = index


def _merged_values(sheet: RawSheet, heading: Heading) -> dict[int, dict[str, str]]:
    """For rows under the first of a vertical merge, the merged cell's text by row and field.

    Ranges of one column that overlap are no valid workbook; they are skipped, which bounds the work by the rows.
    """
    by_number = dict(sheet.rows)
    last_row = sheet.rows[-1][0] if sheet.rows else 0
    named = {column + 1: name for name, column in heading.columns.items() if name in _FILLED}
    covered: dict[int, int] = {}
    filled: dict[int, dict[str, str]] = {}
    for top, left, bottom, _ in sorted(sheet.merged):
        if left not in named or top <= max(heading.last_row, covered.get(left, 0)) or top not in by_number:
            continue
        covered[left] = bottom
        values = by_number[top]
        text = _text(values[left - 1]) if left <= len(values) else ""
        for number in range(top + 1, min(bottom, last_row) + 1) if text else ():
            filled.setdefault(number, {})[named[left]] = text
    return filled
