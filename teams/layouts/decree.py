"""The workbook of a decree: an old village and the new one it goes into, on each row."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib import numbers, text
from cdt_portal.lib.sheets import CENTER, NUMBER, Column, Sheet
from teams.enums import Share

COMMUNE, OLDS, SHARE, NEW, HOUSEHOLDS, OTHER = (
    "Xã (mã hoặc tên)",
    "Thôn, tổ dân phố cũ",
    "Toàn bộ / một phần / chia hết",
    "Thôn, tổ dân phố mới",
    "Số hộ của đơn vị mới",
    "Xã của đơn vị mới, nếu là xã khác",
)
REQUIRED = tuple(text.fold(heading) for heading in (COMMUNE, OLDS, NEW))
SHARES = {text.fold(share.label): share for share in Share} | {"": Share.WHOLE}


class DecreeLine(NamedTuple):
    commune: str
    old: str
    share: str
    new: str
    households: int | None
    other: str


DECREE_SHEET = Sheet(
    "Sắp xếp thôn, tổ dân phố",
    (
        Column(COMMUNE, 26, attrgetter("commune")),
        Column(OLDS, 34, attrgetter("old")),
        Column(SHARE, 22, attrgetter("share"), CENTER),
        Column(NEW, 30, attrgetter("new")),
        Column(HOUSEHOLDS, 16, attrgetter("households"), NUMBER),
        Column(OTHER, 26, attrgetter("other")),
    ),
    titles=(
        "Danh sách sắp xếp thôn, tổ dân phố",
        "Mỗi dòng: đơn vị cũ (nhiều đơn vị cách nhau bằng dấu chấm phẩy) nhập vào một đơn vị mới. "
        "Đơn vị cũ chia cho nhiều đơn vị mới thì ghi nhiều dòng; ghi “một phần” nếu đơn vị cũ vẫn còn.",
    ),
)


class CellError(NamedTuple):
    """A cell as people find it, "B7", and what is wrong with it."""

    cell: str
    text: str


@dataclass(slots=True)
class ReadRow:
    """A new village of the sheet; `sources` are ids of old ones. `cell` is where its name stands first."""

    commune: str
    name: str
    households: int | None
    sources: dict[int, Share]
    cell: str


Find = Callable[[str], str | None]  # a commune's code or name -> its code
Units = Mapping[tuple[str, str], int]  # (commune, key of the name) -> id


def read_decree(
    headings: tuple[str, ...],
    rows: Iterable[tuple[int, list]],
    commune_of: Find,
    units: Units,
    key_of: Callable[[str], str],
) -> tuple[list[ReadRow], list[CellError]]:
    """The new villages in the order of the sheet, and what is wrong, by cell. An empty commune is that of the row
    above; rows without a new village are passed over."""
    reading = _Reading(headings, commune_of, units, key_of)
    for number, cells in rows:
        reading.read(number, cells)
    return list(reading.found.values()), reading.errors


class _Reading:
    """What the rows read so far have told."""

    def __init__(self, headings: tuple[str, ...], commune_of: Find, units: Units, key_of: Callable[[str], str]):
        self.columns = {name: headings.index(text.fold(name)) for name in _HEADINGS if text.fold(name) in headings}
        self.commune_of, self.units, self.key_of = commune_of, units, key_of
        self.commune: str | None = None
        self.found: dict[tuple[str, str], ReadRow] = {}
        self.errors: list[CellError] = []

    def read(self, number: int, cells: list[object]) -> None:
        olds, new = self._olds(cells), self._cell(cells, NEW)
        if not new and not (self._cell(cells, SHARE) or self._cell(cells, HOUSEHOLDS)):
            return  # a village that does not change
        if typed := self._cell(cells, COMMUNE):
            self.commune = self._commune(number, COMMUNE, typed)
        elif self.commune is None:
            self._wrong(number, COMMUNE, "chưa ghi xã.")
        other = self._cell(cells, OTHER)
        home = self._commune(number, OTHER, other) if other else self.commune
        if not new:
            self._wrong(number, NEW, "chưa ghi đơn vị mới.")
        if not olds:
            self._wrong(number, OLDS, "chưa ghi đơn vị cũ.")
        if self.commune and home and olds and new:
            self._add(number, cells, home, new, olds)

    def _add(self, number: int, cells: list[object], home: str, new: str, olds: list[str]) -> None:
        row = self.found.setdefault((home, self.key_of(new)), ReadRow(home, new, None, {}, self._at(number, NEW)))
        share = SHARES.get(text.fold(self._cell(cells, SHARE)))
        if share is None:
            self._wrong(number, SHARE, "hãy ghi “toàn bộ”, “một phần” hoặc “chia hết”.")
        for name in olds:
            unit = self.units.get((self.commune, self.key_of(name)))
            if unit is None:
                self._wrong(number, OLDS, f"xã không có “{name}” đang có hiệu lực.")
            elif unit in row.sources:
                self._wrong(number, OLDS, f"đã ghi {name} nhập vào {row.name} ở dòng trên.")
            else:
                row.sources[unit] = share or Share.WHOLE
        if typed := self._cell(cells, HOUSEHOLDS):
            self._count(number, typed, row)

    def _count(self, number: int, typed: str, row: ReadRow) -> None:
        count = numbers.parse_int(typed)
        if count is None or not 0 <= count < 1_000_000:
            self._wrong(number, HOUSEHOLDS, f"“{typed}” không phải số hộ.")
        elif row.households not in (None, count):
            self._wrong(number, HOUSEHOLDS, f"dòng trên ghi {row.name} có {row.households} hộ.")
        else:
            row.households = count

    def _commune(self, number: int, heading: str, typed: str) -> str | None:
        code = self.commune_of(typed)
        if code is None:
            self._wrong(number, heading, f"không thấy xã “{typed}” trong phạm vi của bạn.")
        return code

    def _cell(self, cells: list[object], heading: str) -> str:
        cell = cells[self.columns[heading]] if heading in self.columns else ""
        return text.clean(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))

    def _olds(self, cells: list[object]) -> list[str]:
        names = re.split(r"[;\n]", str(cells[self.columns[OLDS]]))
        return [name for each in names if (name := text.clean(each))]

    def _at(self, number: int, heading: str) -> str:
        return f"{chr(ord('A') + self.columns[heading])}{number}" if heading in self.columns else str(number)

    def _wrong(self, number: int, heading: str, words: str) -> None:
        self.errors.append(CellError(self._at(number, heading), words))


_HEADINGS = (COMMUNE, OLDS, SHARE, NEW, HOUSEHOLDS, OTHER)
