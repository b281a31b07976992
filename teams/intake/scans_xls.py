"""The independent look at an old binary workbook (.xls, BIFF8): hidden rows and columns, and error cells.

The format carries no checksum, so a count of rows would prove nothing; what is odd here is left to the reader to judge.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import Final

from teams.intake.packages import damaged, protected
from teams.intake.scans import Limits, SheetScan

_FREE: Final = 0xFFFFFFFA  # this and above are marks, not sectors
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_ROW, _COLINFO, _BOOLERR, _FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def scan_xls(data: bytes, limits: Limits) -> dict[str, SheetScan]:
    """Each worksheet by name; empty for files older than Excel 97 and for files that are not in order.

    Raises Refused for what no program writes and what would cost far more than the file's size to read.
    """
    try:
        stream = _workbook_stream(data)
        sheets = sorted(_worksheets(stream), key=itemgetter(1))
        spans = pairwise([*(start for _, start in sheets), len(stream)])  # so that none is read more than once
        return {
            name: _scan_sheet(stream[start:end], limits) for (name, _), (start, end) in zip(sheets, spans, strict=True)
        }
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


def _workbook_stream(data: bytes) -> bytes:
    """The stream named Workbook inside the compound file, which is a small file system of sectors."""
    shift = struct.unpack_from("<H", data, 30)[0]
    size = 1 << min(shift, 12)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    fat_sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < _FREE]
    if len(set(fat_sectors)) != len(fat_sectors):
        raise damaged()
    fat = [entry for number in fat_sectors for (entry,) in struct.iter_unpack("<I", sector(number))]

    def chain(start: int) -> bytes:
        parts: list[bytes] = []
        while start < _FREE and len(parts) * size <= len(data):
            parts.append(sector(start))
            start = fat[start]
        return b"".join(parts)

    directory = chain(struct.unpack_from("<I", data, 48)[0])
    for at in range(0, len(directory), 128):
        length, start = struct.unpack_from("<64xH", directory, at)[0], struct.unpack_from("<116xI", directory, at)[0]
        if directory[at : at + max(length - 2, 0)].decode("utf-16-le") == "Workbook":
            return chain(start)
    return b""


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) from the BOF at the start to its EOF; those of embedded charts are passed over."""
    start = depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, stream[start + 4 : start + 4 + length]
        if depth <= 0:
            return
        start += 4 + length


def _worksheets(stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, content in _records(stream):
        if kind == _BOF and struct.unpack_from("<H", content)[0] != 0x0600:
            return
        if kind == _FILEPASS:  # all that follows is scrambled: it would be taken for errors out of place
            raise protected()
        if kind == _BOUNDSHEET and content[5] == 0:
            wide = content[7] & 1
            name = content[8 : 8 + content[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
            yield name, struct.unpack_from("<I", content)[0]


def _scan_sheet(stream: bytes, limits: Limits) -> SheetScan:
    scan = SheetScan(counted=False)
    for kind, content in _records(stream):
        if kind == _ROW and content[12] & 0x20:
            scan.hidden_rows.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind == _COLINFO and content[8] & 1:
            first, last = struct.unpack_from("<HH", content)
            scan.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif kind in (_BOOLERR, _FORMULA) and (code := _error_code(kind, content)) is not None:
            row, column = struct.unpack_from("<HH", content)
            limits.take_odd_cell(row + 1, column + 1)
            scan.errors[row + 1, column + 1] = _ERRORS.get(code, "#N/A")
    return scan


def _error_code(kind: int, content: bytes) -> int | None:
    if kind == _BOOLERR:
        return content[6] if content[7] else None
    return content[8] if content[6] == 2 and content[12:14] == b"\xff\xff" else None
