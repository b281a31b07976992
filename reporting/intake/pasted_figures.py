"""A block of cells pasted into the grid of team figures: which column is what, which row is which team's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cdt_portal.lib.csvs import restored
from cdt_portal.lib.numbers import parse_decimal, parse_rate
from cdt_portal.lib.text import clean, clean_lines, fold
from reporting.answers import AnswerError, add_up, rate_of_sums, read, show
from reporting.definition import Indicator, Kind
from reporting.figures import Answer

ROW_LIMIT: Final = 500
TEAM_WITHIN: Final = 3  # columns: the number of the line, at most a commune, may stand before the name of the team
TEAM: Final = "-team"  # no code of an indicator begins with a hyphen
TEAM_HEADINGS: Final = {"to", "ten to", "thon", "thon to dan pho", "dia ban", "ten thon"}
TOTALS: Final = {"tong", "tong so", "tong cong", "cong"}
BLANK, HEADING, TOTAL = "dòng trống", "dòng tiêu đề", "dòng tổng"
TeamOf = Callable[[str], int | None]  # the one team that a written name means


@dataclass(frozen=True, slots=True)
class PastedRow:
    """`values`: code -> text to save; `place`: how many rows below the pasted cell it lies, which tells its team unless
    `id` does, the team that the block names."""

    values: Mapping[str, str]
    place: int
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
    """`columns`: as they stand on screen. `start`: the code of the cell in which the block's upper left corner was
    pasted, unless its headings or the names of teams in it tell better.

    Only the lines above the figures have no place: one left out among the figures leaves out the team opposite it, and
    moves no figure to another team.
    """
    grid = [[restored(clean_lines(cell)) for cell in row] for row in cells]
    above = _lines_above(grid, columns)
    places = _places(grid, start, columns, team_of)
    typed = {each.code: each for each in columns if not each.is_derived}
    rows, skipped = [], []
    for number, row in enumerate(grid, 1):
        pasted = dict(zip(places, row, strict=False))
        team = team_of(pasted[TEAM]) if TEAM in pasted else None
        reason = _why_skipped(row, columns, is_above=number <= above)
        if not reason and TEAM in pasted and team is None:
            reason = f"dòng không rõ tổ “{clean(pasted[TEAM])}”"
        if reason:
            skipped.append((number, reason))
        else:
            values = {code: _tidy(typed[code], pasted[code]) for code in typed if code in pasted}
            rows.append(PastedRow(values, number - 1 - above, team))
    last = above + rows[-1].place + 1 if rows else 0
    between = {reason for number, reason in skipped if above < number < last}
    return PastedBlock(tuple(rows), tuple(skipped), tuple(_warnings(grid, places, columns, between)))


def _lines_above(grid: list[list[str]], columns: Sequence[Indicator]) -> int:
    """The headings, with a title above them."""
    heading = next((index for index, row in enumerate(grid) if _is_heading(row, columns)), None)
    if heading is None or any(parse_decimal(cell) is not None for row in grid[:heading] for cell in row):
        return 0
    return heading + 1


def _places(grid: list[list[str]], start: str, columns: Sequence[Indicator], team_of: TeamOf) -> list[str]:
    """What each column of the block is; "" for what the grid does not have."""
    heading = next((row for row in grid if _is_heading(row, columns)), None)
    if heading:
        return [_meaning(cell, columns) for cell in heading]
    team = _column_of_teams(grid, team_of)
    before = [] if team is None else [*[""] * team, TEAM]
    first = next(index for index, each in enumerate(columns) if each.code == start)
    return [*before, *_as_on_screen([row[len(before) :] for row in grid], columns[first:])]


def _column_of_teams(grid: list[list[str]], team_of: TeamOf) -> int | None:
    """The one in which most lines name a team. A mere number is a figure or counts the lines, even where a team is
    called "Tổ 1"."""
    filled = [row for row in grid if any(row)]
    for index in range(TEAM_WITHIN):
        cells = [row[index] for row in filled if len(row) > index]
        named = sum(parse_decimal(cell) is None and team_of(cell) is not None for cell in cells)
        if named * 2 > len(filled):
            return index
    return None


def _as_on_screen(grid: list[list[str]], shown: Sequence[Indicator]) -> list[str]:
    """The codes of the block's columns, of which the first is the first `shown`. What the screen works out itself may
    be among them or be left out."""
    width = max((index for row in grid for index, cell in enumerate(row, 1) if cell), default=0)
    codes: list[str] = []
    for each in shown:
        if not each.is_derived or width == len(shown) or _is_worked_out(each, codes, grid):
            codes.append(each.code)
    return codes


def _is_worked_out(indicator: Indicator, before: list[str], grid: list[list[str]]) -> bool:
    """Whether the column after those `before` holds what the screen would show: per cents, or in every line what
    follows from the line. In one line, or with one and the same number in all, that may be chance."""
    at = len(before)
    lines = [row for row in grid if len(row) > at and row[at] and not _is_total(row)]
    if indicator.rate_of and lines and all(row[at].endswith("%") for row in lines):
        return True
    found = {parse_rate(row[at]) for row in lines}
    return len(found) > 1 and all(_agrees(indicator, dict(zip(before, row, strict=False)), row[at]) for row in lines)


def _agrees(indicator: Indicator, line: Mapping[str, str], cell: str) -> bool:
    numbers = {code: float(number) for code, text in line.items() if (number := parse_decimal(text)) is not None}
    if indicator.rate_of:
        due: Answer = rate_of_sums([(numbers.get(indicator.rate_of), numbers.get(indicator.rate_over))])
    else:
        due = add_up(map(numbers.get, indicator.sum_of))
    told = parse_rate(cell)
    near = 0.5 if indicator.rate_of else 0  # rates may be rounded
    return told is not None and isinstance(due, (int, float)) and abs(float(told) - due) <= near


def _meaning(heading: str, columns: Sequence[Indicator]) -> str:
    written = fold(heading)
    if written in TEAM_HEADINGS:
        return TEAM
    return next((each.code for each in columns if fold(each.label) == written), "")


def _is_heading(row: Sequence[str], columns: Sequence[Indicator]) -> bool:
    return len({_meaning(cell, columns) for cell in row if cell} - {""}) >= 2


def _is_total(row: Sequence[str]) -> bool:
    return fold(next((cell for cell in row if cell), "")) in TOTALS


def _why_skipped(row: Sequence[str], columns: Sequence[Indicator], *, is_above: bool) -> str:
    if not any(row):
        return BLANK
    if is_above or _is_heading(row, columns):
        return HEADING
    return TOTAL if _is_total(row) else ""


def _warnings(
    grid: list[list[str]], places: Sequence[str], columns: Sequence[Indicator], between: set[str]
) -> Iterator[str]:
    """What is better looked at before it is pasted. `between`: why lines among the figures were left out."""
    if TEAM not in places and between & {HEADING, TOTAL}:
        yield "Giữa khối có dòng tổng hoặc dòng tiêu đề; mỗi dòng vẫn vào tổ nằm ngang với nó. Hãy xem lại tên tổ."
    if any(_is_heading(row, columns) for row in grid):
        return
    for each in columns:
        if each.is_derived and each.code in places:
            yield f"Khối có cột “{each.label}”: cổng tự tính cột này, không dán."


def _tidy(indicator: Indicator, text: str) -> str:
    """As the grid will show it once it is saved; what cannot be read stays as it is, and is refused beside its cell."""
    if indicator.kind == Kind.TEXT:
        return text
    try:
        return show(indicator, read(indicator, text))
    except AnswerError:
        return text
