"""Records as the rows of a sheet's XML (ECMA-376 part 1, 18.3.1), a chunk of bytes at a time."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import compress, count, groupby, islice
from operator import ne
from typing import IO, Any
from xml.sax.saxutils import escape

from cdt_portal.lib.sheets.columns import Column, Sheet, Total, Totals

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
CHUNK_OF_ROWS = 250
# For Times New Roman 12, measured in LibreOffice; heights are points, and Excel allows none above the last.
LETTERS_PER_WIDTH = 1.2
LINE_HEIGHT = 16.5
MAX_HEIGHT = 409.5
EXCEL_EPOCH = date(1899, 12, 30)
# XML 1.0 has no way to write these, escaped or not; one of them would make the whole file unreadable.
FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
FORBIDDEN_IN_XML = re.compile(f"[{FORBIDDEN}]")
NEEDS_CARE = re.compile(f"[&<>{FORBIDDEN}]")
# Excel reads _x000D_ as the character of that number, unless its first underscore is written so itself.
LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def column_letter(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    before, last = divmod(index, 26)
    return (column_letter(before - 1) if before else "") + chr(ord("A") + last)


class Merges:
    """Merged ranges, kept in `spool` because the file wants them after the rows."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._count = 0

    def add(self, ranges: Iterable[tuple[str, str]]) -> None:
        """Merge each range from its first to its last cell; Excel repairs a file that merges a single one."""
        merged = [f'<mergeCell ref="{first}:{last}"/>' for first, last in ranges if first != last]
        self._spool.write("".join(merged).encode())
        self._count += len(merged)

    def xml(self) -> Iterator[bytes]:
        if self._count:
            yield f'<mergeCells count="{self._count}">'.encode()
            self._spool.seek(0)
            yield from iter(partial(self._spool.read, 65_536), b"")
            yield b"</mergeCells>"


class _Block:
    """Consecutive records of one key, merged in the columns `letters`."""

    def __init__(self, key: Callable[[Any], object], merges: Merges) -> None:
        self.letters: list[str] = []
        self._key = key
        self._merges = merges
        self._current: object = self
        self._first_row = 0

    def fresh(self, records: list[Any], row: int) -> list[bool]:
        """For each of `records`, the first of which stands in `row`, whether it opens a block."""
        keys = list(map(self._key, records))
        flags = list(map(ne, keys, [self._current, *keys]))
        for first_row in compress(count(row), flags):
            self.close(first_row)
            self._first_row = first_row
        self._current = keys[-1]
        return flags

    def close(self, next_row: int) -> None:
        if self._first_row:
            self._merges.add((f"{at}{self._first_row}", f"{at}{next_row - 1}") for at in self.letters)


class _Cells:
    """The cells of one column, a chunk of records at a time.

    `lines` says which of the chunk's rows, by offset, need how many lines of text, where that is more than one.
    """

    def __init__(self, column: Column, style: int) -> None:
        numbers = count(1)
        self._value = column.value or (lambda record: next(numbers))
        self._style = style
        self._line_length = MAX_TEXT if column.hidden else int(column.width * LETTERS_PER_WIDTH)
        self.blank = cell_xml(style, None)
        self.lines: dict[int, int] = {}

    def xml(self, records: list[Any], fresh: list[bool] | None) -> list[str]:
        """One cell for each record; of a block, only where it is fresh."""
        if fresh is None:
            return self._filled(records)
        filled = iter(self._filled(compress(records, fresh)))
        starts = [*compress(count(), fresh), len(fresh)]
        # The rows of a block share its lines: the first is higher only by what the others do not hold.
        spare = {starts[at]: lines - (starts[at + 1] - starts[at]) + 1 for at, lines in self.lines.items()}
        self.lines = {offset: lines for offset, lines in spare.items() if lines > 1}
        return [next(filled) if is_fresh else self.blank for is_fresh in fresh]

    def _filled(self, records: Iterable[Any]) -> list[str]:
        values: list[Any] = list(map(self._value, records))
        together = "".join(values) if set(map(type, values)) == {str} else None
        if together is None or "\n" in together or max(map(len, values)) > self._line_length:
            self.lines = dict(self._tall(values))
        else:
            self.lines = {}
        if together is None or needs_care(together):
            return [cell_xml(self._style, value) for value in values]
        # Nearly every chunk is plain text; looked at as a whole it is written faster.
        opening, closing = cell_xml(self._style, "|").split("|")
        return [f"{opening}{text}{closing}" if text else self.blank for text in values]

    def _tall(self, values: list[Any]) -> Iterator[tuple[int, int]]:
        for offset, value in enumerate(values):
            if isinstance(value, str) and (lines := line_count(value, self._line_length)) > 1:
                yield offset, lines


