"""Finding the heading of a roster: which row it is, and which column means what."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cdt_portal.lib.text import clean, fold
from teams.intake.reader import Cell, RawSheet
from teams.intake.refusals import Refused

ROW_ID_HEADING: Final = "cdt-member-list/"
_SEARCHED_ROWS: Final = 30

FIELD_LABELS: Final = {
    "number": "TT",
    "commune": "Tên phường/xã",
    "team": "Tên tổ",
    "decision": "Số quyết định",
    "decision_date": "Ngày quyết định",
    "full_name": "Họ tên thành viên",
    "role": "Chức vụ trong tổ",
    "phone": "Số điện thoại",
    "organization": "Thành phần",
    "note": "Ghi chú",
}

# First rule that fits the folded heading wins; a column of higher weight takes the field from a lower one.
_RULES: Final = tuple(
    (field, weight, re.compile(pattern))
    for field, weight, pattern in (
        ("number", 2, r"s ?tt|tt|so tt|so thu tu|thu tu"),
        ("note", 2, r"ghi chu.*"),
        ("phone", 4, r"(.* )?(di dong|dtdd)( .*)?"),
        ("phone", 2, r"(.* )?(dien thoai|sdt|so dt|dt|phone)( .*)? (co quan|co dinh|ban|nha)( .*)?"),
        ("phone", 3, r"(.* )?(dien thoai|sdt|so dt|dt|phone)( .*)?"),
        ("decision_date", 2, r"(.* )?ngay( (ban hanh|quyet dinh|qd|ky|thang))+.*|ngay"),
        ("decision", 2, r"(.* )?(quyet dinh|qd)( .*)?"),
        ("role", 4, r"(.* )?(chuc (vu|danh)|vai tro|nhiem vu|vi tri)( .*)? (to|doi)( .*)?"),
        ("role", 3, r"(.* )?vai tro( .*)?"),
        ("role", 2, r"(.* )?chuc (vu|danh)( .*)?"),
        ("full_name", 3, r"(.* )?ho (va )?ten(?! (dem|lot|chu ho|to truong|to pho|lanh dao)\b)( .*)?"),
        ("full_name", 2, r"(ten )?(cac )?thanh vien( (cua )?(to|doi)( .*)?)?|ten nguoi( .*)?"),
        ("commune", 2, r"((ten|ubnd|don vi|cap) )*(xa|phuong|dac khu|thi tran)( (xa|phuong|dac khu|thi tran))*"),
        ("team", 3, r"(ten )?(to|doi)( (cong nghe|chuyen doi|cnscd|cnsc|cns|cds|ho tro)( .*)?)?"),
        ("team", 3, r"ten (to|doi)(?! dan pho)( .*)?"),
        ("team", 2, r"(ten |dia ban )*((thon|ban|lang|ap|xom|khu pho|khu dan cu|to dan pho|to|tdp|kp|dia ban)( |$))+"),
        ("organization", 2, r"(.* )?(thanh phan|don vi|co quan|to chuc|doan the|noi cong tac)( .*)?"),
    )
)

# Cyrillic and Greek letters that look like Latin ones, in small and, where only those do, in capital form.
_LOOKALIKES: Final = str.maketrans(
    "асеорхуіѕһкАВЕКМНОРСТХУІοανρυτικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aceopxyishkABEKMHOPCTXYIoavputikABEZHIKMNOPTYX",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a sheet's heading stands and what it says. `columns`: field to column from 0; `texts`: field to heading."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    texts: Mapping[str, str]
    unused: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def meaning(heading: str) -> tuple[str, int]:
    """The field a heading names and how surely (0: names none)."""
    if heading.startswith(ROW_ID_HEADING):
        return "row_id", 9
    plain = fold(unicodedata.normalize("NFD", heading).translate(_LOOKALIKES))
    if len(plain) > 80 or any(map(str.isdigit, plain)):  # a title, or a row of the list itself
        return "", 0
    return next(((field, weight) for field, weight, pattern in _RULES if pattern.fullmatch(plain)), ("", 0))


def find_heading(sheet: RawSheet, *, team_required: bool) -> Heading:
    """The heading of a roster sheet. Raises Refused: what the sheet is instead, or which column it lacks."""
    best = max(_candidates(sheet), key=_goodness, default=None)
    if best is None or len(best.columns) < 4:
        _refuse_transposed(sheet)
    if best is None or len(best.columns) < 2:
        raise Refused(
            "no_heading",
            "Không tìm thấy dòng tiêu đề của danh sách thành viên (Tên tổ, Họ tên thành viên, Chức vụ, "
            "Số điện thoại) trong 30 dòng đầu. Hãy dùng mẫu danh sách, giữ nguyên dòng tiêu đề.",
        )
    _refuse_incomplete(sheet, best, team_required)
    return best


def _goodness(heading: Heading) -> tuple[int, int, bool]:
    return len(heading.columns), -len(heading.doubled), heading.first_row == heading.last_row


def _candidates(sheet: RawSheet) -> list[Heading]:
    rows = sheet.rows[:_SEARCHED_ROWS]
    across = defaultdict(list)  # row -> (first column, last column) of merged cells
    for top, left, _, right in sheet.merged:
        if left < right:
            across[top].append((left, right))
    found = []
    for index, (number, values) in enumerate(rows):
        single = _heading(number, number, [_text(value) for value in values])
        found.append(single)
        if index + 1 < len(rows) and single.columns:
            double = _two_lines(across[number], rows[index], rows[index + 1])
            if len(double.columns) > len(single.columns):
                found.append(double)
    return found


def _two_lines(across: list[tuple[int, int]], upper: tuple[int, list[Cell]], lower: tuple[int, list[Cell]]) -> Heading:
    """Both rows as one heading: a merged upper cell speaks for all columns under it."""
    above = _spread(across, upper[1])
    below = [_text(value) for value in lower[1]]
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    texts = [_joined(first, second) for first, second in zip(above, below, strict=True)]
    return _heading(upper[0], lower[0], texts)


def _joined(upper: str, lower: str) -> str:
    candidates = (lower, f"{upper} {lower}".strip(), upper)
    return max(candidates, key=lambda text: meaning(text)[1])


def _spread(across: list[tuple[int, int]], values: list[Cell]) -> list[str]:
    texts = [_text(value) for value in values]
    for left, right in across:
        if right <= len(texts) + 20 and left <= len(texts):
            texts += [""] * (right - len(texts))
            texts[left:right] = [texts[left - 1]] * (right - left)
    return texts


def _text(value: Cell) -> str:
    return clean(value) if isinstance(value, str) else ""


def _heading(first_row: int, last_row: int, texts: Sequence[str]) -> Heading:
    columns: dict[str, int] = {}
    doubled = []
    for column, text in enumerate(texts):
        field, weight = meaning(text)
        if not field:
            continue
        held = columns.get(field)
        if held is None or weight > meaning(texts[held])[1]:
            columns[field] = column
        elif weight == meaning(texts[held])[1]:
            doubled.append(field)
    used = set(columns.values())
    unused = tuple(text for column, text in enumerate(texts) if text and column not in used)
    named = {field: texts[column] for field, column in columns.items()}
    return Heading(first_row, last_row, columns, named, unused, tuple(doubled))


def _refuse_incomplete(sheet: RawSheet, heading: Heading, team_required: bool) -> None:
    required = ("team", "full_name") if team_required else ("full_name",)
    missing = [field for field in required if field not in heading.columns]
    found = ", ".join(f"“{text}”" for text in [*heading.texts.values(), *heading.unused][:8])
    if "full_name" in missing and not {"role", "phone"} & set(heading.columns):
        raise Refused(
            "wrong_form",
            f"Trang tính “{sheet.name}” không phải danh sách thành viên: dòng {heading.first_row} có các cột {found}. "
            "Hãy chọn tệp danh sách thành viên có cột Tên tổ và Họ tên thành viên.",
        )
    for field in missing:
        raise Refused(
            "missing_column",
            f"Thiếu cột “{FIELD_LABELS[field]}” ở dòng tiêu đề {heading.first_row} của trang tính “{sheet.name}” "
            f"(tìm thấy: {found}). Hãy thêm cột này rồi tải lên lại.",
        )
    for field in required:
        if field in heading.doubled:
            raise Refused(
                "column_twice",
                f"Trang tính “{sheet.name}” có hai cột “{heading.texts[field]}”, không biết phải dùng cột nào. "
                "Hãy xóa hoặc đổi tên một cột rồi tải lên lại.",
            )


def _refuse_transposed(sheet: RawSheet) -> None:
    """Headings that stand below one another in one of the first columns."""
    for column in range(3):
        down = {meaning(_text(values[column]))[0] for _, values in sheet.rows[:30] if column < len(values)} - {""}
        if "full_name" in down and len(down) >= 3:
            raise Refused(
                "transposed",
                f"Bảng ở trang tính “{sheet.name}” bị xoay ngang: tiêu đề nằm dọc theo cột. Hãy chuyển lại mỗi người "
                "một dòng (Sao chép → Dán đặc biệt → Chuyển vị) rồi tải lên lại.",
            )
