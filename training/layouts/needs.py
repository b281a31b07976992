"""What communes asked for, as a workbook."""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.sheets import CENTER, DATE, NUMBER, PHONE, Column, Sheet


class NeedLine(NamedTuple):
    """A member, or a number of people without names, for one topic; `phone` is masked already where it has to be."""

    topic: str
    commune: str
    team: str
    full_name: str
    role: str
    phone: str
    people: int
    from_day: date | None
    to_day: date | None
    day_part: str
    place: str
    note: str


COLUMNS = (
    Column("TT", 6, None, CENTER),
    Column("Chuyên đề", 34, attrgetter("topic")),
    Column("Phường/xã", 24, attrgetter("commune")),
    Column("Tổ", 24, attrgetter("team")),
    Column("Họ và tên", 26, attrgetter("full_name")),
    Column("Chức vụ", 14, attrgetter("role")),
    Column("Số điện thoại", 16, attrgetter("phone"), PHONE),
    Column("Số người", 10, attrgetter("people"), NUMBER),
    Column("Học được từ", 14, attrgetter("from_day"), DATE),
    Column("Đến ngày", 14, attrgetter("to_day"), DATE),
    Column("Buổi", 18, attrgetter("day_part")),
    Column("Nơi muốn học", 26, attrgetter("place")),
    Column("Ghi chú", 26, attrgetter("note")),
)


def needs_sheet(title: str) -> Sheet:
    return Sheet("Nhu cầu tập huấn", COLUMNS, titles=("Đăng ký nhu cầu tập huấn", title))
