"""The workbook by which many people are given accounts at once: a person on each row."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib import text
from cdt_portal.lib.sheets import PHONE, Column, Sheet

HEADINGS = {  # by the field of the form that a person's row is checked with
    "full_name": "Họ và tên",
    "role": "Vai trò",
    "commune": "Xã, phường, đặc khu (mã hoặc tên)",
    "position": "Chức vụ",
    "phone": "Số điện thoại",
    "email": "Thư điện tử",
    "username": "Tên đăng nhập (để trống: Cổng tự đặt)",
}
REQUIRED = tuple(text.fold(HEADINGS[name]) for name in ("full_name", "role", "commune"))
WIDTHS = {"full_name": 28, "role": 18, "commune": 34, "position": 26, "phone": 16, "email": 28, "username": 24}


class InvitedLine(NamedTuple):
    """A row as it stands in the sheet, `number` there."""

    number: int
    full_name: str = ""
    role: str = ""
    commune: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    username: str = ""


INVITATIONS_SHEET = Sheet(
    "Người dùng",
    tuple(
        Column(heading, WIDTHS[name], attrgetter(name), *([PHONE] if name == "phone" else []))
        for name, heading in HEADINGS.items()
    ),
    titles=(
        "Danh sách người dùng được cấp tài khoản",
        "Mỗi dòng một người. Vai trò: Cán bộ xã, Lãnh đạo xã; với người của Sở ghi Cán bộ Sở hoặc Lãnh đạo Sở và để "
        "trống cột xã. Dòng chưa ghi họ và tên được bỏ qua.",
    ),
)


def read_lines(headings: tuple[str, ...], rows: Iterable[tuple[int, list]]) -> Iterator[InvitedLine]:
    """Those that name a person, as text. `headings` are folded."""
    columns = {name: headings.index(text.fold(head)) for name, head in HEADINGS.items() if text.fold(head) in headings}
    for number, cells in rows:
        line = InvitedLine(number, **{name: _as_text(cells[at]) for name, at in columns.items()})
        if line.full_name:
            yield line


def _as_text(cell: object) -> str:
    return text.clean(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
