"""A file or pasted cells in, raw sheets out; values keep their types, nothing is interpreted yet."""

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from cdt_portal.lib.csvs import restored
from teams.intake.delimited import rows_of
from teams.intake.packages import damaged, protected
from teams.intake.preflight import COLUMN_LIMIT, ROW_LIMIT, Kind, kind_of, scan
from teams.intake.refusals import Refused
from teams.intake.scans import Limits, SheetScan

Cell = str | int | float | bool | dt.date
MergedRange = tuple[int, int, int, int]

WALL_SECONDS: Final = 30  # for the scan and the child together
OUTPUT_BYTES: Final = 256 << 20
LONGEST_SHEET_NAME: Final = 80
_CHILD: Final = Path(__file__).with_name("reader_child.py")


@dataclass(slots=True)
class RawSheet:
    """One sheet as it stands. Rows and columns count from 1; `rows` holds only rows with a value, each as
    (number, values from column A on, "" for an empty cell). Merged ranges are (top, left, bottom, right)."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    visible: bool = True
    merged: list[MergedRange] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unevaluated: list[tuple[int, int]] = field(default_factory=list)


def read_workbook(path: Path, filename: str, *, row_limit: int = ROW_LIMIT) -> tuple[RawSheet, ...]:
    """All sheets of the file at `path`, uploaded as `filename`. Raises Refused."""
    kind = kind_of(path, filename)
    if kind is Kind.TEXT:
        return read_pasted(_decoded(path.read_bytes()), row_limit=row_limit)
    with _reading_child(path) as lines:  # it reads while the scan counts; a refusal of the scan comes first and ends it
        scans = scan(path, kind, row_limit=row_limit)
        sheets = tuple(_sheets(lines))
    for sheet in sheets:
        _reconcile(sheet, scans.get(sheet.name) or SheetScan(counted=kind is not Kind.XLS))
    _shorten_names(sheets)
    return sheets


def read_pasted(text: str, *, row_limit: int = ROW_LIMIT) -> tuple[RawSheet, ...]:
    """Cells copied from a spreadsheet (tabs, quoted line breaks) or the text of a CSV file, as one sheet."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    limits = Limits(row_limit, COLUMN_LIMIT)
    sheet = RawSheet("Văn bản")
    for number, values in enumerate(rows_of(text, _delimiter(text)), start=1):
        if any(value.strip() for value in values):
            limits.check(number, len(values))
            sheet.rows.append((number, [restored(value) for value in values]))
    return (sheet,)


def _delimiter(text: str) -> str:
    head = text[:20_000]
    return "\t" if "\t" in head else max(",;", key=head.count)


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("text_encoding", "Không đọc được bảng mã của tệp văn bản. Hãy lưu tệp theo bảng mã UTF-8.")


@contextmanager
def _reading_child(path: Path) -> Iterator[IO[bytes]]:
    """What the reader says of the file, while it lives: until the block is left, or the time is over."""
    command = [sys.executable, "-I", str(_CHILD), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        timer = threading.Timer(WALL_SECONDS, child.kill)
        timer.start()
        try:
            yield cast(IO[bytes], child.stdout)
        finally:
            timer.cancel()
            child.kill()


def _sheets(lines: IO[bytes]) -> Iterator[RawSheet]:
    sheet: RawSheet | None = None
    received = 0
    while line := lines.readline(OUTPUT_BYTES):
        received += len(line)
        if received > OUTPUT_BYTES:
            break
        if not line.endswith(b"\n"):  # the child died while writing
            break
        message = json.loads(line, object_hook=_restored)
        if isinstance(message, list) and sheet:
            sheet.rows.extend((number, values) for number, values in message)
        elif "sheet" in message:
            if sheet:
                yield sheet
            merged = [tuple(edges) for edges in message["merged"]]
            sheet = RawSheet(message["sheet"], visible=message["visible"], merged=merged)
        elif message.get("end"):
            if sheet:
                yield sheet
            return
        elif message["refused"] == "password":
            raise protected()
        elif message["refused"] == "damaged":
            raise damaged()
        else:
            break
    raise Refused(
        "reader_stopped",
        "Không đọc xong tệp trong giới hạn thời gian và bộ nhớ. "
        "Hãy chép riêng bảng danh sách sang một tệp mới rồi tải lên.",
    )


def _restored(message: dict[str, Any]) -> dict[str, Any] | dt.date:
    return dt.date.fromisoformat(message["date"]) if "date" in message else message


def _reconcile(sheet: RawSheet, seen: SheetScan) -> None:
    """Take what only the scan saw into the sheet; refuse when the two disagree on how many rows hold a value."""
    sheet.hidden_rows = seen.hidden_rows
    sheet.hidden_columns = seen.hidden_columns
    sheet.unevaluated = seen.unevaluated
    _put_errors(sheet, seen.errors)
    if seen.counted and len(sheet.rows) != seen.valued_rows:
        raise Refused(
            "count_mismatch",
            f"Trang tính “{sheet.name}” có {seen.valued_rows} dòng dữ liệu nhưng chỉ đọc được {len(sheet.rows)} dòng. "
            "Hãy mở tệp bằng Excel, lưu lại rồi tải lên lại.",
        )


def _shorten_names(sheets: Sequence[RawSheet]) -> None:
    """Outside Excel names may have any length. Rows and findings are kept by (sheet, row), so no two become alike."""
    taken: set[str] = set()
    for position, sheet in enumerate(sheets, start=1):
        name = sheet.name[:LONGEST_SHEET_NAME]
        sheet.name = f"{name[: LONGEST_SHEET_NAME - 10]} ({position})" if name in taken else name
        taken.add(sheet.name)


def _put_errors(sheet: RawSheet, errors: dict[tuple[int, int], str]) -> None:
    if not errors:
        return
    rows = dict(sheet.rows)
    for (row, column), text in errors.items():
        values = rows.setdefault(row, [])
        values.extend([""] * (column - len(values)))
        values[column - 1] = text
    sheet.rows = sorted(rows.items())
