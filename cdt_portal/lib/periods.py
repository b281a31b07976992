"""Report periods, working days and deadlines, all by the calendar and the clock of Asia/Ho_Chi_Minh.

A deadline is the first moment that is too late: "trước ngày 16" and "hết ngày 15" are both the 16th at 00:00.
"""

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cdt_portal.lib.dates import find_date, format_date
from cdt_portal.lib.text import clean, fold

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ROMAN = ("I", "II", "III", "IV")
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


# Stretches of days ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Days to report on, `ends_on` the last of them; cumulative figures begin at `cumulative_from`."""

    kind: str  # quarter, six_months, nine_months, year or range
    name: str
    starts_on: date
    ends_on: date
    cumulative_from: date


# The day with which a month begins; by Nghị định 09/2019 the 15th of the month before.
_SCHEMES = {"nd09": 15, "calendar": 1}


def spans(scheme: str, year: int, kinds: Collection[str]) -> list[Span]:
    """The scheme's periods of `year` of the given kinds, by their end, the shorter first; of a custom scheme none."""
    if scheme not in _SCHEMES:
        return []
    found = [_months("quarter", f"Quý {ROMAN[n]} năm {year}", scheme, year, 3 * n + 1, 3 * n + 3) for n in range(4)]
    found.append(_months("six_months", f"6 tháng đầu năm {year}", scheme, year, 1, 6))
    found.append(_months("nine_months", f"9 tháng đầu năm {year}", scheme, year, 1, 9))
    found.append(_months("year", f"Năm {year}", scheme, year, 1, 12))
    chosen = [span for span in found if span.kind in kinds]
    return sorted(chosen, key=lambda span: (span.ends_on, span.ends_on - span.starts_on))


def _months(kind: str, name: str, scheme: str, year: int, first: int, last: int) -> Span:
    january, _ = _month(scheme, year, 1)
    return Span(kind, name, _month(scheme, year, first)[0], _month(scheme, year, last)[1], january)


def _month(scheme: str, year: int, month: int) -> tuple[date, date]:
    """The first and the last day of the month that reports call so."""
    if _SCHEMES[scheme] == 1:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    before = date(year, month, 1) - _DAY
    return before.replace(day=_SCHEMES[scheme]), date(year, month, _SCHEMES[scheme] - 1)


def range_name(starts_on: date, ends_on: date) -> str:
    """What offices call these days: "4 tháng cuối năm 2025", "Quý I năm 2026", "Tháng 9 năm 2025"; else from … to …"""
    for scheme in _SCHEMES:
        year = ends_on.year
        first = next((month for month in range(1, 13) if _month(scheme, year, month)[0] == starts_on), 0)
        last = next((month for month in range(1, 13) if _month(scheme, year, month)[1] == ends_on), 0)
        if first and last:
            return _name_of_months(first, last, year)
    return f"Từ ngày {format_date(starts_on)} đến ngày {format_date(ends_on)}"


def _name_of_months(first: int, last: int, year: int) -> str:
    if (first, last) == (1, 12):
        return f"Năm {year}"
    if first == last:
        return f"Tháng {first} năm {year}"
    if first % 3 == 1 and last == first + 2:
        return f"Quý {ROMAN[first // 3]} năm {year}"
    if first == 1:
        return f"{last} tháng đầu năm {year}"
    if last == 12:
        return f"{13 - first} tháng cuối năm {year}"
    return f"Từ tháng {first} đến tháng {last} năm {year}"


def slug_of(name: str) -> str:
    """For addresses: "Quý I năm 2026" -> "quy-1-2026", "6 tháng đầu năm 2026" -> "6-thang-dau-nam-2026"."""
    quarter = re.fullmatch(r"quy (i{1,3}|iv) nam ([0-9]{4})", fold(name))
    if quarter:
        return f"quy-{ROMAN.index(quarter[1].upper()) + 1}-{quarter[2]}"
    return fold(name).replace(" ", "-")


# Working days --------------------------------------------------------------------------------------------------------


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_working_days(day: date, n: int, holidays: Collection[date]) -> date:
    """The n-th working day after `day`; `day` itself when n is 0."""
    while n:
        day += _DAY
        n -= is_working_day(day, holidays)
    return day


