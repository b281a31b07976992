"""The independent look at an OpenDocument spreadsheet: the same questions as for .xlsx, another grammar.

Rows and cells may stand for thousands of repetitions, so repeats are counted, never expanded.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from teams.intake.scans import Limits, SheetScan, pieces_before

_ROW_END: Final = re.compile(rb"</table:table-row>")
_TAG: Final = re.compile(rb"<table:(table|table-column|table-row|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>")
_NAME: Final = re.compile(rb"\btable:name=[\"']([^\"']*)")
_REPEAT: Final = re.compile(rb"\btable:number-(?:rows|columns)-repeated=[\"'](\d{1,9})")
_HIDDEN: Final = re.compile(rb"\btable:visibility=[\"'](?:collapse|filter)")
_TYPED: Final = re.compile(rb"\boffice:value-type=[\"'](?!string)")
_MARKUP: Final = re.compile(rb"<[^<>]*>")


def scan_ods_sheets(chunks: Iterator[bytes], limits: Limits) -> dict[str, SheetScan]:
    """Scan content.xml; each table by its name. Raises Refused beyond the limits."""
    scanner = _OdsScanner(limits)
    for pieces in pieces_before(_ROW_END, chunks):
        for piece in pieces:
            scanner.read(piece)
    scanner.close_row()
    return scanner.scans


class _OdsScanner:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.scans: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self._start_table(b"")

    def _start_table(self, attributes: bytes) -> None:
        self.scan = SheetScan()
        if name := _NAME.search(attributes):
            self.scans[unescape(name[1].decode("utf-8", "replace"))] = self.scan
        self.columns_seen = 0
        self.row = self.repeats = self.column = 0
        self.valued = self.hidden = False

    def read(self, piece: bytes) -> None:
        tags = list(_TAG.finditer(piece))
        for tag, following in zip(tags, [*tags[1:], None], strict=False):
            match tag[1]:
                case b"table":
                    self.close_row()
                    self._start_table(tag[2])
                case b"table-column":
                    self._read_column(tag[2])
                case b"table-row":
                    self.close_row()
                    self._start_row(tag[2])
                case _:
                    self._read_cell(tag[2], piece[tag.end() : following.start() if following else None])

    def _read_column(self, attributes: bytes) -> None:
        first = self.columns_seen + 1
        self.columns_seen += _repeats(attributes)
        if _HIDDEN.search(attributes):
            self.scan.hidden_columns.update(range(first, min(self.columns_seen, self.limits.columns) + 1))

    def _start_row(self, attributes: bytes) -> None:
        self.repeats = _repeats(attributes)
        self.column = 0
        self.valued = False
        self.hidden = bool(_HIDDEN.search(attributes))

    def close_row(self) -> None:
        """The row just read is over: take it into account with its repetitions."""
        first, self.row = self.row + 1, self.row + self.repeats
        if self.valued:
            self.limits.check(self.row, 1)
            self.scan.valued_rows += self.repeats
            if self.hidden:
                self.scan.hidden_rows.update(range(first, self.row + 1))
        self.repeats, self.valued = 0, False

    def _read_cell(self, attributes: bytes, content: bytes) -> None:
        self.column += _repeats(attributes)
        if _TYPED.search(attributes) or _visible(content):
            self.limits.check(self.row + 1, self.column)
            self.valued = True


def _repeats(attributes: bytes) -> int:
    return int(found[1]) if (found := _REPEAT.search(attributes)) else 1


def _visible(content: bytes) -> bool:
    if b"<text:p" not in content:
        return False
    before, *notes = content.split(b"<office:annotation")
    shown = before + b"".join(note.partition(b"</office:annotation>")[2] for note in notes)
    return bool(_MARKUP.sub(b"", shown).strip())
