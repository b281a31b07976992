"""A block of cells pasted into the grid of team figures: which column is what, which row is which team's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cdt_portal.lib.csvs import restored
from cdt_portal.lib.text import clean, clean_lines, fold
from reporting.answers import AnswerError, read, show
from reporting.definition import Indicator, Kind

ROW_LIMIT: Final = 500
TEAM: Final = "-team"  # no code of an indicator begins with a hyphen
TEAM_HEADINGS: Final = {"to", "ten to", "thon", "thon to dan pho", "dia ban", "ten thon"}
TOTALS: Final = {"tong", "tong so", "tong cong", "cong"}
TeamOf = Callable[[str], int | None]  # the one team that a written name means


@dataclass(frozen=True, slots=True)
class PastedRow:
    """`values`: code -> text to save; `id`: the team that the block names, None where rows go by their place."""

    values: Mapping[str, str]
    id: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastedBlock:
    """`rows` + `skipped` (number in the block from 1, reason) are all rows of the block."""

    rows: tuple[PastedRow, ...]
    skipped: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...] = ()


def read_block(
    cells: Sequence[Sequence[str]], start: str, columns: Sequence[Indicator], team_of: TeamOf
) -> PastedBlock:
    """`start`: the code of the cell in which the block's upper left corner was pasted, unless its headings or the names
    of teams in its first column tell better."""
    grid = [[restored(clean_lines(cell)) for cell in row] for row in cells]
    places = _places(grid, start, columns, team_of)
    asked = {each.code: each for each in columns}
    rows, skipped = [], []
    for number, row in enumerate(grid, 1):
        pasted = dict(zip(places, row, strict=False))
        team = team_of(pasted[TEAM]) if TEAM in pasted else None
        reason = _why_skipped(row, pasted, team, columns)
        if reason:
            skipped.append((number, reason))
        else:
            rows.append(PastedRow({code: _tidy(asked[code], pasted[code]) for code in asked if code in pasted}, team))
    return PastedBlock(tuple(rows), tuple(skipped))


def _places(grid: list[list[str]], start: str, columns: Sequence[Indicator], team_of: TeamOf) -> list[str]:
    """What each column of the block is; "" for what the grid does not have."""
    heading = next((row for row in grid if _is_heading(row, columns)), None)
    if heading:
        return [_meaning(cell, columns) for cell in heading]
    codes = [each.code for each in columns]
    named = sum(1 for row in grid if row and row[0] and team_of(row[0]) is not None)
    if named * 2 > len([row for row in grid if any(row)]):
        return [TEAM, *codes[codes.index(start) :]]
    return codes[codes.index(start) :]


def _meaning(heading: str, columns: Sequence[Indicator]) -> str:
    written = fold(heading)
    if written in TEAM_HEADINGS:
        return TEAM
    return next((each.code for each in columns if fold(each.label) == written), "")


def _is_heading(row: Sequence[str], columns: Sequence[Indicator]) -> bool:
    return len({_meaning(cell, columns) for cell in row if cell} - {""}) >= 2


def _why_skipped(row: Sequence[str], pasted: Mapping[str, str], team: int | None, columns: Sequence[Indicator]) -> str:
    first = next((clean(cell) for cell in row if cell), "")
    if not first:
        return "dòng trống"
    if _is_heading(row, columns):
        return "dòng tiêu đề"
    if fold(first) in TOTALS:
        return "dòng tổng"
    return f"dòng không rõ tổ “{clean(pasted[TEAM])}”" if TEAM in pasted and team is None else ""


def _tidy(indicator: Indicator, text: str) -> str:
    """As the grid will show it once it is saved; what cannot be read stays as it is, and is refused beside its cell."""
    if indicator.kind == Kind.TEXT:
        return text
    try:
        return show(indicator, read(indicator, text))
    except AnswerError:
        return text
