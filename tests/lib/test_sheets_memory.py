"""The writer of workbooks streams: what it holds does not grow with the rows."""

import tracemalloc
from math import log10
from operator import itemgetter

from cdt_portal.lib.sheets import Column, Sheet, write_workbook


def peak_memory(work):
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


class Discard:
    def write(self, data):
        return len(data)

    def flush(self):
        pass


def growth(work):
    """Exponent of peak memory in the number of records: 0 is flat, 1 is linear."""
    work(100)
    return log10(peak_memory(lambda: work(50_000)) / peak_memory(lambda: work(5_000)))


def test_memory_does_not_grow_with_records_or_merges():
    sheet = Sheet("Tờ", (Column("Tổ", 9, itemgetter(0), block=itemgetter(0)), Column("Tên", 9, itemgetter(1))))

    def records(number):
        return ((str(index // 2), f"Nguyễn Văn {index}") for index in range(number))

    assert growth(lambda number: write_workbook(Discard(), [(sheet, records(number))])) <= 0.1
    assert growth(lambda number: list(records(number))) >= 0.8
