"""Decision texts such as "01/QĐ-UBND ngày 10/7/2025", read tolerantly and written officially."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cdt_portal.lib.dates import FoundDate, find_date, format_date, official_date, serial_date
from cdt_portal.lib.text import clean, clean_lines, fold

FLAG_LABELS = {
    "empty": "Chưa ghi quyết định.",
    "placeholder": "Chưa có quyết định.",
    "no_number": "Quyết định chưa có số.",
    "no_symbol": "Quyết định chưa có ký hiệu.",
    "no_date": "Quyết định chưa có ngày ban hành.",
    "two_digit_year": "Năm ban hành ghi hai chữ số, được hiểu là 20xx.",
    "odd": "Cách ghi quyết định khác thường, cần kiểm tra lại.",
}

_PLACEHOLDER = re.compile(
    r"(?:chua|khong|ko)(?: (?:co|ban hanh|ra|ky))*(?: (?:qd|quyet dinh|so))?"
    r"|(?:dang|cho) (?:trinh|cho|lam|hoan thien|ban hanh|ky|du thao)(?: .*)?"
)
_JOINT = re.compile(r"\s*([/\-])\s*")
_NUMBER = r"(?P<number>[0-9]{1,6}(?![0-9])(?:[^\W\d_](?![^\W_]))?(?:/(?:19|20)[0-9]{2}(?![0-9]))?)"
_SYMBOL = r"(?P<symbol>[^\W\d_][\w.&]*(?:[/\-][\w.&]+)*)"
_KIND = r"(?:QĐ|QD|NQ|KH|TB|CV|CT|HD|BC|TTr)"
_READINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w/]){_NUMBER}[/\-]+{_SYMBOL}",
        rf"(?<![\w/]){_NUMBER}\s?(?P<symbol>{_KIND}(?:[/\-][\w.&]+)+)",
        rf"(?<![^\W_])số[\s:.]*{_NUMBER}",
        rf"(?<![\w/]){_NUMBER}",
    )
)
_SYMBOL_ALONE = re.compile(rf"(?<![^\W_]){_KIND}(?:-[^\W\d_][\w.&]*)+", re.IGNORECASE)
_GLUED_WORD = re.compile(r"(?<![^\W_])(số|qđ)(?=[0-9])", re.IGNORECASE)
_BROKEN_DATE = re.compile(r"(?:(?<![^\W_])(?:ngày|tháng|năm)(?![^\W_])[\s0-9.…_/\-]*)+", re.IGNORECASE)
_FILLER = frozenset(("quyết", "định", "qđ", "số", "ký", "ngày", "của", "ubnd", "ban", "hành", "theo"))
_WORD = re.compile(r"[^\W_]+")
_LEADING_ZEROS = re.compile("^0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class DecisionReading:
    """What a decision cell says: `number` as written ("01", "123a", "06/2024"), `symbol` without the slash
    before it ("QĐ-UBND"), `raw` cleaned with its line breaks, `flags`: keys of FLAG_LABELS."""

    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    raw: str = ""
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return decision_key(self.number, self.symbol)


def decision_key(number: str, symbol: str) -> str:
    """Compares decisions of one issuer and year: 01/QĐ-UBND and 1/QD - ubnd agree."""
    return f"{_LEADING_ZEROS.sub('', clean(number)).casefold()}/{fold(symbol).replace(' ', '')}"


def parse_decision(raw: object) -> DecisionReading:
    """Reads a cell of any type: the date first, then the number. Nothing is refused, only flagged."""
    if isinstance(raw, date):
        return _parse_text(format_date(raw))
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return _parse_text(clean_lines("" if raw is None else str(raw)))


@lru_cache(maxsize=1024)
def _parse_text(raw: str) -> DecisionReading:
    text = clean(raw).replace("Ð", "Đ").replace("ð", "đ").replace("–", "-")
    folded = fold(text)
    if not folded:
        return DecisionReading(raw=raw, flags=("placeholder",) if text else ("empty",))
    if _PLACEHOLDER.fullmatch(folded):
        return DecisionReading(raw=raw, flags=("placeholder",))
    found = _find_date(text)
    rest = f"{text[: found.start]} ; {text[found.end :]}" if found else _BROKEN_DATE.sub(" ; ", text)
    number, symbol, remainder = _number_and_symbol(_JOINT.sub(r"\1", rest))
    day = found.day if found else None
    flags = {
        "no_number": not number,
        "no_symbol": not symbol,
        "no_date": not day,
        "two_digit_year": bool(found and found.two_digit_year),
        "odd": bool(found and not day) or _is_odd(remainder, bool(number)),
    }
    return DecisionReading(number, symbol, day, raw, tuple(flag for flag, raised in flags.items() if raised))


def _find_date(text: str) -> FoundDate | None:
    """A text that is nothing but a number in the range of Excel's serials is a date that lost its format."""
    if text.isascii() and text.isdigit() and len(text) == 5 and (day := serial_date(int(text))):
        return FoundDate(day, 0, len(text), two_digit_year=False)
    return find_date(text)


