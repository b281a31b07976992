"""Communes that say the same: drafted texts differ in the commune's name and in figures, which stand in a table too."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reporting.answers import show
from reporting.definition import Definition, Indicator
from reporting.definition.templates import PLACE
from reporting.figures import CommuneRow

ANY_COMMUNE, ANY_FIGURE = "xã, phường, đặc khu", "(…)"


@dataclass(frozen=True, slots=True)
class Said:
    """One text, limited HTML, and whose it is; `has_figures` when ANY_FIGURE stands in it for those of each."""

    rows: tuple[CommuneRow, ...]
    html: str
    has_figures: bool


def said_by(
    definition: Definition, written: Iterable[tuple[CommuneRow, Indicator]]
) -> Iterator[tuple[Indicator, Said]]:
    """In the order in which each is said first; what one commune says alone stays as it wrote it."""
    groups: dict[tuple[str, str], list[CommuneRow]] = {}
    for row, indicator in written:
        groups.setdefault((indicator.code, in_general(definition, indicator, row)), []).append(row)
    for (code, html), rows in groups.items():
        own = str(rows[0].answers[code])
        said = html if len(rows) > 1 else own
        yield definition.by_code[code], Said(tuple(rows), said, said.count(ANY_FIGURE) > own.count(ANY_FIGURE))


def in_general(definition: Definition, indicator: Indicator, row: CommuneRow) -> str:
    """The commune's text without its own name and without the figures that its draft put in, each after the one before
    it in the draft. Any other number stays: it stands nowhere else."""
    html = re.sub(rf"{re.escape(row.name)}(?!\w)", ANY_COMMUNE, str(row.answers[indicator.code]), flags=re.IGNORECASE)
    start = 0
    for code in PLACE.findall(indicator.draft):
        asked = definition.by_code.get(code)
        figure = show(asked, row.answers.get(code)) if asked and asked.is_numeric else ""
        found = re.compile(rf"(?<![\w.,]){re.escape(figure)}(?![\w%]|[.,]\d)").search(html, start) if figure else None
        if found:
            html = html[: found.start()] + ANY_FIGURE + html[found.end() :]
            start = found.start() + len(ANY_FIGURE)
    return html
