"""An independent look at sheet XML, before and beside the workbook reader.

It counts rows that hold values, finds the cells that a reader loses (errors, formulas never calculated), what is
hidden, and stops at cells beyond the limits. It searches bytes chunk by chunk and never builds a document, so a
million formatted empty rows cost little. Every pattern is linear: none can run past the next "<".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from teams.intake.refusals import Refused

_LONGEST_ROW: Final = 2 << 20

_BLANK: Final = rb"(?>(?:\s|&#(?:x0*(?:9|[aAdD]|20)|0*(?:9|10|13|32));|_x00(?:0[9aAdD]|20)_)*)"
_VALUE: Final = re.compile(rb"<(?:\w+:)?[vt](?:\s[^<>]*)?>" + _BLANK + rb"[^<\s]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row(?=[\s/>])([^<>]*)>")
_ROW_END: Final = re.compile(rb"</(?:\w+:)?row>")
_DATA_END: Final = re.compile(rb"</(?:\w+:)?sheetData>")
_STRING_END: Final = re.compile(rb"</(?:\w+:)?si>")
_STRING_START: Final = re.compile(rb"<(?:\w+:)?si(?=[\s>])(?!\s{0,9}/>)")
_EMPTY_STRING: Final = re.compile(rb"<(?:\w+:)?si\s{0,9}/>")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
_CELL_START: Final = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_REFERENCE: Final = re.compile(rb"\br=[\"']([A-Z]{1,7})(\d{1,9})[\"']")
_ROW_NUMBER: Final = re.compile(rb"\br=[\"'](\d{1,9})[\"']")
_HIDDEN: Final = re.compile(rb"\bhidden=[\"'](?:1|true)")
_SPAN: Final = re.compile(rb"\b(min|max)=[\"'](\d{1,7})")
_TYPE: Final = re.compile(rb"\bt=[\"'](\w+)")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SPECIAL: Final = (b"<f", b":f", b't="e"', b"t='e'")  # a formula or an error may stand here
_CONTENT: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<")


@dataclass(slots=True)
class Limits:
    """What one file may hold. No cell with a value may lie below row `rows` or right of column `columns` (both count
    from 1); `odd_cells` is how many more errors and formulas without value may come."""

    rows: int
    columns: int
    odd_cells: int = 20_000

    def check(self, row: int, column: int) -> None:
        if row > self.rows or column > self.columns:
            raise Refused(
                "out_of_limits",
                f"Tệp có dữ liệu ở ô {column_letters(column)}{row}, ngoài phạm vi được đọc (đến dòng {self.rows}, "
                f"cột {column_letters(self.columns)}). Hãy xóa ô đó hoặc chép riêng bảng danh sách sang tệp mới.",
            )

    def take_odd_cell(self, row: int, column: int) -> None:
        self.check(row, column)
        self.odd_cells -= 1
        if self.odd_cells < 0:
            raise Refused(
                "out_of_limits",
                "Tệp có quá nhiều ô báo lỗi hoặc ô công thức chưa được tính nên không được đọc. "
                "Hãy chép riêng bảng danh sách sang tệp mới (dán giá trị) rồi tải lên lại.",
            )


@dataclass(slots=True)
class SheetScan:
    """What stands on one sheet. Rows and columns count from 1; cells are (row, column). `valued_rows` proves nothing
    where `counted` is off."""

    valued_rows: int = 0
    counted: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unevaluated: list[tuple[int, int]] = field(default_factory=list)


def column_letters(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def pieces_before(end: re.Pattern[bytes], chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Chunk by chunk, what stands before each closing tag `end`; what follows the last one comes as the last list."""
    rest = b""
    for chunk in chunks:
        *pieces, rest = end.split(rest + chunk)
        if len(rest) > _LONGEST_ROW:
            raise Refused("row_too_long", "Tệp có dòng dài bất thường nên không được đọc. Hãy lưu lại bằng Excel.")
        yield pieces
    yield [rest]


def blank_strings(chunks: Iterable[bytes]) -> frozenset[int]:
    """Indexes of shared strings without any visible character: a cell that points there holds no value."""
    blank: set[int] = set()
    index = 0
    for pieces in pieces_before(_STRING_END, chunks):
        for piece in pieces:
            for _ in _EMPTY_STRING.finditer(piece):
                blank.add(index)
                index += 1
            if _STRING_START.search(piece):
                if not _VALUE.search(piece):
                    blank.add(index)
                index += 1
    return frozenset(blank)


