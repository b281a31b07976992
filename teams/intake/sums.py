"""TỔNG and sub-total rows: recognising them, what number they state, whether it agrees with what was counted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from teams.intake.reading import Finding, short
from teams.naming import LABELS

# "Tổng" and "Cộng" begin names too (Tổng Bí, Cộng Hòa): alone they count before a number, a mark or a word of sums.
_SUM_LABEL: Final = re.compile(
    r"(tổng (số|cộng)|cộng tổng)(?![^\W_])"
    r"|(tổng|cộng)(?=\s*([^\w\s]|\d|_|$)|\s+(toàn|cả|của|chung|dồn|trang|mang sang|thành viên|người"
    rf"|xã|phường|đặc khu|thị trấn|tỉnh|thành phố|tdp|kp|{'|'.join(LABELS)})(?![^\W\d_]))",
    re.IGNORECASE,
)
_GRAND_TOTAL: Final = re.compile(
    r"(tổng( cộng| số)?|cộng tổng)[\s:.]*(toàn (xã|phường|tỉnh|thành phố|bộ))?[\s:.]*"
    r"(\d[\d.]*\s*(tổ|thôn)[\s,;:-]*)?((số )?(thành viên|người))?[\s:.]*(\d[\d.]*\s*(thành viên|người)?)?[\s.]*",
    re.IGNORECASE,
)
_PERSONS: Final = re.compile(r"(\d[\d.]*)\s*(?:thành viên|người)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
LONGEST_LABEL: Final = 200  # the patterns above are quadratic; a cell may hold 32,767 characters


@dataclass(frozen=True, slots=True)
class StatedSum:
    """A TỔNG (`grand`) or sub-total row: what it states, and the persons counted above it in four ways."""

    row: int
    column: str
    label: str
    stated: int | None
    grand: bool
    counted_since_last: int
    counted_commune: int
    counted_team: int
    counted_all: int


def sum_label(cells: Mapping[str, str]) -> str:
    """The field that holds the words of a sum row, "" when the row is none."""
    name = cells.get("full_name", "")
    if "role" in cells or (name and not (_NUMBER.match(name) or _SUM_LABEL.match(name))):
        return ""
    for field in ("number", "commune", "team", "decision", "full_name"):
        if (text := cells.get(field)) and _SUM_LABEL.match(text):
            return field
    return ""


def is_grand(label: str) -> bool:
    return _GRAND_TOTAL.fullmatch(label) is not None


def stated_persons(label_field: str, cells: Mapping[str, str], columns: Mapping[str, int]) -> tuple[str, int | None]:
    """The field with the number a sum row states, and the number: persons before all else, the name column first."""
    no_count = ("decision", "decision_date")
    right = [field for field in cells if columns[field] > columns[label_field] and field not in no_count]
    right.sort(key=lambda field: (field != "full_name", columns[field]))
    for pattern in (_PERSONS, _NUMBER):
        for field in (*right, label_field):
            if found := pattern.search(cells[field][:LONGEST_LABEL]):
                return field, int(found[found.lastindex or 0].replace(".", ""))
    return label_field, None


def sum_findings(sheet: str, sums: Sequence[StatedSum]) -> Iterator[Finding]:
    alone = sum(found.grand for found in sums) == 1
    for found in sums:
        counted = found.counted_all if found.grand and alone else found.counted_since_last
        accepted = {counted} if found.grand and alone else _possible_counts(found)
        if found.stated is not None and found.stated not in accepted:
            yield Finding(
                sheet,
                f"{found.column}{found.row}",
                "warning",
                "total_differs" if found.grand else "subtotal_differs",
                f"Dòng “{short(found.label, 40)}” ghi {found.stated} người nhưng đếm được {counted}. Hãy kiểm tra lại.",
            )


def _possible_counts(found: StatedSum) -> set[int]:
    return {found.counted_since_last, found.counted_commune, found.counted_team, found.counted_all}


def stated_total(sums: Sequence[StatedSum]) -> int | None:
    """Several TỔNG rows on a sheet are parts, unless the last one sums up the whole sheet."""
    grand = [(found.stated, found.counted_all) for found in sums if found.grand and found.stated is not None]
    if not grand:
        return None
    last, counted = grand[-1]
    return last if last == counted else sum(stated for stated, _ in grand)