def line_count(text: str, line_length: int) -> int:
    """About how many lines `text` takes when wrapped."""
    return sum(max(1, -(-len(line) // line_length)) for line in text.split("\n"))


def needs_care(text: str) -> bool:
    return len(text) > MAX_TEXT or "_x" in text or NEEDS_CARE.search(text) is not None


def cell_xml(style: int, value: object) -> str:
    """One cell. Text stays text whatever it begins with; raises TypeError for a value a cell cannot hold."""
    if value is None or value == "":
        return f'<c s="{style}"/>'
    if isinstance(value, str):
        text = LIKE_AN_ESCAPE.sub("_x005F_", escape(FORBIDDEN_IN_XML.sub("", value[:MAX_TEXT])))
        return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c s="{style}"><v>{_number(value)}</v></c>'


def _number(value: object) -> object:
    if type(value) in (int, float, Decimal):
        return value
    if type(value) is date:
        return (value - EXCEL_EPOCH).days
    raise TypeError(f"no cell for {type(value).__name__}")


class Rows:
    """The rows of one sheet, streamed once; the public attributes are right when that is done."""

    def __init__(self, sheet: Sheet, styles: list[int], total_styles: list[int], spool: IO[bytes]) -> None:
        self.merges = Merges(spool)
        self.last_row = sheet.heading_row
        self.records = self.counted = 0
        self._sheet = sheet
        self._total_styles = total_styles
        self._blocks: dict[Any, _Block] = {
            column.block: _Block(column.block, self.merges) for column in sheet.columns if column.block
        }
        for index, column in enumerate(sheet.columns):
            if column.block:
                self._blocks[column.block].letters.append(column_letter(index))
        self._columns = list(map(_Cells, sheet.columns, styles))
        last = column_letter(sheet.visible_columns - 1)
        self.merges.add((f"A{row}", f"{last}{row}") for row in range(1, len(sheet.titles) + 1))
        if sheet.is_grouped:
            self.merges.add(_heading_ranges(sheet))

    def xml(self, records: Iterable[Any]) -> Iterator[bytes]:
        """The row elements in chunks, the total row last."""
        remaining = iter(records)
        while chunk := list(islice(remaining, CHUNK_OF_ROWS)):
            if self.last_row + len(chunk) >= MAX_ROWS:
                raise ValueError(f"a sheet holds at most {MAX_ROWS} rows")
            yield "".join(self._chunk(chunk)).encode()
        for block in self._blocks.values():
            block.close(self.last_row + 1)
        if self._sheet.total:
            yield "".join(map(self._last_row, self._last_values(self._sheet.total))).encode()

    def _chunk(self, records: list[Any]) -> Iterator[str]:
        first_row = self.last_row + 1
        self.last_row += len(records)
        self.records += len(records)
        fresh = {key: block.fresh(records, first_row) for key, block in self._blocks.items()}
        cells = [
            written.xml(records, fresh.get(column.block))
            for written, column in zip(self._columns, self._sheet.columns, strict=True)
        ]
        if isinstance(total := self._sheet.total, Total):
            at = total.counted_column
            self.counted += len(records) - cells[at].count(self._columns[at].blank)
        # Cells bear no reference of their own: all of a row are written, in order, in fewer bytes.
        heights = self._heights()
        for offset, row_cells in enumerate(zip(*cells, strict=True)):
            yield f'<row r="{first_row + offset}"{heights.get(offset, "")}>{"".join(row_cells)}</row>'

    def _heights(self) -> dict[int, str]:
        """The height attribute of the chunk's rows of several lines: LibreOffice does not fit them by itself."""
        lines: dict[int, int] = {}
        for column in self._columns:
            for offset, number in column.lines.items():
                lines[offset] = max(number, lines.get(offset, 1))
        return {offset: f' ht="{min(number * LINE_HEIGHT, MAX_HEIGHT)}"' for offset, number in lines.items()}

    def _last_values(self, total: Total | Totals) -> Iterable[Sequence[object]]:
        if isinstance(total, Totals):
            return total.rows
        values: list[object] = [None] * len(self._columns)
        values[total.label_column], values[total.counted_column] = total.label, self.counted
        return [values]

    def _last_row(self, values: Sequence[object]) -> str:
        self.last_row += 1
        return f'<row r="{self.last_row}">{"".join(map(cell_xml, self._total_styles, values))}</row>'


def _heading_ranges(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """A group's name over its columns; any other heading over both rows."""
    upper = sheet.heading_row - 1
    for group, columns in groupby(enumerate(sheet.columns), key=lambda each: each[1].group):
        letters = [column_letter(index) for index, _ in columns]
        if group:
            yield f"{letters[0]}{upper}", f"{letters[-1]}{upper}"
        else:
            yield from ((f"{letter}{upper}", f"{letter}{upper + 1}") for letter in letters)
