"""A province's report as a workbook: a row a commune, the sections as headings above their columns; the texts apart."""

from collections.abc import Callable
from functools import partial
from typing import IO, Any

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.sheets import CENTER, TEXT, Column, Sheet, Style, Totals, style_of, write_workbook
from reporting.answers import show, show_cell, shown_figure
from reporting.definition import Column as TableColumn
from reporting.definition import Definition, Indicator, Kind
from reporting.figures import CommuneRow, ProvinceFigures, Total

RATE = Style("right", "0.0#")
STYLES = {Kind.RATE: RATE, Kind.DATE: CENTER, Kind.CHOICE: CENTER}
WIDTHS = {Kind.NUMBER: 14.0, Kind.RATE: 14.0, Kind.DATE: 14.0, Kind.CHOICE: 16.0}
TABLE_WIDTHS = {Kind.NUMBER: 14.0, Kind.DATE: 16.0}
ON_TIME = {True: "Đúng hạn", False: "Trễ hạn", None: ""}


def write_province_sheets(target: IO[bytes], figures: ProvinceFigures, definition: Definition) -> None:
    asked = len(figures.rows)
    titles = (
        figures.campaign,
        f"{figures.province}, số liệu đến hết ngày {format_date(figures.as_of)}, "
        f"{figures.counted}/{asked} đơn vị đã báo cáo",
    )
    columns = _columns(definition, figures)
    sheets: list[tuple[Sheet, Any]] = [(Sheet("Tổng hợp", columns, titles, Totals(_last_rows(figures))), figures.rows)]
    sheets += [
        (Sheet(indicator.label, _table_columns(indicator, rows), (indicator.label, titles[1])), rows)
        for indicator in definition.indicators()
        if indicator.kind == Kind.TABLE and (rows := table_rows(figures, indicator))
    ]
    texts = [
        (section.heading, indicator, row)
        for section in definition.sections
        for indicator in section.indicators
        if indicator.kind == Kind.TEXT
        for row in figures.rows
        if indicator.code in row.answers
    ]
    write_workbook(target, [*sheets, (Sheet("Nội dung", TEXT_COLUMNS, titles), texts)] if texts else sheets)


def table_rows(figures: ProvinceFigures, indicator: Indicator) -> list[tuple[CommuneRow, dict]]:
    """The rows of all communes' tables in one, each with its commune."""
    answers = ((row, row.answers.get(indicator.code)) for row in figures.rows)
    return [(row, cells) for row, answer in answers if isinstance(answer, list) for cells in answer]


def _table_columns(indicator: Indicator, rows: list[tuple[CommuneRow, dict]]) -> list[Column]:
    return [
        Column("TT", 6, None, CENTER),
        Column("Đơn vị", 30, lambda each: each[0].name, block=lambda each: each[0].code),
        *(
            Column(each.label, TABLE_WIDTHS.get(each.kind, 44.0), partial(_cell, each), _cell_style(each, rows))
            for each in indicator.columns
        ),
    ]


def _cell_style(column: TableColumn, rows: list[tuple[CommuneRow, dict]]) -> Style:
    if column.kind == Kind.NUMBER:
        return style_of(cells.get(column.code) for _, cells in rows)
    return STYLES.get(column.kind, TEXT)


def _cell(column: TableColumn, each: tuple[CommuneRow, dict]) -> object:
    value = each[1].get(column.code)
    return value if column.kind == Kind.NUMBER else show_cell(column, value)


TEXT_COLUMNS = (
    Column("TT", 6, None, CENTER),
    Column("Mục", 30, lambda each: each[0], block=lambda each: each[0]),
    Column("Nội dung được hỏi", 30, lambda each: each[1].label, block=lambda each: each[1].code),
    Column("Đơn vị", 24, lambda each: each[2].name),
    Column("Nội dung", 90, lambda each: show(each[1], each[2].answers[each[1].code])),
)


def _columns(definition: Definition, figures: ProvinceFigures) -> list[Column]:
    left = [
        Column("TT", 6, None, CENTER),
        Column("Đơn vị", 30, lambda row: row.name),
        Column("Tình trạng", 13, lambda row: row.state, CENTER),
        Column("Đúng hạn", 12, lambda row: ON_TIME[row.on_time], CENTER),
    ]
    return left + [
        Column(
            _heading(indicator),
            WIDTHS.get(indicator.kind, 30.0),
            _value(indicator),
            _style(indicator, figures),
            group=section.heading,
        )
        for section in definition.sections
        for indicator in section.indicators
        if indicator.kind != Kind.TEXT
    ]


def _style(indicator: Indicator, figures: ProvinceFigures) -> Style:
    if indicator.kind == Kind.NUMBER:
        return style_of(_figure(indicator, row) for row in figures.rows)
    return STYLES.get(indicator.kind, TEXT)


def _heading(indicator: Indicator) -> str:
    unit = indicator.unit or ("%" if indicator.kind == Kind.RATE else "")
    return f"{indicator.label} ({unit})" if unit else indicator.label


def _value(indicator: Indicator) -> Callable[[CommuneRow], object]:
    return partial(_figure if indicator.is_numeric else _words, indicator)


def _figure(indicator: Indicator, row: CommuneRow) -> object:
    return shown_figure(indicator, row.answers.get(indicator.code))


def _words(indicator: Indicator, row: CommuneRow) -> str:
    return show(indicator, row.answers.get(indicator.code))


def _last_rows(figures: ProvinceFigures) -> tuple[list[object], list[object]]:
    """Sums, rates and counts of choices below their columns, and below them how many told."""
    shown = [total for total in figures.totals if total.indicator.kind != Kind.TEXT]
    sums = ["", "TỔNG", "", "", *(_sum(total) for total in shown)]
    told = [f"{total.reported}/{total.asked}" for total in shown]
    return sums, ["", "Đã báo cáo", f"{figures.counted}/{len(figures.rows)}", "", *told]


def _sum(total: Total) -> object:
    counts = "; ".join(f"{choice}: {count}" for choice, count in total.counts)
    return counts or shown_figure(total.indicator, total.value)
