"""Vietnamese phone numbers as they stand in officers' workbooks."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cdt_portal.lib.text import clean, clean_lines, fold

REPAIR_LABELS = {
    "lost_zero": "Đã thêm số 0 ở đầu số điện thoại.",
    "country_code": "Đã đổi mã quốc gia 84 thành số 0 ở đầu.",
    "letter_o": "Đã thay chữ O bằng số 0.",
    "full_width": "Đã đổi chữ số toàn khổ thành chữ số thường.",
    "old_prefix": "Đã đổi đầu số 11 chữ số cũ sang đầu số mới.",
    "two_numbers": "Ô có nhiều số điện thoại: số đầu tiên là số liên hệ.",
}
PROBLEM_LABELS = {
    "masked": "Số điện thoại bị che bằng dấu ***, coi như chưa cung cấp.",
    "invalid": "Không phải số điện thoại hợp lệ của Việt Nam.",
    "too_short": "Số điện thoại thiếu chữ số.",
    "too_long": "Số điện thoại thừa chữ số.",
}

_MOBILE = re.compile("0[35789][0-9]{8}")
_VALID = re.compile("0(?:[35789][0-9]{8}|2[0-9]{9})")
_NEW_PREFIXES = {f"016{last}": f"03{last}" for last in "23456789"} | {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_NOT_SUPPLIED = frozenset(
    ["", "khong", "khong co", "khong co so", "khong dung", "ko", "ko co", "k", "k co", "n a", "na"]
) | {"chua", "chua co", "chua co so", "chua cap nhat", "dang cap nhat"}
_MASK = re.compile("[*•×#]+|[xX]{2,}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LETTER_O = re.compile(r"(?<![^\W\d_])[oO]+(?=[\s.]?[0-9])|(?<=[0-9])[oO]+(?![^\W\d_])")
_FLOAT_TEXT = re.compile(r"[0-9]{8,12}\.0")
# Fewer than six decimals are a display that rounded the number: its digits are lost.
_SCIENTIFIC = re.compile(r"[0-9][.,][0-9]{6,12}[eE]\+?[0-9]{1,2}")
_BETWEEN = re.compile(r"[/;,|&\n]|[^\W\d_]+")
_DIGITS = re.compile("[0-9]+")
_NOT_DIGIT = re.compile("[^0-9]+")
_LONGEST = len("00840") + 10  # no reading of more digits can become one number


class PhoneReading(NamedTuple):
    """What a phone cell says. `numbers`: 0xxxxxxxxx, in order, no doubles; `repairs`: keys of REPAIR_LABELS;
    `problem`: "" or a key of PROBLEM_LABELS, which may stand beside numbers that could be read."""

    numbers: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    problem: str = ""
    raw: str = ""

    @property
    def first(self) -> str:
        return self.numbers[0] if self.numbers else ""


class _Number(NamedTuple):
    number: str = ""
    repairs: tuple[str, ...] = ()
    problem: str = ""


def parse_phone(raw: object) -> PhoneReading:
    """Reads a cell of any type. An empty cell or "không có" gives neither numbers nor a problem."""
    if isinstance(raw, str) and _MOBILE.fullmatch(raw):
        return PhoneReading((raw,), raw=raw)
    text = _cell_text(raw)
    plain, repairs = _plain_digits(text)
    found = list(_read(plain))
    numbers = tuple(dict.fromkeys(one.number for one in found if one.number))
    repairs += [repair for one in found for repair in one.repairs]
    if len(numbers) > 1:
        repairs.append("two_numbers")
    problem = next((one.problem for one in found if one.problem), "")
    if not found and fold(text) not in _NOT_SUPPLIED:
        problem = "invalid"
    return PhoneReading(numbers, tuple(dict.fromkeys(repairs)) if numbers else (), problem, text)


def _cell_text(raw: object) -> str:
    """The cell as text; a number as its digits, also one that a spreadsheet wrote out as 9.14994123E8."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = clean_lines(str(raw))
    if _SCIENTIFIC.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        return str(int(number)) if number == int(number) else text
    return text[:-2] if _FLOAT_TEXT.fullmatch(text) else text


