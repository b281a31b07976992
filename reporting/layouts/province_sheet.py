"""A province's report as a workbook: a row a commune, the sections as headings above their columns; the texts apart."""

from collections.abc import Callable
from functools import partial
from typing import IO

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.sheets import CENTER, NUMBER, TEXT, Column, Sheet, Style, Totals, write_workbook
from reporting.answers import show
from reporting.definition import Definition, Indicator, Kind
from reporting.figures import CommuneRow, ProvinceFigures, Total

RATE = Style("right", "0.0#")
STYLES = {Kind.NUMBER: NUMBER, Kind.RATE: RATE, Kind.DATE: CENTER, Kind.CHOICE: CENTER}
WIDTHS = {Kind.NUMBER: 14.0, Kind.RATE: 14.0, Kind.DATE: 14.0, Kind.CHOICE: 16.0}
ON_TIME = {True: "Đúng hạn", False: "Trễ hạn", None: ""}


def write_province_sheets(target: IO[bytes], figures: ProvinceFigures, definition: Definition) -> None:
    asked = len(figures.rows)
    titles = (
        figures.campaign,
        f"{figures.province}, số liệu đến hết ngày {format_date(figures.as_of)}, "
        f"{asked - len(figures.missing)}/{asked} đơn vị đã báo cáo",
    )
    columns = _columns(definition)
    sheets = [(Sheet("Tổng hợp", columns, titles, Totals(_totals(figures, definition))), figures.rows)]
    texts = [
        (section.heading, indicator, row)
        for section in definition.sections
        for indicator in section.indicators
        if indicator.kind == Kind.TEXT
        for row in figures.rows
        if indicator.code in row.answers
    ]
    write_workbook(target, [*sheets, (Sheet("Nội dung", TEXT_COLUMNS, titles), texts)] if texts else sheets)


TEXT_COLUMNS = (
    Column("TT", 6, None, CENTER),
    Column("Mục", 30, lambda each: each[0], block=lambda each: each[0]),
    Column("Nội dung được hỏi", 30, lambda each: each[1].label, block=lambda each: each[1].code),
    Column("Đơn vị", 24, lambda each: each[2].name),
    Column("Nội dung", 90, lambda each: show(each[1], each[2].answers[each[1].code])),
)


def _columns(definition: Definition) -> list[Column]:
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
            STYLES.get(indicator.kind, TEXT),
            group=section.heading,
        )
        for section in definition.sections
        for indicator in section.indicators
        if indicator.kind != Kind.TEXT
    ]


def _heading(indicator: Indicator) -> str:
    unit = indicator.unit or ("%" if indicator.kind == Kind.RATE else "")
    return f"{indicator.label} ({unit})" if unit else indicator.label


def _value(indicator: Indicator) -> Callable[[CommuneRow], object]:
    return partial(_figure if indicator.is_numeric else _words, indicator)


def _figure(indicator: Indicator, row: CommuneRow) -> object:
    return row.answers.get(indicator.code)


def _words(indicator: Indicator, row: CommuneRow) -> str:
    return show(indicator, row.answers.get(indicator.code))


def _totals(figures: ProvinceFigures, definition: Definition) -> list[object]:
    """Sums and rates below their columns; where nothing is to be summed, how many told."""
    asked = len(figures.rows)
    left: list[object] = ["", "TỔNG", f"{asked - len(figures.missing)}/{asked}", ""]
    shown = [total for total in figures.totals if total.indicator.kind != Kind.TEXT]
    return left + [total.value if total.indicator.is_numeric else _told(total) for total in shown]


def _told(total: Total) -> str:
    counts = "\n".join(f"{choice}: {count}" for choice, count in total.counts)
    return counts or f"{total.reported}/{total.asked}"
