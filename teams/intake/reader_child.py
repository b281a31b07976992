"""The workbook reader as a process of its own: `python reader_child.py PATH`.

It runs apart because a workbook can make the reading library take all memory or abort; it imports nothing of the
project. On standard output, one JSON value a line: for each sheet an object {"sheet", "visible", "merged"} followed by
lists of [row number, [values from column A]] without blank rows; at the end {"end": true}, or {"refused": code}.
Rows count from 1; a date is {"date": "YYYY-MM-DD"}.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY_GROWTH = 400 << 20
CPU_SECONDS = 15
BATCH = 500


def main(path: str) -> None:
    import python_calamine

    _limit()
    try:
        with python_calamine.load_workbook(path) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
                    _send_sheet(workbook.get_sheet_by_name(sheet.name), visible)
    except python_calamine.PasswordError:
        _send({"refused": "password"})
    except MemoryError:
        _send({"refused": "memory"})
    # A damaged workbook raises whatever the library happened to be doing; every one of them means "damaged".
    except (Exception, python_calamine.CalamineError):
        _send({"refused": "damaged"})
    else:
        _send({"end": True})


def _limit() -> None:
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[0])
    memory = pages * resource.getpagesize() + MEMORY_GROWTH
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send_sheet(sheet: Any, visible: bool) -> None:
    merged = [
        [top + 1, left + 1, bottom + 1, right + 1] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    _send({"sheet": sheet.name, "visible": visible, "merged": merged})
    batch = []
    for row in _rows(sheet):
        batch.append(row)
        if len(batch) == BATCH:
            _send(batch)
            batch = []
    _send(batch)


def _rows(sheet: Any) -> Iterator[list[Any]]:
    for number, values in enumerate(sheet.iter_rows(), start=1):
        while values and values[-1] == "":
            values.pop()
        if values and (_says(values[-1]) or any(map(_says, values))):
            yield [number, values]


def _says(value: Any) -> bool:
    return type(value) is not str or value.strip(" \t\r\n") != ""


def _send(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


def _plain(value: Any) -> object:
    if isinstance(value, dt.datetime):
        value = value.date()
    return {"date": value.isoformat()} if isinstance(value, dt.date) else str(value)


if __name__ == "__main__":
    main(sys.argv[1])
