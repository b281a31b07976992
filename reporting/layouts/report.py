"""A commune's report as an official paper."""

from collections.abc import Iterator

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
from reporting.answers import lists_documents, show, show_cell
from reporting.definition import Column, Indicator, Kind
from reporting.figures import Line, ReportFigures, TeamRoster

NOTHING_YET = "chưa có"
NO_FIGURE_YET = "chưa có số liệu"
NOTHING_WRITTEN = "Chưa có nội dung báo cáo."
WEIGHTS = {Kind.TEXT: 3.0, Kind.DATE: 1.6, Kind.NUMBER: 1.4}
ALIGN = {Kind.TEXT: "l", Kind.DATE: "c", Kind.NUMBER: "r"}
ROSTER_HEAD = ("TT", "Tổ", "Địa bàn", "Quyết định", "Họ và tên", "Chức vụ")
TOGETHER = 20  # members that fit on a page even when names take two lines
ROSTER_WEIGHTS = (0.7, 2.8, 2.2, 2.6, 3, 2.1)


def report_document(figures: ReportFigures) -> Document:
    """Number and day stay blank: the clerk who numbers the paper fills them in."""
    paper = figures.paper
    return Document(
        issuer=Issuer(name=paper.issuer, parent=paper.issuer_parent),
        symbol=paper.symbol,
        place=paper.place,
        title=paper.title,
        subject=paper.subject,
        addressees=paper.addressees,
        blocks=tuple(_blocks(figures)),
        signature=Signature(titles=paper.signer_titles, name=paper.signer_name),
        recipients=paper.recipients,
        appendices=(_roster(figures),) if figures.roster else (),
    )


def _blocks(figures: ReportFigures) -> Iterator[Block]:
    if figures.paper.opening:
        yield _paragraph(figures.paper.opening)
    if figures.roster:
        yield _paragraph("Danh sách các tổ và thành viên tại Phụ lục kèm theo Báo cáo này.")
    for section in figures.sections:
        if section.heading:
            yield Heading(section.level, section.heading)
        blocks = [block for line in section.lines for block in line_blocks(line)]
        if section.lines and not blocks:  # the heading stays: without it the numbers of the others would skip
            yield _paragraph(NOTHING_WRITTEN)
        yield from blocks


def line_blocks(line: Line) -> Iterator[Block]:
    """How one answer reads on paper."""
    indicator = line.indicator
    if line.is_empty:
        if indicator.kind != Kind.TEXT:  # of a text that was not written nothing is missed
            yield _paragraph(f"- {indicator.label}: {NO_FIGURE_YET if indicator.is_numeric else NOTHING_YET}.")
    elif indicator.kind == Kind.TEXT:
        yield from richtext.parse(line.value)
    elif indicator.kind == Kind.TABLE and not lists_documents(indicator):
        yield _paragraph(f"- {indicator.label}:")
        yield answer_table(indicator, line.value)
    else:
        yield from _sentences(indicator, line)


def _sentences(indicator: Indicator, line: Line) -> Iterator[Paragraph]:
    unit = f" {indicator.unit}" if indicator.unit and indicator.kind == Kind.NUMBER else ""
    usual = "{value}." if indicator.kind == Kind.TABLE else f"- {indicator.label}: {{value}}{unit}."
    for template in (indicator.line or usual).splitlines():
        before, place, after = template.partition("{value}")
        value = _value_runs(indicator, line, after) if place else ()
        yield Paragraph(tuple(run for run in (Run(before), *value, Run(after)) if run.text))


def _value_runs(indicator: Indicator, line: Line, after: str) -> tuple[Run, ...]:
    text = show(indicator, line.value)
    if indicator.kind != Kind.LINK:
        return (Run(text.rstrip(".") if after.startswith(".") else text),)
    links = text.split("\n")
    return tuple(each for link in links for each in (Run(", "), Run(link, href=link)))[1:]


def answer_table(indicator: Indicator, rows: list[dict]) -> Table:
    """A table answer with its rows numbered."""
    weights = [0.6, *(WEIGHTS[column.kind] for column in indicator.columns)]
    return Table(
        head=(tuple(Cell(text) for text in ("TT", *(column.label for column in indicator.columns))),),
        body=tuple(_table_row(number, indicator.columns, row) for number, row in enumerate(rows, start=1)),
        widths=_shares(weights),
        align="c" + "".join(ALIGN[column.kind] for column in indicator.columns),
    )


def _table_row(number: int, columns: tuple[Column, ...], row: dict) -> tuple[str, ...]:
    return (str(number), *(show_cell(column, row.get(column.code)) for column in columns))


def _shares(weights: tuple[float, ...] | list[float]) -> tuple[float, ...]:
    return tuple(weight / sum(weights) for weight in weights)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _roster(figures: ReportFigures) -> Appendix:
    body = figures.commune[:1].lower() + figures.commune[1:]
    reference = f"(Kèm theo Báo cáo số …/{figures.paper.symbol} ngày … tháng … năm … của Ủy ban nhân dân {body})"
    return Appendix(
        label="Phụ lục",
        title="DANH SÁCH THÀNH VIÊN CÁC TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG",
        reference=reference,
        blocks=(_paragraph(f"Số liệu đến hết ngày {official_date(figures.as_of)}."), roster_table(figures.roster)),
    )


def roster_table(roster: tuple[TeamRoster, ...]) -> Table:
    """A row a member; the team stands before its rows, as in the form of the member list, and again before the rest of
    a team that is too large to stand on one page."""
    return Table(
        head=(tuple(Cell(text) for text in ROSTER_HEAD),),
        body=tuple(row for number, team in enumerate(roster, start=1) for row in _team_rows(number, team)),
        widths=_shares(ROSTER_WEIGHTS),
        align="clllll",
        led=4,
    )


def _team_rows(number: int, team: TeamRoster) -> Iterator[tuple[str, ...]]:
    head = (str(number), team.team, ", ".join(team.units), team.decision)
    again = (str(number), f"{team.team} (tiếp)", ", ".join(team.units), "")
    for index, (name, role) in enumerate(team.members or (("", ""),)):
        yield (*(("", "", "", "") if index % TOGETHER else again if index else head), name, role)
