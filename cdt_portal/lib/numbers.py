"""Numbers as officers write them: "1.440" is 1440, "99,5%" is a rate."""

import re
from decimal import ROUND_HALF_UP, Decimal

from cdt_portal.lib.text import clean

_GROUPED = re.compile(r"(-?[1-9][0-9]{0,2})((?:([. ,])[0-9]{3})(?:\3[0-9]{3})*)(?:(?!\3)[.,]([0-9]+))?")
_PLAIN = re.compile(r"(-?[0-9]+)(?:[.,]([0-9]+))?")


def parse_decimal(raw: object) -> Decimal | None:
    """The number in a cell, exactly; None when it is not one number. Three digits after a mark are a
    thousands group ("1.440", "1,440"), fewer or more are decimals ("99,5", "99.5")."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, (int, float, Decimal)):
        number = Decimal(str(raw))
        return number if number.is_finite() else None
    return _parse_text(clean(raw)) if isinstance(raw, str) else None


def _parse_text(text: str) -> Decimal | None:
    if found := _GROUPED.fullmatch(text):
        whole, groups, mark, decimals = found.groups()
        return Decimal(whole + groups.replace(mark, "") + (f".{decimals}" if decimals else ""))
    if found := _PLAIN.fullmatch(text):
        return Decimal(f"{found[1]}.{found[2]}" if found[2] else found[1])
    return None


def parse_int(raw: object) -> int | None:
    """The whole number in a cell; None when there is none or it has a fraction."""
    number = parse_decimal(raw)
    return int(number) if number is not None and number == number.to_integral_value() else None


def parse_rate(raw: object) -> Decimal | None:
    """A rate in per cent, with or without its sign: "99,5%" and 99.5 are Decimal("99.5")."""
    return parse_decimal(clean(raw).removesuffix("%") if isinstance(raw, str) else raw)


def format_int(number: int) -> str:
    """1440 -> "1.440"."""
    return f"{number:,}".replace(",", ".")


def rounded(number: float | Decimal, decimals: int = 2) -> Decimal:
    """The number as people round: 0.125 -> 0.13, 0.5 to whole ones -> 1."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def rounded_rate(percent: float | Decimal, decimals: int = 2) -> Decimal:
    """As `rounded`, but all but a few are never 100 and a few never 0: 99.99999667 -> 99.99, 0.001 -> 0.01."""
    exact, least = Decimal(str(percent)), Decimal(1).scaleb(-decimals)
    if 0 < exact < 100:
        return min(max(rounded(exact, decimals), least), 100 - least)
    return rounded(exact, decimals)


def format_number(number: float | Decimal, decimals: int = 2) -> str:
    """1440 -> "1.440", 99.5 -> "99,5": at most so many decimals, none that is a mere zero."""
    near = rounded(number, decimals)
    whole, _, rest = f"{abs(near):f}".partition(".")
    rest = rest.rstrip("0")
    return ("-" if near < 0 else "") + format_int(int(whole)) + (f",{rest}" if rest else "")


def format_rate(percent: float | Decimal, decimals: int = 2) -> str:
    """99.5 -> "99,5%"; rounded by `rounded_rate`."""
    return f"{format_number(rounded_rate(percent, decimals), decimals)}%"