def _plain_digits(text: str) -> tuple[str, list[str]]:
    """The text with ASCII digits only, a mask as "*", and the repairs that took."""
    repairs = []
    if not text.isascii():
        text, typed = text.translate(_FULL_WIDTH), text
        if _DIGITS.findall(text) != _DIGITS.findall(typed):
            repairs.append("full_width")
    if "o" in text or "O" in text:
        text, count = _LETTER_O.subn(lambda found: "0" * len(found[0]), text)
        if count:
            repairs.append("letter_o")
    return _MASK.sub("*", text), repairs


def _read(plain: str) -> Iterator[_Number]:
    """The numbers of a cell: all of it as one number, else the parts between separators and words."""
    parts = _BETWEEN.split(plain)
    if len(parts) > 1 and not any(char.isalpha() for char in plain):
        parts = [plain] if _one_number(plain).number else parts
    for part in parts:
        yield from _read_part(part)


def _read_part(part: str) -> Iterator[_Number]:
    """A number written in groups, or several numbers with nothing but white space or dashes between them."""
    groups = _DIGITS.findall(part)
    whole = _one_number(part)
    if whole.number or len(groups) < 2 or "*" in part:
        if groups or "*" in part:
            yield whole
        return
    digits = ""
    for group in groups:
        if len(digits) > _LONGEST:
            break
        digits += group
        if (one := _one_number(digits)).number:
            yield one
            digits = ""
    if digits:
        yield _one_number(digits)


def _one_number(text: str) -> _Number:
    """The text's digits, whatever stands between them, as one national number."""
    if "*" in text:
        return _Number(problem="masked")
    digits, repairs = _national(_NOT_DIGIT.sub("", text))
    if len(digits) == 11 and digits[:4] in _NEW_PREFIXES:
        digits = _NEW_PREFIXES[digits[:4]] + digits[4:]
        repairs += ("old_prefix",)
    if _VALID.fullmatch(digits):
        return _Number(digits, repairs)
    surplus = len(digits) - (11 if digits.startswith("02") else 10)
    return _Number(problem="invalid" if not surplus else "too_long" if surplus > 0 else "too_short")


def _national(digits: str) -> tuple[str, tuple[str, ...]]:
    """With the leading zero in place of the country code, or restored. No national number without its
    zero has eleven digits, so 84 and nine more are a country code and 84 and seven more are not."""
    repair = "lost_zero"
    if digits.startswith("0084"):
        digits, repair = digits[4:], "country_code"
    elif digits.startswith("84") and len(digits) >= 11:
        digits, repair = digits[2:], "country_code"
    if digits.startswith("0"):
        return digits, (repair,) if repair == "country_code" else ()
    return "0" + digits, (repair,)


def digits_of(text: str) -> str:
    """What a search box says of a phone: the whole number in stored form, or the digits of a part of it
    ("+84 914" -> "0914"); "" when the text holds words and so is no phone."""
    plain, _ = _plain_digits(clean(text))
    if any(char.isalpha() for char in plain):
        return ""
    digits = _NOT_DIGIT.sub("", plain)
    if plain.startswith("+84") or digits.startswith("0084"):
        digits = "0" + digits.removeprefix("00")[2:].removeprefix("0")
    return _one_number(digits).number or digits


def format_phone(number: str) -> str:
    """For reading: "0914 994 123", "0225 3842 123", "024 3842 1234"; anything else as it is."""
    if _MOBILE.fullmatch(number):
        cuts = (4, 7)
    elif _VALID.fullmatch(number):
        cuts = (3, 7) if number.startswith(("024", "028")) else (4, 8)
    else:
        return number
    return f"{number[: cuts[0]]} {number[cuts[0] : cuts[1]]} {number[cuts[1] :]}"


def mask_phone(number: str) -> str:
    """As `format_phone` with the last three digits hidden: "0914 994 ***"; "" stays ""."""
    return format_phone(number)[:-3] + "***" if number else ""
