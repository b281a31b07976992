"""A block of cells pasted into a team's roster: which column is what, what was repaired, what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cdt_portal.lib import dates, phones
from cdt_portal.lib.csvs import restored
from cdt_portal.lib.text import clean, fold
from teams.enums import Organization
from teams.intake.headings import meaning
from teams.intake.roles import role_of

GRID: Final = ("full_name", "role", "phone", "organization", "joined_on", "note")
OFFICIAL_FORM: Final = ("number", "commune", "team", "decision", "full_name", "role", "phone", "note")
ORGANIZATIONS: Final = {fold(label): value for value, label in Organization.choices}
ROW_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class PastedRow:
    """`values`: cell name -> text to save; `place`: how many rows below the pasted cell it lies; `notes`: what was
    repaired or could not be understood."""

    values: Mapping[str, str]
    place: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastedBlock:
    """`rows` + `skipped` (number in the block from 1, reason) are all rows of the block."""

    rows: tuple[PastedRow, ...]
    skipped: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def read_block(cells: Sequence[Sequence[str]], start: str) -> PastedBlock:
    """`start`: the cell of GRID in which the block's upper left corner was pasted, unless its columns tell better. A
    line left out below the headings keeps its place: a missing telephone moves no other to the next person."""
    texts = [[restored(clean(cell)) for cell in row] for row in cells]
    columns = columns_of(texts, start)
    headings = next((index for index, row in enumerate(texts) if not is_heading(row)), 0)
    rows, skipped = [], []
    for number, row in enumerate(texts, 1):
        reason = why_skipped(row)
        if reason:
            skipped.append((number, reason))
        else:
            rows.append(read_row(dict(zip(columns, row, strict=False)), number - 1 - headings))
    return PastedBlock(tuple(rows), tuple(skipped), warnings(texts, columns))


def columns_of(texts: Sequence[Sequence[str]], start: str) -> Sequence[str]:
    heading = next((row for row in texts if is_heading(row)), None)
    if heading:
        return [field_of(cell) for cell in heading]
    width = max((len(row) for row in texts), default=0)
    if width >= len(OFFICIAL_FORM):
        return OFFICIAL_FORM
    return GRID[GRID.index(start) :]


def field_of(heading: str) -> str:
    return "joined_on" if "tham gia" in fold(heading) else meaning(heading)[0]


def is_heading(row: Sequence[str]) -> bool:
    """Two cells that name columns of the grid; a person is not called "Họ và tên"."""
    return len({field_of(cell) for cell in row if cell} & set(GRID)) >= 2


def why_skipped(row: Sequence[str]) -> str:
    first = next((cell for cell in row if cell), "")
    if not first:
        return "dòng trống"
    if is_heading(row):
        return "dòng tiêu đề"
    return "dòng tổng" if fold(first) in ("tong", "tong so", "tong cong") else ""


def read_row(cells: Mapping[str, str], place: int) -> PastedRow:
    values = {field: cells[field] for field in GRID if field in cells}
    notes: list[str] = []
    for field, read in READERS.items():
        if field in values:
            read(values, notes)
    return PastedRow(values, place, tuple(notes))


def read_role(values: dict[str, str], notes: list[str]) -> None:
    written = values.pop("role")
    role = role_of(written)
    if role:
        values["role"] = role
    elif written:
        notes.append(f"Không rõ chức vụ “{written}”, hãy chọn lại.")


def read_phone(values: dict[str, str], notes: list[str]) -> None:
    reading = phones.parse_phone(values["phone"])
    if not reading.problem:
        values["phone"] = " / ".join(map(phones.format_phone, reading.numbers))
        notes += phone_notes(reading)


def phone_notes(reading: phones.PhoneReading) -> list[str]:
    """What was repaired, with the number that it became: "Đã thêm số 0 ở đầu số điện thoại: 0914 994 123."."""
    number = phones.format_phone(reading.first)
    return [f"{phones.REPAIR_LABELS[repair].rstrip('.')}: {number}." for repair in reading.repairs]


def read_organization(values: dict[str, str], notes: list[str]) -> None:
    """A body that is not on the list goes to the note rather than nowhere."""
    written = values.pop("organization")
    organization = ORGANIZATIONS.get(fold(written), "")
    if organization:
        values["organization"] = organization
    elif written:
        values["note"] = ". ".join(filter(None, (written, values.get("note", ""))))
        notes.append(f"Thành phần “{written}” không có trong danh sách, đã ghi vào ghi chú.")


def read_joined(values: dict[str, str], notes: list[str]) -> None:
    day = dates.parse_date(values["joined_on"])
    if day:
        values["joined_on"] = dates.format_date(day)


READERS: Final = {
    "role": read_role,
    "phone": read_phone,
    "organization": read_organization,
    "joined_on": read_joined,
}


def warnings(texts: Sequence[Sequence[str]], columns: Sequence[str]) -> tuple[str, ...]:
    if "team" not in columns:
        return ()
    place = list(columns).index("team")
    teams = dict.fromkeys(row[place] for row in texts if len(row) > place and row[place] and not why_skipped(row))
    if len(teams) < 2:
        return ()
    return (f"Khối này có {len(teams)} tổ ({', '.join(list(teams)[:5])}), tất cả sẽ vào tổ đang mở.",)
