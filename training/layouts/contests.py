"""The counts of a contest as a workbook; the same sheet comes in again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.dates import format_date, parse_date
from cdt_portal.lib.sheets import CENTER, DATE, NUMBER, Column, Sheet
from cdt_portal.lib.text import clean, fold

CODE, NAME, PEOPLE, AS_OF = "Mã xã", "Phường/xã", "Số người đăng ký (lũy kế)", "Đến hết ngày"
REQUIRED = (fold(CODE), fold(PEOPLE), fold(AS_OF))


class CountLine(NamedTuple):
    code: str
    name: str
    people: int | None
    as_of: date


COLUMNS = (
    Column(CODE, 10, attrgetter("code"), CENTER),
    Column(NAME, 36, attrgetter("name")),
    Column(PEOPLE, 16, attrgetter("people"), NUMBER),
    Column(AS_OF, 16, attrgetter("as_of"), DATE),
)


def counts_sheet(contest: str) -> Sheet:
    return Sheet("Cuộc thi", COLUMNS, titles=("Số người đăng ký tham gia cuộc thi", contest), orientation="portrait")


@dataclass(frozen=True, slots=True)
class ReadCounts:
    """What a workbook would put into the page of `day`: commune code -> text of the cell; and (row number, reason) of
    every row that is left out."""

    day: date
    people: Mapping[str, str]
    skipped: tuple[tuple[int, str], ...]


def read_counts(
    headings: Sequence[str], rows: Sequence[tuple[int, Sequence[object]]], communes: Collection[str], today: date
) -> ReadCounts:
    """A workbook is of one day, that of its first row with one; without any, `today`."""
    code_at, people_at, day_at = (headings.index(each) for each in REQUIRED)
    days = [day for _, cells in rows if (day := parse_date(cells[day_at]))]
    day = days[0] if days else today
    people: dict[str, str] = {}
    skipped: list[tuple[int, str]] = []
    for number, cells in rows:
        code = _code(cells[code_at])
        reason = _why_not(code, communes, people) or _another_day(cells[day_at], day)
        if reason:
            skipped.append((number, reason))
        else:
            people[code] = clean(_text(cells[people_at]))
    return ReadCounts(day, people, tuple(skipped))


def _code(cell: object) -> str:
    """ "00004" comes back as 4 from a spreadsheet that took it for a number."""
    text = clean(_text(cell))
    return text.zfill(5) if text.isdecimal() else text


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _why_not(code: str, communes: Collection[str], people: Mapping[str, str]) -> str:
    if not code:
        return "không có mã xã"
    if code not in communes:
        return f"không có xã mã {code} trong phạm vi của bạn"
    return f"mã xã {code} có hai dòng" if code in people else ""


def _another_day(cell: object, day: date) -> str:
    written = clean(str(cell))
    if not written or parse_date(cell) == day:
        return ""
    return f"ngày khác với {format_date(day)}; mỗi tệp một ngày"
