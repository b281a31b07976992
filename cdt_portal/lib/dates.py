"""Dates as officers write them: day first, two-digit years are 20xx."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cdt_portal.lib.text import clean

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")  # from Monday on
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_001)
_YEARS = range(1900, 2101)

_PREFIX = r"(?:ngày\s*:?\s*)?(?<![0-9])"
_DAY, _MONTH, _YEAR = "(?P<day>[0-9]{1,2})", "(?P<month>[0-9]{1,2})", "(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_WRITINGS = tuple(
    re.compile(_PREFIX + pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}\s*tháng\s*{_MONTH}\s*năm\s*{_YEAR}",
        rf"{_DAY}\s*[/.\-]\s*{_MONTH}\s*[/.\-]\s*{_YEAR}(?![/.\-][0-9])",
        rf"(?P<year>[0-9]{{4}})-{_MONTH}-{_DAY}(?![0-9])",
    )
)
_TIME = re.compile(r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: [AP]M)?)?[.,;]?", re.IGNORECASE)


class FoundDate(NamedTuple):
    """A date inside a text: text[start:end]; `day` is None for an impossible date such as 31/2/2025."""

    day: date | None
    start: int
    end: int
    two_digit_year: bool


def find_date(text: str) -> FoundDate | None:
    """The first date written in the text, with the word "ngày" before it; None when there is none."""
    matches = [found for writing in _WRITINGS if (found := writing.search(text))]
    if not matches:
        return None
    found = min(matches, key=lambda match: match.start())
    short = len(found["year"]) == 2
    day = _make(("20" if short else "") + found["year"], found["month"], found["day"])
    return FoundDate(day, found.start(), found.end(), short)


def parse_date(raw: object) -> date | None:
    """A cell that holds one date: date, datetime, Excel serial, ddmmyyyy or any usual writing; else None."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return serial_date(raw)
    return _parse_text(clean(raw)) if isinstance(raw, str) else None


def _parse_text(text: str) -> date | None:
    if text.isascii() and text.isdigit():
        return _make(text[4:], text[2:4], text[:2]) if len(text) == 8 else serial_date(int(text[:9]))
    found = find_date(text)
    whole = found and found.start == 0 and _TIME.fullmatch(text, found.end)
    return found.day if found and whole else None


def serial_date(number: float) -> date | None:
    """The day of an Excel serial of the 1900 system; None outside 20000..80000 (1954 to 2119)."""
    if not _SERIALS.start <= number < _SERIALS.stop:
        return None
    return _EXCEL_EPOCH + timedelta(days=int(number))


def _make(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day)) if int(year) in _YEARS else None
    except ValueError:
        return None


def format_date(day: date) -> str:
    """dd/mm/yyyy."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def official_date(day: date) -> str:
    """The short form of official papers, "08/7/2025": days below 10 and months 1 and 2 get a leading zero."""
    return f"{day.day:02}/{_month(day)}/{day.year:04}"


def long_date(day: date) -> str:
    """The long form of official papers, "ngày 05 tháng 3 năm 2026", leading zeros as in `official_date`."""
    return f"ngày {day.day:02} tháng {_month(day)} năm {day.year:04}"


def _month(day: date) -> str:
    return f"{day.month:02}" if day.month < 3 else str(day.month)
