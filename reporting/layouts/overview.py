"""The overview as a workbook, and as a list on paper: A4, shares as bars, the same figures in tables."""

from dataclasses import dataclass
from datetime import date

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.documents.parts import Appendix, Bar, Bars, Block, Cell, Heading, Table
from cdt_portal.lib.numbers import format_int, format_rate, rounded_rate
from cdt_portal.lib.sheets import CENTER, DATE, NUMBER, Column, Sheet, Style
from teams.figures import RosterFigures

RATE = Style("right", "0.0")
COUNTS = {
    "villages": "Thôn, tổ dân phố",
    "covered": "Đã có tổ",
    "teams": "Tổ",
    "without_leader": "Chưa có tổ trưởng",
    "without_deputy": "Chưa có tổ phó",
    "without_decision": "Chưa có quyết định",
    "below_norm": "Ít hơn mức quy định",
    "without_members": "Chưa có thành viên",
    "members": "Thành viên",
    "without_phone": "Thiếu số điện thoại",
    "rapid_response": "Đội phản ứng nhanh",
    "steering_team": "Tổ chỉ đạo",
    "steering_committee": "Ban chỉ đạo",
}
ON_PAPER = ("villages", "covered", "teams", "without_leader", "without_decision", "members")


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A measure of all units together: percent, its change in points since the last quarter, the target in percent.
    `column` is its heading in the table of units on paper, "" where it has no room there."""

    label: str
    column: str
    share: float | None
    change: float | None
    target: int
    told: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """`shares` are in the order of `OverviewPaper.shares`."""

    name: str
    figures: RosterFigures
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class QuarterLine:
    day: date
    coverage: float | None
    teams: int
    members: int


@dataclass(frozen=True, slots=True)
class OverviewPaper:
    """`name` is the province's or "Cả nước"; phones are not told of a past day."""

    name: str
    day: date
    tells_phones: bool
    compared_on: date | None
    shares: tuple[ShareLine, ...]
    units: tuple[UnitLine, ...]
    quarters: tuple[QuarterLine, ...]
    composition: tuple[tuple[str, int], ...]

    @property
    def title(self) -> str:
        return f"Tổng quan Tổ công nghệ số cộng đồng – {self.name}"

    @property
    def subtitle(self) -> str:
        compared = f"; so với ngày {format_date(self.compared_on)}" if self.compared_on else ""
        return f"Số liệu ngày {format_date(self.day)}{compared}"


def overview_sheets(paper: OverviewPaper) -> list[tuple[Sheet, object]]:
    titles = (paper.title, paper.subtitle)
    return [
        (Sheet("Tổng quan", SHARE_COLUMNS, titles), paper.shares),
        (Sheet("Theo đơn vị", _unit_columns(paper), titles), paper.units),
        (Sheet("Diễn biến", QUARTER_COLUMNS, titles), paper.quarters),
        (Sheet("Thành phần", COMPOSITION_COLUMNS, titles), paper.composition),
    ]


SHARE_COLUMNS = (
    Column("Chỉ số", 36, lambda each: each.label),
    Column("Tỷ lệ (%)", 12, lambda each: _rate(each.share), RATE),
    Column("Thay đổi (điểm %)", 14, lambda each: None if each.change is None else round(each.change, 1), RATE),
    Column("Mục tiêu (%)", 12, lambda each: each.target, NUMBER),
    Column("Gồm", 60, lambda each: each.told),
)
QUARTER_COLUMNS = (
    Column("Ngày", 14, lambda each: each.day, DATE),
    Column("Bao phủ (%)", 14, lambda each: _rate(each.coverage), RATE),
    Column("Tổ", 12, lambda each: each.teams, NUMBER),
    Column("Thành viên", 14, lambda each: each.members, NUMBER),
)
COMPOSITION_COLUMNS = (
    Column("Thành phần", 36, lambda each: each[0]),
    Column("Số người", 14, lambda each: each[1], NUMBER),
)


def _unit_columns(paper: OverviewPaper) -> tuple[Column, ...]:
    names = [name for name in COUNTS if paper.tells_phones or name != "without_phone"]
    return (
        Column("TT", 6, None, CENTER),
        Column("Đơn vị", 28, lambda each: each.name),
        *(Column(COUNTS[name], 12, lambda each, name=name: getattr(each.figures, name), NUMBER) for name in names),
        *(
            Column(f"{line.label} (%)", 14, lambda each, at=at: _rate(each.shares[at]), RATE)
            for at, line in enumerate(paper.shares)
        ),
    )


def _rate(percent: float | None) -> float | None:
    return None if percent is None else float(rounded_rate(percent, 1))


def overview_list(paper: OverviewPaper) -> Appendix:
    blocks: list[Block] = [
        Heading(2, "1. Các tỷ lệ và mục tiêu"),
        Bars(tuple(Bar(each.label, each.share, _said(each), each.target) for each in paper.shares)),
        Heading(2, "2. Diễn biến bao phủ"),
        Bars(tuple(Bar(format_date(each.day), each.coverage, _shown(each.coverage)) for each in paper.quarters)),
        Heading(2, "3. Thành phần của thành viên"),
        Bars(_composition_bars(paper)),
        Heading(2, "4. Theo đơn vị"),
        _unit_table(paper),
    ]
    title = f"Tổ công nghệ số cộng đồng\n{paper.name}"
    return Appendix("Tổng quan", title, f"({paper.subtitle})", tuple(blocks), landscape=True)


def _said(line: ShareLine) -> str:
    change = "" if line.change is None else f" ({change_text(line.change)})"
    return f"{_shown(line.share)}{change}, mục tiêu {line.target}%"


def change_text(points: float) -> str:
    """ "+1,2 điểm", "không đổi"."""
    near = round(points, 1)
    return f"{near:+.1f}".replace(".", ",") + " điểm" if near else "không đổi"


def _shown(percent: float | None) -> str:
    return "–" if percent is None else format_rate(percent, 1)


def _composition_bars(paper: OverviewPaper) -> tuple[Bar, ...]:
    whole = sum(count for _, count in paper.composition)
    shares = [(label, count, 100 * count / whole if whole else None) for label, count in paper.composition]
    return tuple(Bar(label, percent, f"{format_int(count)} ({_shown(percent)})") for label, count, percent in shares)


def _unit_table(paper: OverviewPaper) -> Table:
    told = [(at, line.column) for at, line in enumerate(paper.shares) if line.column]
    head = ("TT", "Đơn vị", *(COUNTS[name] for name in ON_PAPER), *(column for _, column in told))
    body = tuple(
        (
            str(number),
            unit.name,
            *(format_int(getattr(unit.figures, name)) for name in ON_PAPER),
            *(_shown(unit.shares[at]) for at, _ in told),
        )
        for number, unit in enumerate(paper.units, start=1)
    )
    widths = (6, 24, *(9 for _ in ON_PAPER), *(9 for _ in told))
    return Table((tuple(Cell(text) for text in head),), body, widths, "cl" + "r" * (len(head) - 2))
