"""A commune's figures as a workbook: one sheet of all answers, one for each table, one for the roster."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter, itemgetter
from typing import IO, Any

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.sheets import CENTER, TEXT, Column, Sheet, Style, style_of, write_workbook
from reporting.answers import show, show_cell, shown_figure
from reporting.definition import Column as TableColumn
from reporting.definition import Kind
from reporting.figures import Line, ReportFigures, TeamRoster

FIGURE = Style("right")  # General: counts and rates stand in one column, and rates keep their decimals


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One indicator: its figures, or its words when it is no number."""

    section: str
    label: str
    unit: str
    value: Decimal | int | None
    previous: Decimal | int | None
    computed: Decimal | int | None
    words: str
    note: str


COLUMNS = (
    Column("TT", 6, None, CENTER),
    Column("Mục", 30, attrgetter("section"), block=attrgetter("section")),
    Column("Chỉ tiêu", 44, attrgetter("label")),
    Column("Đơn vị tính", 14, attrgetter("unit"), CENTER),
    Column("Số liệu", 14, attrgetter("value"), FIGURE),
    Column("Kỳ trước", 14, attrgetter("previous"), FIGURE),
    Column("Số trên hệ thống", 14, attrgetter("computed"), FIGURE),
    Column("Nội dung", 60, attrgetter("words")),
    Column("Giải thích", 30, attrgetter("note")),
)
ROSTER_COLUMNS = (
    Column("TT", 6, None, CENTER, block=itemgetter(0)),
    Column("Tổ", 34, lambda row: row[1].team, block=itemgetter(0)),
    Column("Địa bàn", 24, lambda row: ", ".join(row[1].units), block=itemgetter(0)),
    Column("Quyết định", 26, lambda row: row[1].decision, block=itemgetter(0)),
    Column("Họ và tên", 28, itemgetter(2)),
    Column("Chức vụ", 16, itemgetter(3)),
)


def write_report_sheets(target: IO[bytes], figures: ReportFigures) -> None:
    write_workbook(target, _sheets(figures))


def _sheets(figures: ReportFigures) -> Iterator[tuple[Sheet, Iterable[Any]]]:
    titles = (figures.campaign, f"{figures.commune}, số liệu đến hết ngày {format_date(figures.as_of)}")
    yield Sheet("Số liệu", COLUMNS, titles), figure_rows(figures)
    for line in figures.lines():
        if line.indicator.kind == Kind.TABLE and not line.is_empty:
            yield Sheet(line.indicator.label, _table_columns(line), (line.indicator.label, titles[1])), line.value
    if figures.roster:
        yield (
            Sheet("Danh sách tổ", ROSTER_COLUMNS, ("Danh sách thành viên các tổ", titles[1])),
            _members(figures.roster),
        )


def figure_rows(figures: ReportFigures) -> Iterator[FigureRow]:
    for section in figures.sections:
        for line in section.lines:
            indicator = line.indicator
            yield FigureRow(
                section=section.heading,
                label=indicator.label,
                unit=indicator.unit or ("%" if indicator.kind == Kind.RATE else ""),
                value=shown_figure(indicator, line.value),
                previous=shown_figure(indicator, line.previous),
                computed=shown_figure(indicator, line.computed),
                words="" if indicator.is_numeric else show(indicator, line.value),
                note=line.note,
            )


def _table_columns(line: Line) -> list[Column]:
    return [Column("TT", 6, None, CENTER), *(_table_column(each, line.value) for each in line.indicator.columns)]


def _table_column(column: TableColumn, rows: list[dict]) -> Column:
    if column.kind == Kind.NUMBER:
        style = style_of(row.get(column.code) for row in rows)
        return Column(column.label, 16, lambda row: row.get(column.code), style)
    style, width = (CENTER, 16.0) if column.kind == Kind.DATE else (TEXT, 44.0)
    return Column(column.label, width, partial(_shown, column), style)


def _shown(column: TableColumn, row: dict) -> str:
    return show_cell(column, row.get(column.code))


def _members(roster: tuple[TeamRoster, ...]) -> Iterator[tuple[int, TeamRoster, str, str]]:
    for number, team in enumerate(roster):
        for name, role in team.members or (("", ""),):
            yield number, team, name, role
