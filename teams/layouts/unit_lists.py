"""Villages and teams as workbooks: plain rows, nothing merged."""

from operator import attrgetter
from typing import NamedTuple

from cdt_portal.lib.sheets import CENTER, NUMBER, Column, Sheet


class TeamLine(NamedTuple):
    commune: str
    name: str
    kind: str
    leader: str
    size: int
    decision: str


class VillageLine(NamedTuple):
    commune: str
    name: str
    kind: str
    households: int | None
    teams: str


NUMBERED = Column("TT", 6, None, CENTER)
COMMUNE = Column("Phường/xã", 26, attrgetter("commune"))
TEAMS_SHEET = Sheet(
    "Tổ",
    (
        NUMBERED,
        COMMUNE,
        Column("Tên tổ", 40, attrgetter("name")),
        Column("Loại", 30, attrgetter("kind")),
        Column("Tổ trưởng", 26, attrgetter("leader")),
        Column("Số thành viên", 14, attrgetter("size"), NUMBER),
        Column("Quyết định", 22, attrgetter("decision")),
    ),
    titles=("Danh sách tổ",),
)
VILLAGES_SHEET = Sheet(
    "Thôn, tổ dân phố",
    (
        NUMBERED,
        COMMUNE,
        Column("Thôn, tổ dân phố", 36, attrgetter("name")),
        Column("Loại", 16, attrgetter("kind")),
        Column("Số hộ", 12, attrgetter("households"), NUMBER),
        Column("Tổ phụ trách", 50, attrgetter("teams")),
    ),
    titles=("Danh sách thôn, tổ dân phố",),
)
