"""Sums of team figures. A missing figure is "not reported", never zero; rates come from sums, never from rates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reporting.answers import add_up, is_empty, rate_of_sums, show
from reporting.definition import Definition, Indicator, Kind
from reporting.figures import Answer, Line
from reporting.queries.checks import broken

Values = Mapping[str, Answer]  # one team's figures by code


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """One column over `asked` teams, `reported` of which gave a figure; `value` is None when none did or when the
    column has no total (texts, typed rates). `reaches`: whether it reaches the target, None without one."""

    indicator: Indicator
    value: Answer
    reported: int
    asked: int
    target: float | None = None

    @property
    def text(self) -> str:
        return show(self.indicator, self.value)

    @property
    def target_text(self) -> str:
        return show(self.indicator, self.target)

    @property
    def note(self) -> str:
        """How many teams it speaks for, while not all do."""
        return f"{self.reported}/{self.asked} tổ" if 0 < self.reported < self.asked else ""

    @property
    def reaches(self) -> bool | None:
        return None if self.value is None or self.target is None else self.value >= self.target


def column_total(indicator: Indicator, rows: Iterable[Values], asked: int, target: float | None = None) -> ColumnTotal:
    """`rows`: the figures of those teams that reported anything, with what follows from them (`answers.derive`)."""
    given = [values for values in rows if not is_empty(values.get(indicator.code))]
    return ColumnTotal(indicator, _total(indicator, given), len(given), asked, target)


def _total(indicator: Indicator, given: list[Values]) -> Answer:
    if indicator.rate_of:
        return rate_of_sums((row.get(indicator.rate_of), row.get(indicator.rate_over)) for row in given)
    return add_up(row[indicator.code] for row in given) if indicator.kind == Kind.NUMBER else None


def problems(definition: Definition, values: Values) -> list[str]:
    """What the form's checks find in one team's figures, which come with what follows from them."""
    lines = {code: Line(each, values.get(code)) for code, each in definition.by_code.items()}
    return [finding.message for check in definition.checks if (finding := broken(check, lines))]
