"""The overview as files: a workbook at once, the paper by a job."""

from datetime import date
from typing import IO

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.numbers import format_int
from cdt_portal.lib.sheets import write_workbook
from reporting.layouts.overview import OverviewPaper, QuarterLine, ShareLine, UnitLine, overview_list, overview_sheets
from reporting.queries.overview import nation_overview, province_overview
from reporting.queries.overview_measures import MEASURES, WORDS, measures, targets_of
from reporting.queries.overview_page import Card, cards, composition, points
from teams.access import Scope
from teams.models import Province

COLUMNS = {"coverage": "Bao phủ", "trained": "Tập huấn", "guided": "Hộ hướng dẫn", "reported": "Báo cáo"}


def overview_paper(province: Province | None, day: date, *, scope: Scope, is_today: bool) -> OverviewPaper:
    """Of the province, or of all that the scope sees."""
    shown = province_overview(province, day) if province else nation_overview(scope, day)
    targets = targets_of(province, shown.household_target)
    told = measures(is_today=is_today)
    return OverviewPaper(
        name=province.name if province else "Cả nước",
        day=day,
        tells_phones=is_today,
        compared_on=shown.compared_on,
        shares=tuple(map(_share_line, cards(shown.total, targets, is_today=is_today))),
        units=tuple(
            UnitLine(line.unit.name, line.figures, tuple(each.share(line) for each in told)) for line in shown.lines
        ),
        quarters=tuple(
            QuarterLine(point.day, point.share, point.teams, point.members)
            for point in points(shown.trend, shown.total, MEASURES["coverage"], day)
        ),
        composition=tuple((each.label if each else "Chưa rõ", count) for each, count in composition(shown.total)),
    )


def _share_line(card: Card) -> ShareLine:
    told = ", ".join(f"{format_int(count)} {WORDS[name]}" for name, count in card.told)
    return ShareLine(
        label=card.measure.label,
        column=COLUMNS.get(card.measure.key, ""),
        share=card.share,
        change=card.change,
        target=card.target,
        told=told,
    )


def write_overview(target: IO[bytes], province: Province | None, day: date, *, scope: Scope, is_today: bool) -> None:
    write_workbook(target, overview_sheets(overview_paper(province, day, scope=scope, is_today=is_today)))


def overview_name(province: Province | None, day: date) -> str:
    return f"Tổng quan {province.name if province else 'cả nước'} {day:%d-%m-%Y}"


def ask_overview(*, province: Province | None, day: date, by: User) -> Job:
    return enqueue(
        kind="overview.paper",
        title=overview_name(province, day),
        args={"province": province.pk if province else "", "day": day.isoformat()},
        by=by,
        province=province.pk if province else "",
    )


def draw_overview(province: Province | None, day: date, *, scope: Scope, is_today: bool) -> bytes:
    """Drawn by WeasyPrint, which only workers load."""
    from cdt_portal.lib.documents.pdf import render_list

    return render_list(overview_list(overview_paper(province, day, scope=scope, is_today=is_today)))
