"""The overview as it is drawn, on the screen, in a workbook and on paper: one measure by unit, and all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reporting.queries.overview import Overview, OverviewLine, OverviewTotal, TrendPoint
from reporting.queries.overview_measures import Measure, measures, step, value
from teams.enums import Organization, TeamKind
from teams.models import Commune, Province

COUNTS = {
    "villages": "Thôn, tổ dân phố",
    "teams": "Tổ công nghệ số cộng đồng",
    **{kind.value: kind.label for kind in TeamKind if kind != TeamKind.VILLAGE_TEAM},
    "members": "Thành viên của tổ",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A measure of all units together; `change` in points of a percent, `told` (name, count) of what it is made of."""

    measure: Measure
    share: float | None
    change: float | None
    target: int
    told: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    label: str
    count: int
    change: int | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit by the chosen measure; `step` is its colour."""

    unit: Province | Commune
    share: float | None
    step: int | None
    part: int | None
    whole: int | None
    lacking: int | None
    change: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """The chosen measure on one day; `share` is None where that day does not tell it."""

    day: date
    share: float | None
    teams: int
    members: int


def cards(total: OverviewTotal, targets: dict[str, int], *, is_today: bool) -> list[Card]:
    return [
        Card(
            measure=each,
            share=each.share(total),
            change=each.change(total),
            target=targets[each.key],
            told=[(name, count) for name in each.told if (count := value(total, name)) is not None],
        )
        for each in measures(is_today=is_today)
    ]


def counts(total: OverviewTotal) -> list[Count]:
    return [Count(name, label, getattr(total.figures, name), total.change(name)) for name, label in COUNTS.items()]


def tiles(overview: Overview, measure: Measure, target: int) -> list[Tile]:
    """In the order of the units' codes, by which neighbours mostly stand together."""
    return [tile(line, measure, target) for line in sorted(overview.lines, key=lambda line: line.unit.pk)]


def tile(line: OverviewLine, measure: Measure, target: int) -> Tile:
    percent = measure.share(line)
    return Tile(
        unit=line.unit,
        share=percent,
        step=step(percent, target),
        part=measure.part(line),
        whole=value(line, measure.whole),
        lacking=measure.lacking(line),
        change=measure.change(line),
    )


ORDERS: dict[str, Callable[[Tile], float | None]] = {
    "ty-le": lambda tile: tile.share,
    "thieu": lambda tile: tile.lacking,
    "thay-doi": lambda tile: tile.change,
}


def ordered(found: list[Tile], order: str) -> list[Tile]:
    """By a key of ORDERS, "-" before it for the greatest first; by name for everything else. What is not known comes
    last."""
    by_name = sorted(found, key=lambda tile: (tile.unit.sort_key, tile.unit.pk))
    read = ORDERS.get(order.removeprefix("-"))
    if read is None:
        return by_name[::-1] if order == "-ten" else by_name
    known = [each for each in by_name if read(each) is not None]
    known.sort(key=read, reverse=order.startswith("-"))
    return known + [each for each in by_name if read(each) is None]


def points(trend: list[TrendPoint], total: OverviewTotal, measure: Measure, day: date) -> list[Point]:
    """The quarters that were kept, then the `total` of `day`."""
    past = [
        Point(each.day, measure.past_share(each.figures), each.figures.teams, each.figures.members) for each in trend
    ]
    return [*past, Point(day, measure.share(total), total.figures.teams, total.figures.members)]


def composition(total: OverviewTotal) -> list[tuple[Organization | None, int]]:
    """Members by where they come from, the most first; last, under None, those of whom it is not known."""
    known = sorted(total.figures.composition.items(), key=lambda each: -each[1])
    return [*known, (None, total.figures.members - sum(count for _, count in known))]
