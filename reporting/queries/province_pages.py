"""The province's report as its pages show it: totals by section, the communes behind a figure, their texts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cdt_portal.lib import richtext
from cdt_portal.lib.text import fold, sort_key
from reporting.answers import show
from reporting.definition import Definition, Indicator, Kind
from reporting.figures import CommuneRow, ProvinceFigures, Total
from reporting.queries.consolidation import Narrative, narratives
from reporting.queries.reports import TextBlock, blocks_of


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One indicator: `shown` is its total in words, "" when there is none."""

    total: Total
    shown: str

    @property
    def code(self) -> str:
        return self.total.indicator.code

    @property
    def sums(self) -> bool:
        """Whether a total may be expected of it."""
        return self.total.indicator.is_numeric

    @property
    def fails_target(self) -> bool:
        target, value = self.total.indicator.target, self.total.value
        return target is not None and isinstance(value, (int, float)) and value < target


@dataclass(frozen=True, slots=True)
class SectionTotals:
    """A section with its totals, how many texts communes wrote in it, and the department's own words."""

    code: str
    heading: str
    level: int
    lines: tuple[TotalLine, ...]
    texts: int
    words: tuple[TextBlock, ...]


def section_totals(definition: Definition, figures: ProvinceFigures, words: dict[str, str]) -> list[SectionTotals]:
    totals = {total.indicator.code: total for total in figures.totals}
    written = Counter(text.section for text in narratives(definition, figures))
    return [
        SectionTotals(
            code=section.code,
            heading=section.heading,
            level=section.level,
            lines=tuple(_line(totals[each.code]) for each in section.indicators if each.kind != Kind.TEXT),
            texts=written[section.code],
            words=blocks_of(words.get(section.code, "")),
        )
        for section in definition.sections
    ]


def _line(total: Total) -> TotalLine:
    return TotalLine(total, show(total.indicator, total.value))


# The communes behind a figure ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What one commune gave. `parts` of a rate are the two numbers that it is worked out from: (label, number)."""

    row: CommuneRow
    shown: str
    parts: tuple[tuple[str, str], ...]

    @property
    def is_missing(self) -> bool:
        return not self.row.is_counted


def answer_rows(
    definition: Definition, figures: ProvinceFigures, indicator: Indicator, *, missing_only: bool, order: str
) -> list[AnswerRow]:
    """`order`: "ten" as the communes stand; "tang", "giam" by the answer, those without one last."""
    rows = [row for row in figures.rows if not (missing_only and row.is_counted)]
    if order in ("tang", "giam"):
        given = [row for row in rows if indicator.code in row.answers]
        given.sort(key=lambda row: _sort_key(indicator, row), reverse=order == "giam")
        rows = given + [row for row in rows if indicator.code not in row.answers]
    return [_answer_row(definition, indicator, row) for row in rows]


def _sort_key(indicator: Indicator, row: CommuneRow) -> tuple[float, str]:
    """Numbers as such, dates as the ISO text that they are, everything else by the Vietnamese alphabet."""
    answer = row.answers[indicator.code]
    if isinstance(answer, (int, float)):
        return answer, ""
    return 0, str(answer) if indicator.kind == Kind.DATE else sort_key(show(indicator, answer))


def _answer_row(definition: Definition, indicator: Indicator, row: CommuneRow) -> AnswerRow:
    of = [definition.by_code[code] for code in (indicator.rate_of, indicator.rate_over) if code]
    parts = tuple((each.label, show(each, row.answers.get(each.code))) for each in of)
    return AnswerRow(row, show(indicator, row.answers.get(indicator.code)), parts)


# Texts ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextSection:
    """The communes' texts of one section; `plain` is all of them to paste elsewhere."""

    code: str
    heading: str
    texts: list["CommuneText"] = field(default_factory=list)

    @property
    def plain(self) -> str:
        return "\n\n".join(f"{text.commune}:\n{text.plain}" for text in self.texts)


@dataclass(frozen=True, slots=True)
class CommuneText:
    commune: str
    label: str
    blocks: tuple[TextBlock, ...]
    plain: str


def text_sections(
    definition: Definition, figures: ProvinceFigures, *, section: str = "", words: str = ""
) -> list[TextSection]:
    """Sections that have texts; of one section only, and of texts or communes that hold `words`, with or without tone
    marks."""
    wanted = fold(words)
    found = {each.code: TextSection(each.code, each.heading) for each in definition.sections}
    for each in narratives(definition, figures):
        plain = richtext.plain(each.html)
        if section in ("", each.section) and wanted in fold(f"{each.commune} {plain}"):
            found[each.section].texts.append(CommuneText(each.commune, each.label, blocks_of(each.html), plain))
    return [each for each in found.values() if each.texts]


def with_texts(definition: Definition, texts: Iterable[Narrative]) -> list[tuple[str, str]]:
    """(code, heading) of the sections that have any, to choose from."""
    there = {text.section for text in texts}
    return [(each.code, each.heading) for each in definition.sections if each.code in there]
