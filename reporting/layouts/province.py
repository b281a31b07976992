"""A province's report as an official paper of its department."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cdt_portal.lib import richtext
from cdt_portal.lib.dates import official_date
from cdt_portal.lib.documents.parts import (
    Appendix,
    Block,
    Cell,
    Document,
    Heading,
    Issuer,
    Paragraph,
    Run,
    Signature,
    Table,
)
from reporting.answers import is_empty, show, show_cell
from reporting.definition import Definition, Indicator, Kind, Section
from reporting.figures import CommuneRow, Paper, ProvinceFigures, Total
from reporting.layouts.alike import Said, said_by
from reporting.layouts.report import ALIGN, NOTHING_WRITTEN, WEIGHTS

REPORTED = "đơn vị đã báo cáo"
NO_FIGURE_YET = "chưa có số liệu"
COLUMNS_OF_A_TABLE = 7  # what a landscape page holds beside the commune's name
NUMBER_WIDTH, NAME_WIDTH, FIGURE_WIDTH = 0.5, 2.4, 1.3


def province_document(
    figures: ProvinceFigures, definition: Definition, words: Mapping[str, str], paper: Paper
) -> Document:
    """The same form as the communes', with totals. `words` are the department's own by section code, limited HTML."""
    appendices = _labelled(_figures_appendix(figures, definition, paper), _texts_appendix(figures, definition, paper))
    return Document(
        issuer=Issuer(name=paper.issuer, parent=paper.issuer_parent),
        symbol=paper.symbol,
        place=paper.place,
        title=paper.title,
        subject=paper.subject,
        addressees=paper.addressees,
        blocks=tuple(_blocks(figures, definition, words, paper.opening, appendices)),
        signature=Signature(titles=paper.signer_titles, name=paper.signer_name),
        recipients=paper.recipients,
        appendices=appendices,
    )


def _blocks(
    figures: ProvinceFigures,
    definition: Definition,
    words: Mapping[str, str],
    opening: str,
    appendices: Sequence[Appendix],
) -> Iterator[Block]:
    totals = {total.indicator.code: total for total in figures.totals}
    yield _paragraph(opening)
    if appendices:
        where = "; ".join(f"{each.title.lower()} tại {each.label}" for each in appendices)
        yield _paragraph(f"{where[:1].upper()}{where[1:]} kèm theo Báo cáo này.")
    yield from _units(figures)
    for section in definition.sections:
        if section.heading:
            yield Heading(section.level, section.heading)
        for indicator in section.indicators:
            if indicator.kind != Kind.TEXT:
                yield _paragraph(f"- {indicator.label}: {total_words(totals[indicator.code])}.")
        if words.get(section.code):
            yield from richtext.parse(words[section.code])
        elif any(_written(figures, section)):
            yield _paragraph(f"Nội dung do từng đơn vị báo cáo tại {appendices[-1].label}.")
        elif section.indicators and all(indicator.kind == Kind.TEXT for indicator in section.indicators):
            yield _paragraph(NOTHING_WRITTEN)


def _units(figures: ProvinceFigures) -> Iterator[Paragraph]:
    """Whose figures are not among those that follow."""
    for told, names in (("chưa báo cáo", figures.missing), ("đã nộp, đang hoàn thiện báo cáo", figures.finishing)):
        if names:
            yield _paragraph(f"Các đơn vị {told} ({len(names)}/{len(figures.rows)}): {', '.join(names)}.")
    if figures.counted == len(figures.rows):
        yield _paragraph("Tất cả các đơn vị được yêu cầu đã báo cáo.")


def total_words(total: Total) -> str:
    """ "1.440 người (3/5 đơn vị đã báo cáo)"; how many told comes with every figure."""
    told = f"{total.reported}/{total.asked} {REPORTED}"
    if total.counts:
        return f"{'; '.join(f'{choice}: {count} đơn vị' for choice, count in total.counts)} ({told})"
    if not total.indicator.is_numeric:
        return told
    return f"{show_total(total) or NO_FIGURE_YET} ({told})"


def show_total(total: Total) -> str:
    """The figure with its unit; "" when nobody reported."""
    if total.value is None:
        return ""
    indicator = total.indicator
    unit = f" {indicator.unit}" if indicator.unit and indicator.kind == Kind.NUMBER else ""
    return f"{show(indicator, total.value)}{unit}"


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


# Appendices ----------------------------------------------------------------------------------------------------------


def _labelled(*appendices: Appendix | None) -> tuple[Appendix, ...]:
    """Those that there are, numbered when there are several."""
    kept = [appendix for appendix in appendices if appendix]
    labels = ["Phụ lục"] if len(kept) == 1 else [f"Phụ lục {'I' * number}" for number in range(1, len(kept) + 1)]
    return tuple(replace(each, label=label) for each, label in zip(kept, labels, strict=True))


def _reference(paper: Paper) -> str:
    whose = f" của {paper.issuer_said}" if paper.issuer_said else ""  # not known of what was locked long ago
    return f"(Kèm theo Báo cáo số …/{paper.symbol} ngày … tháng … năm …{whose})"


def _figures_appendix(figures: ProvinceFigures, definition: Definition, paper: Paper) -> Appendix | None:
    """The communes' figures, section by section, as many tables as their columns need."""
    blocks: list[Block] = []
    for section in definition.sections:
        numeric = [indicator for indicator in section.indicators if indicator.is_numeric]
        if numeric:
            blocks.append(Heading(2, section.heading))
            starts = range(0, len(numeric), COLUMNS_OF_A_TABLE)
            blocks += [_table(figures, numeric[start : start + COLUMNS_OF_A_TABLE]) for start in starts]
        for indicator in section.indicators:
            if lists := _joined_table(figures, indicator):
                blocks += [Heading(2, indicator.label), lists]
    if not blocks:
        return None
    day = f"Số liệu đến hết ngày {official_date(figures.as_of)}. Ô trống: đơn vị chưa có số liệu."
    return Appendix("", "SỐ LIỆU THEO TỪNG ĐƠN VỊ", _reference(paper), (_paragraph(day), *blocks), landscape=True)