def scan_xlsx_sheet(chunks: Iterator[bytes], limits: Limits, blank: frozenset[int]) -> SheetScan:
    """Scan one worksheet part; `blank` are the shared strings that show nothing. Raises Refused beyond the limits."""
    scanner = _XlsxScanner(limits, blank)
    for pieces in pieces_before(_ROW_END, _until_data_end(chunks, scanner)):
        scanner.read(pieces)
    for _ in chunks:  # unpacked to the end for the sake of its checksum
        pass
    return scanner.scan


def _until_data_end(chunks: Iterator[bytes], scanner: "_XlsxScanner") -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        if not tail:
            scanner.read_columns(chunk[:65536])
        if _DATA_END.search(tail + chunk):
            yield _DATA_END.split(chunk)[0]
            return
        tail = chunk[-40:]
        yield chunk


class _XlsxScanner:
    def __init__(self, limits: Limits, blank: frozenset[int]) -> None:
        self.scan = SheetScan()
        self.limits = limits
        self.blank = blank
        self.number = 0
        digits = len(str(limits.rows))
        letters = len(column_letters(limits.columns + 1))
        self.wide_cell = re.compile(rb"r=[\"'][A-Z]{%d,}\d" % letters)
        self.low_cell = re.compile(rb"r=[\"'][A-Z]+(\d{%d,})" % digits)

    def read_columns(self, opening: bytes) -> None:
        for column in _COLUMN.finditer(opening):
            if _HIDDEN.search(column[1]):
                span = {name: int(number) for name, number in _SPAN.findall(column[1])}
                last = min(span.get(b"max", 0), self.limits.columns)
                self.scan.hidden_columns.update(range(span.get(b"min", 1), last + 1))

    def read(self, pieces: list[bytes]) -> None:
        body = b"".join(pieces)
        special = any(mark in body for mark in _SPECIAL)
        if not special and not _VALUE.search(body):
            self.number += body.count(b"<row")
            return
        careful = bool(special or self.blank or self.wide_cell.search(body) or self._reaches_low(body))
        for piece in pieces:
            self._read_row(piece, careful)

    def _reaches_low(self, body: bytes) -> bool:
        return max(map(int, self.low_cell.findall(body)), default=0) > self.limits.rows

    def _read_row(self, piece: bytes, careful: bool) -> None:
        start = piece.rfind(b"<row")
        tag = _ROW.match(piece, start) if start >= 0 else [None, *_ROW.finditer(piece)][-1]
        if tag is None:
            return
        given = _ROW_NUMBER.search(tag[1])
        self.number = int(given[1]) if given else self.number + max(1, piece.count(b"<row"))
        if b"hidden" in tag[1] and _HIDDEN.search(tag[1]):
            self.scan.hidden_rows.add(self.number)
        if careful or piece.count(b"<c") > self.limits.columns:
            self.scan.valued_rows += self._read_cells(piece[tag.end() :])
        elif _VALUE.search(piece, tag.end()):
            self.limits.check(self.number, 1)
            self.scan.valued_rows += 1

    def _read_cells(self, row: bytes) -> bool:
        """Each cell on its own: slower, for rows where a position, an error or a formula matters."""
        valued = False
        column = 0
        for cell in _CELL_START.split(row)[1:]:
            attributes, _, content = cell.partition(b">")
            place = _REFERENCE.search(attributes)
            column = _column_number(place[1]) if place else column + 1
            at = (int(place[2]) if place else self.number, column)
            valued |= self._read_cell(attributes, content, at)
        return valued

    def _read_cell(self, attributes: bytes, content: bytes, at: tuple[int, int]) -> bool:
        kind = found[1] if (found := _TYPE.search(attributes)) else b""
        if not _VALUE.search(content):
            if kind != b"str" and _FORMULA.search(content):
                self.limits.take_odd_cell(*at)
                self.scan.unevaluated.append(at)
            return False
        value = found[1].strip() if (found := _CONTENT.search(content)) else b""
        if kind == b"s" and value.isdigit() and int(value) in self.blank:
            return False
        self.limits.check(*at)
        if kind == b"e":
            self.limits.take_odd_cell(*at)
            self.scan.errors[at] = value[:20].decode("ascii", "replace")
        return True
