"""A class's attendance on paper, to be signed, and as a workbook, which comes in again."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cdt_portal.lib.documents.parts import Cell, Code, Issuer, SignInSheet, Table
from cdt_portal.lib.sheets import CENTER, Column, Sheet
from cdt_portal.lib.text import clean, fold
from teams.figures import PaperHead
from training.enums import Presence

NAME, ID = "Họ và tên", "Mã dòng"
REQUIRED = (fold(NAME), fold(ID))
A_PAGE = 3  # sittings side by side with room to sign
SAID = {
    **dict.fromkeys(("x", "co", "co mat", "1"), Presence.PRESENT),
    **dict.fromkeys(("v", "vang", "0"), Presence.ABSENT),
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person; `marks` are Presence values or "", one a sitting. `id` is that of their place in the class."""

    id: int
    full_name: str
    role: str
    team: str
    commune: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """`key` names it, on paper and as a column; `address` is where its people mark themselves present."""

    key: str
    address: str


@dataclass(frozen=True, slots=True)
class AttendancePaper:
    title: str
    venue: str
    sittings: tuple[Sitting, ...]
    people: tuple[Attendee, ...]


# Out ------------------------------------------------------------------------------------------------------------------


def attendance_workbook(paper: AttendancePaper) -> Sheet:
    """The sheet of `paper.people`."""
    marks = (
        Column(sitting.key, 14, lambda each, at=at: each.marks[at], CENTER) for at, sitting in enumerate(paper.sittings)
    )
    columns = (
        Column("STT", 6, None, CENTER),
        Column(NAME, 28, lambda each: each.full_name),
        Column("Chức vụ", 16, lambda each: each.role),
        Column("Tổ", 28, lambda each: each.team),
        Column("Phường/xã", 24, lambda each: each.commune),
        *marks,
        Column(ID, 10, lambda each: each.id, CENTER, hidden=True),
    )
    how = "Ở cột của mỗi buổi ghi x là có mặt, v là vắng; để trống là chưa điểm danh"
    return Sheet("Điểm danh", columns, (f"Điểm danh lớp “{paper.title}”", how))


def sign_in_sheets(head: PaperHead, paper: AttendancePaper) -> list[SignInSheet]:
    """One for every A_PAGE sittings."""
    return [
        _sign_in(head, paper, paper.sittings[first : first + A_PAGE]) for first in range(0, len(paper.sittings), A_PAGE)
    ]


def _sign_in(head: PaperHead, paper: AttendancePaper, sittings: Sequence[Sitting]) -> SignInSheet:
    titles = ("STT", "Họ và tên", "Chức vụ", "Tổ", "Phường/xã", *(f"Ký tên\n{each.key}" for each in sittings))
    rows = tuple(
        (str(number), each.full_name, each.role, each.team, each.commune, *[""] * len(sittings))
        for number, each in enumerate(paper.people, start=1)
    )
    widths = (0.7, 2.6, 1.5, 2.4, 2.2, *[2.0] * len(sittings))
    return SignInSheet(
        issuer=Issuer(name=head.name, parent=head.parent),
        title="DANH SÁCH ĐIỂM DANH",
        subject=paper.title,
        reference=paper.venue,
        table=Table((tuple(Cell(text) for text in titles),), rows, widths, "cllll" + "l" * len(sittings)),
        codes=tuple(Code("Quét để tự điểm danh", each.key, each.address) for each in sittings),
    )


# In -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or one of its cells (`column`, else ""), is left out."""

    number: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadAttendance:
    """What a workbook says: (id, sitting's key) -> Presence, one for each cell that says something and was understood;
    what was left out; the keys of sittings that have no column."""

    marks: Mapping[tuple[int, str], str]
    refused: tuple[Refusal, ...]
    missing: tuple[str, ...]


def read_attendance(
    headings: Sequence[str],
    rows: Sequence[tuple[int, Sequence[object]]],
    formulas: Collection[tuple[int, int]],
    people: Mapping[int, str],
    sittings: Mapping[str, bool],
) -> ReadAttendance:
    """`formulas`: (row number, index of the cell) of those whose value no program has worked out. `people`: id -> name
    of those who may be marked, `sittings`: key -> whether that sitting may be marked yet."""
    columns = {key: headings.index(fold(key)) for key in sittings if fold(key) in headings}
    id_at, name_at = headings.index(fold(ID)), headings.index(fold(NAME))
    marks: dict[tuple[int, str], str] = {}
    refused: list[Refusal] = []
    seen: set[int] = set()
    for number, cells in rows:
        if not any(clean(str(cell)) for cell in cells):
            continue
        person, reason = _whose(cells[id_at], cells[name_at], people, seen)
        if reason:
            refused.append(Refusal(number, "", reason))
            continue
        seen.add(person)
        for key, said in _said(number, cells, columns, formulas):
            if said not in Presence:
                refused.append(Refusal(number, key, said))
            elif not sittings[key]:
                refused.append(Refusal(number, key, "buổi này chưa đến giờ"))
            else:
                marks[person, key] = said
    return ReadAttendance(marks, tuple(refused), tuple(key for key in sittings if key not in columns))


def _whose(cell: object, name: object, people: Mapping[int, str], seen: Collection[int]) -> tuple[int, str]:
    """The id that a row has, and why it is nobody's, or ""."""
    written = clean(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    if not written:
        return 0, f"thiếu “{ID}”, không biết là ai; không thêm người bằng tệp này"
    person = int(written) if written.isdecimal() and len(written) < 19 else 0
    if person not in people:
        return 0, "người này không có chỗ trong lớp (tệp của lớp khác, hoặc đã cử người thay)"
    if fold(str(name)) != fold(people[person]):
        return 0, f"“{ID}” là của {people[person]}, không phải của “{clean(str(name))}”"
    return person, f"{people[person]} có hai dòng; chỉ đọc dòng đầu" if person in seen else ""


def _said(
    number: int, cells: Sequence[object], columns: Mapping[str, int], formulas: Collection[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """(sitting's key, Presence or why the cell is not understood) of each cell that is not empty."""
    for key, at in columns.items():
        written = clean(str(int(cells[at]) if isinstance(cells[at], bool | float) else cells[at]))
        if (number, at) in formulas:
            yield key, "ô có công thức chưa được tính; hãy gõ thẳng x hoặc v"
        elif written:
            yield key, SAID.get(fold(written), f"không hiểu “{written}”; hãy ghi x (có mặt) hoặc v (vắng)")
