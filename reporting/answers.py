"""Answers as people type them, as they are stored (JSON) and as they read: one place for each kind of indicator.

Stored: number -> int or float; rate -> float (per cent); choice, text (limited HTML, see lib/richtext) -> str;
link -> str, one address a line; date -> "2025-10-31"; decision -> {"text": as typed, "number", "symbol", "issued_on",
"subject"}; file -> {"id", "name"}; table -> [{column code: str, or int/float for number columns}]. None is "not
reported", which is never zero.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from cdt_portal.lib import richtext
from cdt_portal.lib.dates import format_date, official_date, parse_date
from cdt_portal.lib.decisions import parse_decision
from cdt_portal.lib.numbers import (
    format_int,
    format_number,
    format_rate,
    parse_decimal,
    parse_rate,
    rounded,
    rounded_rate,
)
from cdt_portal.lib.text import clean, match_key
from reporting.definition import Column, Definition, Indicator, Kind
from reporting.figures import Answer

LARGEST = 10**12
MAX_TEXT = 100_000
MAX_ROWS = 1_000
PEOPLE = ("người", "lượt", "lượt người", "thành viên", "hộ", "tổ", "đội", "nhóm", "thôn", "bản", "tổ dân phố")
COUNTED = frozenset({*PEOPLE, "buổi", "lớp", "hồ sơ", "văn bản", "tin", "bài"})  # units: half a person is a slip
DOCUMENT_COLUMNS = ("text", "date", "subject")  # of a table that lists documents: it reads as sentences
_SUBJECT = re.compile(r"(?:,\s*)?(?<!\w)(?:về việc|v/v)(?!\w)[\s:]*", re.IGNORECASE)
_LED = re.compile(rf"\A\s*{_SUBJECT.pattern}", re.IGNORECASE)
_is_address = URLValidator(schemes=["http", "https"])


class AnswerError(ValueError):
    """`message` is one Vietnamese sentence for whoever typed the answer."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


def is_empty(value: Answer) -> bool:
    """Whether nothing is reported. Zero is a report."""
    return value in (None, "", [], {})


def read(indicator: Indicator, raw: object) -> Answer:
    """What is stored for `raw`: text as it was typed (HTML for a text), a number, or an answer as it was stored; a
    decision may come as {"text", "subject"}, a file is {"id", "name"}, a table is a list of rows by column code.

    Raises AnswerError.
    """
    if raw is None or (isinstance(raw, str) and not clean(raw)):
        return None
    return _READERS[indicator.kind](indicator, raw)


def show(indicator: Indicator, value: Answer) -> str:
    """The answer in words, on one line but for texts and links; "" for None."""
    return "" if is_empty(value) else _SHOWERS[indicator.kind](indicator, value)


