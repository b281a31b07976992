"""A list of members as it was seen on the screen: plain rows, nothing merged."""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.sheets import CENTER, DATE, PHONE, Column, Sheet


class MemberLine(NamedTuple):
    """One member; `phone` is masked already where it has to be."""

    full_name: str
    role: str
    phone: str
    team: str
    commune: str
    organization: str
    joined_on: date | None
    left_on: date | None


MEMBERS_SHEET = Sheet(
    "Thành viên",
    (
        Column("TT", 6, None, CENTER),
        Column("Họ và tên", 28, attrgetter("full_name")),
        Column("Chức vụ", 16, attrgetter("role")),
        Column("Số điện thoại", 18, attrgetter("phone"), PHONE),
        Column("Tổ", 26, attrgetter("team")),
        Column("Phường/xã", 24, attrgetter("commune")),
        Column("Thành phần", 22, attrgetter("organization")),
        Column("Tham gia từ", 14, attrgetter("joined_on"), DATE),
        Column("Thôi từ", 14, attrgetter("left_on"), DATE),
    ),
    titles=("Danh sách thành viên",),
)
