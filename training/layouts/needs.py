"""What communes asked for, as a workbook; and who has not answered, as a text to paste into their Zalo group."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import ZONE, spell_deadline
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


def zalo_text(
    *, title: str, asked: int, owing: Sequence[tuple[str, Sequence[str]]], due_at: datetime, now: datetime, address: str
) -> str:
    """Plain text: who has not answered by state (label, names of communes), by when, where."""
    local, count = now.astimezone(ZONE), sum(len(names) for _, names in owing)
    return "\n".join(
        [
            "Kính gửi: UBND các xã, phường, đặc khu",
            "",
            f"Về việc đăng ký nhu cầu tập huấn “{title}”:",
            f"Đến {local.hour} giờ {local.minute:02} ngày {format_date(local.date())}, "
            f"còn {count}/{asked} đơn vị chưa nộp đăng ký.",
            f"Hạn đăng ký: {spell_deadline(due_at)}{' (đã quá hạn)' if now >= due_at else ''}.",
            "",
            *(
                f"{number}. {state} ({len(names)}): {'; '.join(names)}."
                for number, (state, names) in enumerate(owing, 1)
            ),
            "",
            f"Đề nghị các đơn vị nêu trên đăng ký {'ngay' if now >= due_at else 'đúng hạn'} tại: {address}",
            "Xã không có nhu cầu cũng đánh dấu “Xã không có nhu cầu” và nộp. Trân trọng cảm ơn.",
        ]
    )