def shown_figure(indicator: Indicator, value: Answer) -> Decimal | int | None:
    """The number as it is shown, for sheets that hold numbers; None when it is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    if indicator.kind == Kind.RATE:
        return rounded_rate(value)
    return value if isinstance(value, int) else rounded(value)


def derive(definition: Definition, values: dict[str, Answer]) -> dict[str, Answer]:
    """The values by code with every derived one worked out anew from the others; what was stored of it is not asked."""
    derived = dict(values)
    for indicator in definition.indicators():
        if indicator.is_derived:
            derived[indicator.code] = _derived(definition, indicator, values, frozenset())
    return derived


def _derived(definition: Definition, indicator: Indicator, values: dict[str, Answer], above: frozenset[str]) -> Answer:
    """`above` are the codes that ask for this one: one of them again would turn for ever."""

    def value(code: str) -> Answer:
        other = definition.by_code[code]
        if not other.is_derived:
            return values.get(code)
        return None if code in above else _derived(definition, other, values, above | {code})

    if indicator.rate_of:
        return rate_of_sums([(value(indicator.rate_of), value(indicator.rate_over))])
    return add_up(map(value, indicator.sum_of))


def add_up(numbers: Iterable[Answer]) -> int | float | None:
    """The sum of those that are reported; None when none is."""
    reported = [number for number in numbers if isinstance(number, (int, float))]
    return sum(reported) if reported else None


def rate_of_sums(pairs: Iterable[tuple[Answer, Answer]]) -> float | None:
    """100 × the sum of a / the sum of b over the pairs of which both are reported; None when b adds up to nothing."""
    both = [pair for pair in pairs if all(isinstance(number, (int, float)) for number in pair)]
    over = sum(b for _, b in both)
    return 100 * sum(a for a, _ in both) / over if over else None


def lists_documents(indicator: Indicator) -> bool:
    return tuple(column.code for column in indicator.columns) == DOCUMENT_COLUMNS


def document_text(row: dict) -> str:
    """A row of such a table as papers name a document: "Quyết định số 1907 ngày 31/10/2025 về việc …"."""
    day = f"ngày {official_date(date.fromisoformat(row['date']))}" if row.get("date") else ""
    return clean(f"{row.get('text', '')} {day} {with_about(row.get('subject', ''))}")


def with_about(subject: str) -> str:
    """The words that lead to a subject once, whether or not they were typed with it."""
    subject = _LED.sub("", subject)
    return f"về việc {subject}" if subject else ""


def show_cell(column: Column, value: object) -> str:
    """One cell of a table answer."""
    if value is None or value == "":
        return ""
    if column.kind == Kind.NUMBER:
        return format_number(value)
    return format_date(date.fromisoformat(value)) if column.kind == Kind.DATE else str(value)


def _read_number(indicator: Indicator, raw: object) -> int | float:
    number = _sound(parse_decimal(raw), "Hãy nhập một số, ví dụ 1.440.")
    if isinstance(number, float) and COUNTED.intersection(map(clean, indicator.unit.lower().split(","))):
        raise AnswerError("Phải là số nguyên. Hàng nghìn ghi đủ ba chữ số sau dấu chấm, ví dụ 1.440.")
    return number


def _read_rate(indicator: Indicator, raw: object) -> float:
    return float(_sound(parse_rate(raw), "Hãy nhập một tỷ lệ phần trăm, ví dụ 99,5%."))


def _sound(number: Decimal | None, hint: str) -> int | float:
    if number is None:
        raise AnswerError(hint)
    if number < 0:
        raise AnswerError("Số không được âm.")
    if number > LARGEST:
        raise AnswerError("Số này quá lớn. Hãy kiểm tra lại.")
    return int(number) if number == number.to_integral_value() else float(number)


def _read_choice(indicator: Indicator, raw: object) -> str:
    wanted = match_key(str(raw))
    for choice in indicator.choices:
        if match_key(choice) == wanted:
            return choice
    raise AnswerError(f"Hãy chọn một trong các mục: {', '.join(indicator.choices)}.")


def _read_text(indicator: Indicator, raw: object) -> str | None:
    html = richtext.canonical(_text(raw))
    if len(html) > MAX_TEXT:
        raise AnswerError(f"Nội dung quá dài, tối đa {format_int(MAX_TEXT)} ký tự.")
    return html if richtext.plain(html).strip() else None


def _read_link(indicator: Indicator, raw: object) -> str:
    addresses = [each if "://" in each else f"https://{each}" for each in re.split(r"[\s;,]+", _text(raw)) if each]
    for each in addresses:
        try:
            _is_address(each)
        except ValidationError as error:
            raise AnswerError(f"“{each}” không phải một đường liên kết, ví dụ https://zalo.me/g/abc.") from error
    return "\n".join(dict.fromkeys(addresses))


def _read_date(indicator: Indicator, raw: object) -> str:
    day = parse_date(raw)
    if day is None:
        raise AnswerError("Ngày không hợp lệ. Hãy nhập theo dạng ngày/tháng/năm, ví dụ 10/7/2025.")
    return day.isoformat()


def _read_decision(indicator: Indicator, raw: object) -> dict | None:
    typed, subject = (raw.get("text"), raw.get("subject")) if isinstance(raw, dict) else (raw, "")
    text, told = _halves(clean(_text(typed or "")))
    subject = clean(_text(subject or "")) or told
    if not text and not subject:
        return None
    reading = parse_decision(text)
    return {
        "text": text,
        "number": reading.number,
        "symbol": reading.symbol,
        "issued_on": reading.issued_on.isoformat() if reading.issued_on else "",
        "subject": subject,
    }


def _halves(text: str) -> tuple[str, str]:
    """A document's name and what it is about."""
    found = _SUBJECT.search(text)
    return (text[: found.start()].rstrip(), text[found.end() :]) if found else (text, "")


