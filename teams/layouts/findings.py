"""Findings as a workbook for the department: plain rows, nothing merged."""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.sheets import CENTER, DATE, Column, Sheet


class FindingRow(NamedTuple):
    commune: str
    rule: str
    text: str
    state: str
    reason: str
    first_seen: date


FINDINGS_SHEET = Sheet(
    "Điều cần xem lại",
    (
        Column("TT", 6, None, CENTER),
        Column("Phường/xã", 24, attrgetter("commune")),
        Column("Quy tắc", 34, attrgetter("rule")),
        Column("Nội dung", 60, attrgetter("text")),
        Column("Tình trạng", 16, attrgetter("state")),
        Column("Lý do chấp nhận", 30, attrgetter("reason")),
        Column("Thấy từ ngày", 14, attrgetter("first_seen"), DATE),
    ),
    titles=("Điều cần xem lại trong dữ liệu",),
)