# Days off that fall on the same date each year. The second day of the national day and those of Tết and of the Hùng
# kings are settled year by year: people write them in.
_FIXED = (
    (1, 1, "Tết Dương lịch"),
    (4, 30, "Ngày Chiến thắng 30/4"),
    (5, 1, "Ngày Quốc tế lao động 01/5"),
    (9, 2, "Ngày Quốc khánh 02/9"),
)


def fixed_holidays(year: int) -> dict[date, str]:
    """Days off of the year that no lunar calendar and no yearly notice decides, with those in lieu: a holiday on a
    weekend moves to the next working day (Bộ luật Lao động, Điều 111)."""
    days = {date(year, month, day): name for month, day, name in _FIXED}
    for day, name in list(days.items()):
        if day.weekday() >= 5:
            days[add_working_days(day, 1, days)] = f"Nghỉ bù {name}"
    return dict(sorted(days.items()))


# Deadlines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadlines:
    """One for each level, each after the one before."""

    team: datetime
    commune: datetime
    department: datetime


def deadlines(cutoff: date, *, team: int, commune: int, department: int, holidays: Collection[date]) -> Deadlines:
    """Each level has so many working days (at least one) after the last day of the level below it."""
    last_days = []
    for days in (team, commune, department):
        if days < 1:
            raise ValueError("A level needs at least one working day.")
        cutoff = add_working_days(cutoff, days, holidays)
        last_days.append(cutoff)
    return Deadlines(*(due_after(day) for day in last_days))


def due_after(day: date) -> datetime:
    """The deadline of those who have the whole of `day`: the midnight after it."""
    return datetime.combine(day + _DAY, time(), ZONE)


def last_day(due_at: datetime) -> date:
    """The last day on which something can still be on time."""
    return (due_at.astimezone(ZONE) - _MOMENT).date()


def spell_deadline(due_at: datetime) -> str:
    """ "hết ngày 15/03/2026" or "trước 16 giờ 00 ngày 15/03/2026"."""
    moment = due_at.astimezone(ZONE)
    if moment.time() == time():
        return f"hết ngày {format_date(last_day(due_at))}"
    return f"trước {moment.hour} giờ {moment.minute:02} ngày {format_date(moment.date())}"


_CLOCK = re.compile(
    r"(?<![0-9])(?P<hour>[0-9]{1,2})(?:\s*(?:giờ|g|h|:)\s*(?P<minute>[0-9]{2})(?:\s*phút)?|\s*(?:giờ|g|h))(?![0-9\w:])",
    re.IGNORECASE,
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, "nhật": 6} | {
    str(number): number - 2 for number in range(2, 8)
}
_WEEKDAY = re.compile(
    r"(?<!\w)(?:(?:thứ\s*|t)(?P<day>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|cn)(?!\w)", re.IGNORECASE
)
_WORDS = frozenset(
    ("trước", "ngày", "hết", "đến", "trong", "chậm", "muộn", "nhất", "là", "hạn", "nộp", "gửi", "vào", "lúc")
)


def parse_deadline(raw: str) -> datetime | None:
    """A deadline as people write it; None when a part of it is not understood.

    "trước ngày 16/3/2026" is over when the 16th begins, "15/3/2026" and "hết ngày 15/3/2026" when the 15th ends,
    "16 giờ ngày 15/3/2026" at that hour. A day of the week ("thứ Ba", "T3", "Chủ nhật") must be that of the date.
    """
    text = clean(raw)
    found = find_date(text)
    if not found or not found.day:
        return None
    rest = f"{text[: found.start]} {text[found.end :]}"
    if named := _WEEKDAY.search(rest):
        if _WEEKDAYS[named["day"].lower() if named["day"] else "nhật"] != found.day.weekday():
            return None
        rest = f"{rest[: named.start()]} {rest[named.end() :]}"
    clock = _CLOCK.search(rest)
    if clock:
        rest = f"{rest[: clock.start()]} {rest[clock.end() :]}"
    words = re.findall(r"\w+", rest.lower())
    if not _WORDS.issuperset(words):
        return None
    if clock:
        return _at(found.day, int(clock["hour"]), int(clock["minute"] or 0))
    is_before = "trước" in words and "hết" not in words
    return due_after(found.day - _DAY if is_before else found.day)


def _at(day: date, hour: int, minute: int) -> datetime | None:
    if (hour, minute) in {(24, 0), (23, 59)}:  # both mean the whole day
        return due_after(day)
    if hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute), ZONE)