def _read_file(indicator: Indicator, raw: object) -> dict:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), int) or not isinstance(raw.get("name"), str):
        raise AnswerError("Hãy chọn một tệp.")
    return {"id": raw["id"], "name": raw["name"]}


def _read_table(indicator: Indicator, raw: object) -> list | None:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise AnswerError("Bảng không đọc được. Hãy tải lại trang.")
    if len(raw) > MAX_ROWS:
        raise AnswerError(f"Bảng có quá nhiều dòng, tối đa {format_int(MAX_ROWS)} dòng.")
    rows = [_read_row(indicator, number, row) for number, row in enumerate(raw, start=1)]
    return [row for row in rows if any(cell not in ("", None) for cell in row.values())] or None


def _read_row(indicator: Indicator, number: int, row: dict) -> dict:
    cells = {}
    for column in indicator.columns:
        try:
            cells[column.code] = _read_cell(column, row.get(column.code))
        except AnswerError as error:
            raise AnswerError(f"Dòng {number}, cột “{column.label}”: {error.message}") from error
    if lists_documents(indicator) and not cells["subject"]:
        name, about = _halves(cells["text"])
        cells |= {"text": name, "subject": about}
    return cells


def _read_cell(column: Column, raw: object) -> str | int | float | None:
    if raw is None or (isinstance(raw, str) and not clean(raw)):
        return None if column.kind == Kind.NUMBER else ""
    if column.kind == Kind.NUMBER:
        return _sound(parse_decimal(raw), "Hãy nhập một số, ví dụ 1.440.")
    return _read_date(_NO_INDICATOR, raw) if column.kind == Kind.DATE else clean(str(raw))


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise AnswerError("Nội dung không đọc được. Hãy nhập lại.")
    return raw


def _show_decision(indicator: Indicator, value: dict) -> str:
    return clean(f"{value['text']} {with_about(value['subject'])}")


def _show_table(indicator: Indicator, rows: list[dict]) -> str:
    if lists_documents(indicator):
        return "; ".join(map(document_text, rows))
    cells = ((show_cell(column, row.get(column.code)) for column in indicator.columns) for row in rows)
    return "; ".join(", ".join(filter(None, row)) for row in cells)


_NO_INDICATOR = Indicator("", "", Kind.DATE)
_READERS: dict[Kind, Callable[[Indicator, object], Answer]] = {
    Kind.NUMBER: _read_number,
    Kind.RATE: _read_rate,
    Kind.CHOICE: _read_choice,
    Kind.TEXT: _read_text,
    Kind.LINK: _read_link,
    Kind.DATE: _read_date,
    Kind.FILE: _read_file,
    Kind.DECISION: _read_decision,
    Kind.TABLE: _read_table,
}
_SHOWERS: dict[Kind, Callable[[Indicator, Answer], str]] = {
    Kind.NUMBER: lambda indicator, value: format_number(value),
    Kind.RATE: lambda indicator, value: format_rate(value),
    Kind.CHOICE: lambda indicator, value: value,
    Kind.TEXT: lambda indicator, value: richtext.plain(value),
    Kind.LINK: lambda indicator, value: value,
    Kind.DATE: lambda indicator, value: format_date(date.fromisoformat(value)),
    Kind.FILE: lambda indicator, value: value["name"],
    Kind.DECISION: _show_decision,
    Kind.TABLE: _show_table,
}
