"""The member list of digital technology teams, in the form that the department asks communes to fill in."""

from collections.abc import Iterable
from operator import attrgetter
from typing import IO, NamedTuple

from cdt_portal.lib.sheets import CENTER, PHONE, Column, Sheet, Total, Written, write_workbook

FORM_ID = "cdt-member-list/1"
TITLE = "Mẫu danh sách Tổ Công nghệ số cộng đồng"
TEAM_BLOCK = attrgetter("team_key")
COMMUNE_BLOCK = attrgetter("commune_key")

# The hidden last column lies beside the rows it names and moves with them when rows are sorted or inserted.
COLUMNS = (
    Column("TT", 6, None, CENTER, block=TEAM_BLOCK),
    Column("Tên Phường\\xã", 22, attrgetter("commune"), CENTER, block=COMMUNE_BLOCK),
    Column("Tên Tổ", 24, attrgetter("team"), CENTER, block=TEAM_BLOCK),
    Column("Số Quyết định", 20, attrgetter("decision"), CENTER, block=TEAM_BLOCK),
    Column("Họ tên thành viên", 28, attrgetter("full_name")),
    Column("Chức vụ trong tổ", 16, attrgetter("role")),
    Column("Số điện thoại liên hệ", 18, attrgetter("phone"), PHONE),
    Column("Ghi chú", 26, attrgetter("note")),
    Column(FORM_ID, 12, attrgetter("row_id"), hidden=True),
)
BLANK_LINES = 20
TOTAL = Total("TỔNG", label_column=2, counted_column=4)


class MemberListRow(NamedTuple):
    """One row as it is to be read: a member, or a team without members when the four member texts are empty.

    `decision` is the text of its cell, line break included; `phone` is masked already where it has to be.
    Rows of one team, and teams of one commune, have equal keys and follow each other. `row_id` is the signed
    id by which the row is known again when the workbook comes back. (A tuple, because to make a frozen
    dataclass takes a third as long as to write its row.)
    """

    commune: str
    team: str
    decision: str
    full_name: str
    role: str
    phone: str
    note: str
    team_key: object
    commune_key: object
    row_id: str


def member_list_sheet(name: str) -> Sheet:
    """The form as a sheet called `name`; its records are MemberListRow."""
    return Sheet(name, COLUMNS, titles=(TITLE,), total=TOTAL)


def write_member_list(target: IO[bytes], sheets: Iterable[tuple[str, Iterable[MemberListRow]]]) -> Written:
    """Write one workbook, a sheet for each name; `Written.counted` is the number of members."""
    return write_workbook(target, ((member_list_sheet(name), rows) for name, rows in sheets))


def blank_member_list(target: IO[bytes]) -> None:
    """The form with a few empty lines to fill in."""
    lines = (MemberListRow("", "", "", "", "", "", "", number, number, "") for number in range(BLANK_LINES))
    write_member_list(target, [("Danh sách", lines)])