def _table(figures: ProvinceFigures, indicators: list[Indicator]) -> Table:
    weights = [NUMBER_WIDTH, NAME_WIDTH, *(FIGURE_WIDTH for _ in indicators)]
    totals = [total for each in indicators if (total := figures.total(each.code))]
    sums = (show(total.indicator, total.value) for total in totals)
    told = (f"{total.reported}/{total.asked}" for total in totals)
    head = ("TT", "Đơn vị", *(_with_unit(indicator) for indicator in indicators))
    return Table(
        head=(tuple(Cell(text) for text in head),),
        body=(
            *(_row(number, row, indicators) for number, row in enumerate(figures.rows, start=1)),
            ("", "Tổng", *sums),
            ("", "Đã báo cáo", *told),
        ),
        widths=tuple(weight / sum(weights) for weight in weights),
        align="cl" + "r" * len(indicators),
    )


def _joined_table(figures: ProvinceFigures, indicator: Indicator) -> Table | None:
    """The rows of all communes' tables in one; None when there is none."""
    if indicator.kind != Kind.TABLE:
        return None
    answers = ((row.name, row.answers.get(indicator.code)) for row in figures.rows)
    rows = [(name, cells) for name, answer in answers if isinstance(answer, list) for cells in answer]
    if not rows:
        return None
    weights = [NUMBER_WIDTH, NAME_WIDTH, *(WEIGHTS[column.kind] for column in indicator.columns)]
    body = (
        (str(number), name, *(show_cell(column, cells.get(column.code)) for column in indicator.columns))
        for number, (name, cells) in enumerate(rows, start=1)
    )
    return Table(
        head=(tuple(Cell(text) for text in ("TT", "Đơn vị", *(column.label for column in indicator.columns))),),
        body=tuple(body),
        widths=tuple(weight / sum(weights) for weight in weights),
        align="cl" + "".join(ALIGN[column.kind] for column in indicator.columns),
    )


def _with_unit(indicator: Indicator) -> str:
    return f"{indicator.label} ({indicator.unit})" if indicator.unit else indicator.label


def _row(number: int, row: CommuneRow, indicators: list[Indicator]) -> tuple[str, ...]:
    name = row.name if row.is_counted else f"{row.name} ({row.state.lower()})"
    return (str(number), name, *(show(each, row.answers.get(each.code)) for each in indicators))


def _texts_appendix(figures: ProvinceFigures, definition: Definition, paper: Paper) -> Appendix | None:
    """What the communes wrote, by section: each below its name, those that say the same together."""
    blocks = [block for section in definition.sections for block in _texts(figures, definition, section)]
    if not blocks:
        return None
    return Appendix("", "NỘI DUNG BÁO CÁO CỦA CÁC ĐƠN VỊ", _reference(paper), tuple(blocks))


def _texts(figures: ProvinceFigures, definition: Definition, section: Section) -> Iterator[Block]:
    written = list(_written(figures, section))
    several = len({indicator.code for _, indicator in written}) > 1
    if written:
        yield Heading(2, section.heading)
    for indicator, said in said_by(definition, written):
        yield Heading(3, f"{indicator.label}: {_who(said)}" if several else _who(said))
        yield from richtext.parse(said.html)


def _who(said: Said) -> str:
    names = ", ".join(row.name for row in said.rows)
    count = f" ({len(said.rows)} đơn vị)" if len(said.rows) > 1 else ""
    return f"{names}{count}{'; số liệu của từng đơn vị tại Phụ lục I' if said.has_figures else ''}"


def _written(figures: ProvinceFigures, section: Section) -> Iterator[tuple[CommuneRow, Indicator]]:
    """The section's texts, each with its commune."""
    for indicator in section.indicators:
        if indicator.kind == Kind.TEXT:
            yield from ((row, indicator) for row in figures.rows if not is_empty(row.answers.get(indicator.code)))