def _number_and_symbol(text: str) -> tuple[str, str, str]:
    """Number, symbol and what is left of the text, "" for what is missing."""
    text = _GLUED_WORD.sub(r"\1 ", text)
    found = next((match for reading in _READINGS if (match := reading.search(text))), None)
    number = found["number"] if found else ""
    symbol = found.groupdict().get("symbol") or "" if found else ""
    if found:
        text = f"{text[: found.start()]} {text[found.end() :]}"
    if not symbol and (alone := _SYMBOL_ALONE.search(text)):
        symbol = alone[0]
        text = f"{text[: alone.start()]} {text[alone.end() :]}"
    symbol = symbol.rstrip(".&-/")
    return number, symbol.upper() if symbol.islower() else symbol, text


def _is_odd(remainder: str, has_number: bool) -> bool:
    """Digits, or words without a number, were not read; words beside a number are a remark."""
    if has_number:
        return any(char.isdigit() for char in remainder)
    return any(word not in _FILLER for word in _WORD.findall(remainder.lower()))


# What papers are called, and how their symbols begin (Nghị định 30/2020/NĐ-CP, Phụ lục III). A letter's symbol begins
# with its issuer's instead.
DOCUMENT_KINDS = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "BC": "Báo cáo",
    "TTr": "Tờ trình",
    "CĐ": "Công điện",
    "CV": "Công văn",
}


def document_kind(raw: str, symbol: str = "") -> str:
    """What kind of paper a line names, "Kế hoạch", by its first words or by how its symbol begins; "" if by neither."""
    words, lead = f"{fold(raw)} ", re.split(r"[/\-]", symbol)[0].casefold()
    by_word = next((kind for kind in DOCUMENT_KINDS.values() if words.startswith(f"{fold(kind)} ")), "")
    return by_word or next((kind for short, kind in DOCUMENT_KINDS.items() if short.casefold() == lead), "")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as it is cited: "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025" (`name`) "của Sở … về việc …"; what the
    line does not say is ""."""

    name: str
    issuer: str
    subject: str


_ABOUT = re.compile(r"[\s,;:]*(?<!\w)(?:về\s+việc|v/v|về)(?!\w)[\s:]*", re.IGNORECASE)
_OF = re.compile(r"[\s,;]*(?<!\w)của(?!\w)\s*", re.IGNORECASE)


def parse_paper_line(raw: str) -> PaperLine:
    """Whose the paper is, is only looked for before what it is about."""
    name, about, subject = _parted(clean(raw), _ABOUT)
    name, _, issuer = _parted(name, _OF)
    return PaperLine(name.rstrip(" ,;:"), issuer.strip(" ,;:"), subject.strip(" ;") if about else "")


def _parted(text: str, mark: re.Pattern[str]) -> tuple[str, str, str]:
    found = mark.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def decision_title(number: str, symbol: str, issued_on: date | None) -> str:
    """One line: "01/QĐ-UBND ngày 10/7/2025", without a symbol "Quyết định số 1907 ngày 31/10/2025"."""
    return format_decision(number, symbol, issued_on).replace("\n", " ")


def format_decision(number: str, symbol: str, issued_on: date | None) -> str:
    """As in the official form, the date on a second line: "01/QĐ-UBND\\nngày 10/7/2025"."""
    # Party papers put a dash after the number and the slash inside the symbol: 02-KH/BCĐTW.
    joint = "-" if "/" in symbol else "/"
    name = f"{number or '…'}{joint}{symbol}" if symbol else f"Quyết định số {number}" if number else ""
    if not issued_on:
        return name
    return f"{name or 'Quyết định'}\nngày {official_date(issued_on)}"
