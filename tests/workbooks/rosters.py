"""The four member lists that came in from the field, rebuilt: their structure and oddities, with invented people."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from tests.workbooks.builders import HEADING, TITLE, Grid

_FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Tô",
    "Lương",
]
_MIDDLES = [
    "Văn",
    "Thị",
    "Minh",
    "Đức",
    "Thu",
    "Kim",
    "Hải",
    "Anh",
    "Tuấn",
    "Hữu",
    "Ngọc",
    "Quang",
    "Xuân",
    "Thanh",
    "Bích",
    "Gia",
]
_GIVENS = [
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Giang",
    "Hà",
    "Hoà",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Thuý",
    "Uyên",
    "Vân",
    "Yến",
    "Tú",
]
_PREFIXES = ("032", "035", "038", "070", "077", "081", "085", "090", "091", "096")
_SAMPLES = ("Nguyễn Văn A", "Nguyễn Văn B", "Nguyễn Văn C")
_SAMPLE_DECISION = "01/QĐ-UBND\nngày 10/7/2025"

Phone = Callable[[str], object]


class _People:
    """Seeded invention: each call gives another name and another phone."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.names: set[str] = set()
        self.count = 0

    def name(self) -> str:
        while True:
            name = " ".join(self.chance.choice(words) for words in (_FAMILIES, _MIDDLES, _GIVENS))
            if name not in self.names:
                self.names.add(name)
                return name

    def phone(self) -> str:
        self.count += 1
        return f"{_PREFIXES[self.count % 10]}{self.count * 7919 % 10_000_000:07}"

    def team(self, size: int) -> Iterator[tuple[str, str, str]]:
        for number in range(size):
            role = ("Tổ trưởng", "Tổ phó")[number] if number < 2 else "Thành viên"
            yield self.name(), role, self.phone()


def _save(path: Path, rows: Grid, blocks: dict[str, list[tuple[int, int]]], heading_row: int = 3) -> Path:
    """Rows from below `heading_row`; the title stands merged in row 2; `blocks`: column to row ranges to merge."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Danh sách"
    sheet.cell(2, 1, TITLE)
    sheet.merge_cells("A1:H1")
    for column, text in enumerate(HEADING, start=1):
        sheet.cell(heading_row, column, text)
    for number, row in enumerate(rows, start=heading_row + 1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    for column, ranges in blocks.items():
        for first, last in ranges:
            sheet.merge_cells(f"{column}{first}:{column}{last}")
    workbook.save(path)
    return path


def build_cat_hai(path: Path) -> Path:
    """58 teams, 386 members, team and decision merged over their blocks, the commune once, TỔNG in the name column."""
    people = _People(58)
    rows: Grid = []
    blocks = []
    for number in range(1, 59):
        size = 6 + (number <= 38)  # 38 teams of 7 and 20 of 6
        blocks.append((len(rows) + 4, len(rows) + 3 + size))
        first = [number, "Đặc khu Cát Hải" if number == 1 else None, f"Thôn {number}", "1907/QĐ-UBND ngày 31/10/2025"]
        for place, member in enumerate(people.team(size)):
            rows.append([*(first if place == 0 else [None] * 4), *member, None])
    rows.append([None, None, "TỔNG", None, 386, None, None, None])
    return _save(path, rows, {"C": blocks, "D": blocks})


def build_tran_lieu(path: Path) -> Path:
    """14 teams of 5; number, commune, team and decision repeated on each row; the decision broken inside its symbol."""
    people = _People(14)
    decision = "QĐ số199/QĐ-\nUBND ngày 22/7/2025"
    rows: Grid = [
        [number, "Phường Trần Liễu", f"TDP số {number}", decision, *member, None]
        for number in range(1, 15)
        for member in people.team(5)
    ]
    return _save(path, rows, {})


def _as_typed(phone: str) -> str:
    return phone


def _dotted(phone: str) -> str:
    return f"{phone[:4]}.{phone[4:7]}.{phone[7:]}"


def _as_number(phone: str) -> int:
    return int(phone)


def _international(phone: str) -> str:
    return f"+84 {phone[1:3]} {phone[3:6]} {phone[6:]}"


_DECISIONS = (
    "{number:02}/QĐ-UBND\nngày 10/7/2025",
    "{number}/QĐ - UBND, ngày 08.7.2025",
    "Quyết định số {number} ngày 12/7/2025",
)
# Commune, how it names its teams, how many there are, how it writes phones.
_TWELVE: tuple[tuple[str, str, int, Phone], ...] = (
    ("Phường Hạc Thành", "Tổ KP{}", 10, _as_typed),
    ("Xã Xuân Bình", "Thôn {}", 14, _dotted),
    ("Phường Đông Tiến", "Tổ CNSCĐ thôn {}", 7, _as_number),
    ("Xã Đồng Tiến", "TDP {}", 9, _international),
    ("Xã Hồi Xuân", "Tổ công nghệ số cộng đồng khu phố {}", 12, _as_typed),
    ("Phường Sầm Sơn", "Bản {}", 8, _dotted),
    ("Xã Mường Lát", "Tổ KP{}", 11, _as_number),
    ("Xã Na Mèo", "Thôn {}", 6, _international),
    ("Phường Nguyệt Viên", "Tổ CNSCĐ thôn {}", 9, _as_typed),
    ("Xã Thọ Xuân", "TDP {}", 12, _dotted),
    ("Phường Bỉm Sơn", "Tổ công nghệ số cộng đồng khu phố {}", 10, _as_number),
    ("Xã Như Thanh", "Bản {}", 13, _international),
)
THANH_HOA_TEAMS = sum(count for _, _, count, _ in _TWELVE)


def build_thanh_hoa(path: Path) -> Path:
    """A province's shared sheet: twelve communes, each in its own way, `Tổ ….` after each, TỔNG without a number."""
    people = _People(12)
    rows: Grid = [["VD", "Phường Hạc Thành", "Tổ KP1", _SAMPLE_DECISION, _SAMPLES[0], "Tổ trưởng", "0914994***", None]]
    blocks = []
    teams = 0
    for index, (commune, pattern, count, phone) in enumerate(_TWELVE):
        for number in range(1, count + 1):
            teams += 1
            size = 4 + teams % 4
            blocks.append((len(rows) + 5, len(rows) + 4 + size))
            decision = _DECISIONS[index % 3].format(number=number)
            first = [teams, commune if number == 1 else None, pattern.format(number), decision]
            for place, (name, role, typed) in enumerate(people.team(size)):
                rows.append([*(first if place == 0 else [None] * 4), name, role, phone(typed), None])
        rows.append([None, None, "Tổ ….", *[None] * 5])
    rows.append([None, None, "TỔNG", *[None] * 5])
    return _save(path, rows, {"C": blocks, "D": blocks}, heading_row=4)


def build_blank_form(path: Path) -> Path:
    """The official form as sent out: two blocks of samples, placeholders, TỔNG; nothing to import."""
    rows: Grid = []
    for mark, commune, team, placeholder in (
        ("VD", "Phường Hạc Thành", "Tổ KP1", "Tổ …."),
        (None, "Xã Xuân Bình", "Thôn 1", "Thôn…"),
    ):
        for place, name in enumerate(_SAMPLES):
            first = [mark, commune, team, _SAMPLE_DECISION] if place == 0 else [None] * 4
            rows.append([*first, name, "Thành viên" if place else "Tổ trưởng", "0914994***", None])
        rows.append([None, None, placeholder, *[None] * 5])
    rows += [[None] * 8 for _ in range(7)]
    rows.append([None, None, "TỔNG", *[None] * 5])
    return _save(path, rows, {})
