"""What a sheet says and how its columns look."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Style:
    """How the cells of a column look; font, borders and wrapping are the same on every sheet."""

    horizontal: Literal["left", "center", "right"] = "left"
    number_format: str = "General"


TEXT = Style()
CENTER = Style("center")
NUMBER = Style("right", "#,##0")
DECIMAL = Style("right", "#,##0.0#")
DATE = Style("center", "dd/mm/yyyy")
PHONE = Style("center", "@")


def style_of(values: Iterable[object]) -> Style:
    """For a column of these: counts are whole, unless one of them is not."""
    return NUMBER if all(value == int(value) for value in values if isinstance(value, float | Decimal)) else DECIMAL


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `value` reads a record and gives text, a number, a date or None for an empty cell.

    `value=None` numbers the records from 1. With `block`, consecutive records for which it gives the same key
    are one merged cell that carries the first record's value, and numbering counts blocks.
    Hidden columns come last; they are neither bordered nor printed. Consecutive columns of one `group` have its name in
    a heading above their own; where there are groups, the heading of a column without one is as high as both.
    """

    heading: str
    width: float
    value: Callable[[Any], object] | None
    style: Style = TEXT
    block: Callable[[Any], object] | None = None
    hidden: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """The last row: `label` in one column, and in another how many of its cells above are not empty."""

    label: str
    label_column: int
    counted_column: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The last rows as they are: a value for each column, in that column's style."""

    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its title lines above. `name` may be any text: the writer makes it legal and unique."""

    name: str
    columns: Sequence[Column]
    titles: Sequence[str] = ()
    total: Total | Totals | None = None
    orientation: Literal["portrait", "landscape"] = "landscape"

    @property
    def is_grouped(self) -> bool:
        return any(column.group for column in self.columns)

    @property
    def heading_row(self) -> int:
        """The last row above the records; of a grouped sheet the headings begin one above it."""
        return len(self.titles) + 1 + self.is_grouped

    @property
    def visible_columns(self) -> int:
        return sum(not column.hidden for column in self.columns)
