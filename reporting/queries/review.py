"""What awaits the department: reports by risk, one beside the figures of the period before, words that are used again.

The number of queries is the same for one report and for all of a province.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cdt_portal.lib.numbers import format_number
from cdt_portal.lib.periods import spell_deadline
from reporting.answers import show
from reporting.enums import OWED, ReportAction, ReportState
from reporting.figures import Finding, Line, ReportFigures
from reporting.models import Report, ReportSnapshot, ReportStep
from reporting.queries.campaigns import deadline
from reporting.queries.checks import is_number
from reporting.queries.figures import checks_of
from reporting.queries.rates import EXISTED
from reporting.queries.reports import Field, field_of
from teams.models import Province
from teams.queries.rosters import last_change

WAITING = [ReportState.SUBMITTED, ReportState.UNDER_REVIEW]
BIG_JUMP = 50  # percent up or down against the period before, from which a reviewer is asked to look


@dataclass(frozen=True, slots=True)
class Weight:
    """What asks for a look in a submission: `findings` of its form, `jumps` of other figures, which moved by BIG_JUMP
    percent or more, and how many figures the commune wrote over the portal's."""

    findings: int
    jumps: int
    overridden: int


def weigh(figures: ReportFigures) -> Weight:
    told = [finding.code for finding in checks_of(figures)]
    lines = list(figures.lines())
    return Weight(
        findings=len(told),
        jumps=sum(line.indicator.code not in told and jumps_far(line) for line in lines),
        overridden=sum(line.indicator.is_numeric and line.is_overridden for line in lines),
    )


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A report that waits. `snapshot` is what stands of it, with its Weight in its columns. `is_early`: it was sent
    before the day that it speaks of was over."""

    report: Report
    snapshot: ReportSnapshot
    is_early: bool

    @property
    def risk(self) -> int:
        """How many things there are to look at."""
        figures = self.snapshot.findings + self.snapshot.jumps + self.snapshot.overridden
        return figures + self.report.returns + (self.report.on_time is False) + self.is_early

    @property
    def is_clean(self) -> bool:
        """Nothing about it asks for a look, and nobody is looking at it."""
        return not self.risk and self.report.state == ReportState.SUBMITTED


def waiting_reports(province: Province, campaign: int | None = None) -> QuerySet[Report]:
    """Of communes that count: a report of one that had ended before the cut-off is in no list of its campaign."""
    reports = Report.objects.filter(EXISTED, province=province, state__in=WAITING)
    return reports.filter(campaign=campaign) if campaign else reports


def queue(reports: QuerySet[Report]) -> list[QueueRow]:
    """The riskiest first; of the same risk who was sent first. One query, which reads nothing of what reports say."""
    latest = ReportSnapshot.objects.filter(report__in=reports).order_by("report_id", "-number").distinct("report_id")
    snapshots = latest.select_related("report__campaign", "report__commune").defer("content", "roster")
    rows = [_queue_row(snapshot) for snapshot in snapshots]
    return sorted(rows, key=lambda row: (-row.risk, row.report.submitted_at, row.report.pk))


def _queue_row(snapshot: ReportSnapshot) -> QueueRow:
    report = snapshot.report
    return QueueRow(report, snapshot, is_early=timezone.localdate(report.submitted_at) <= snapshot.as_of)


def change_of(line: Line) -> float | None:
    """By how many percent the figure moved; None where there is nothing to compare."""
    before, now = line.previous, line.value
    return 100 * (now - before) / before if is_number(before) and is_number(now) and before else None


def jumps_far(line: Line) -> bool:
    """Of what was given: a figure that is worked out from others moves with them."""
    change = change_of(line)
    return change is not None and abs(change) >= BIG_JUMP and not line.indicator.is_derived


# One report ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One indicator as sent beside the period before; `change` in words, "" where there is none to tell; `remark` is
    what the reviewer typed about it when the return was refused."""

    field: Field
    change: str
    is_far: bool
    remark: str = ""

    @property
    def is_changed(self) -> bool:
        return self.field.line.value != self.field.line.previous


@dataclass(frozen=True, slots=True)
class ReviewSection:
    code: str
    heading: str
    level: int
    lines: tuple[ReviewLine, ...]


def review_sections(
    figures: ReportFigures, findings: Iterable[Finding], remarks: Mapping[str, str]
) -> list[ReviewSection]:
    """`remarks` are by indicator code."""
    findings = list(findings)
    return [
        ReviewSection(
            section.code,
            section.heading,
            section.level,
            tuple(_review_line(line, findings, remarks.get(line.indicator.code, "")) for line in section.lines),
        )
        for section in figures.sections
    ]


def _review_line(line: Line, findings: list[Finding], remark: str) -> ReviewLine:
    own = [finding for finding in findings if finding.code == line.indicator.code]
    return ReviewLine(field_of(line, findings=own), _change_in_words(line), jumps_far(line), remark)


def _change_in_words(line: Line) -> str:
    """ "+360 (+33,3%)"; of words only that they differ."""
    before, now = line.previous, line.value
    if before is None or before == now:
        return ""
    if not (is_number(before) and is_number(now)):
        return "khác kỳ trước"
    sign = "+" if now > before else "−"
    change = change_of(line)
    share = f" ({sign}{format_number(abs(change))}%)" if change is not None else ""
    return f"{sign}{show(line.indicator, abs(now - before))}{share}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a report came back once: in general and by indicator."""

    step: ReportStep
    reasons: tuple[tuple[str, str], ...]  # (label, text)


def returns_of(steps: Iterable[ReportStep], figures: ReportFigures) -> list[Remark]:
    """Earlier returns, newest first."""
    labels = {line.indicator.code: line.indicator.label for line in figures.lines()}
    return [
        Remark(step, tuple((labels.get(each["code"], each["code"]), each["text"]) for each in step.reasons))
        for step in steps
        if step.action == ReportAction.RETURN
    ]


def taken_by(steps: Iterable[ReportStep]) -> ReportStep | None:
    """Who began with it, of the report's steps, newest first."""
    return next((step for step in steps if step.action == ReportAction.TAKE), None)


def moved_on(report: Report) -> str:
    """Who changed the report since a page showed it, when, and how it stands."""
    who, at = last_change(report)
    stands = f"“{report.get_state_display()}”"
    if report.reopened_until:
        stands += f", mở lại đến {spell_deadline(report.reopened_until)}"
    elif report.state in OWED:
        stands += f", hạn nộp: {spell_deadline(deadline(report))}"
    return f"{who or 'Hệ thống'} vừa thay đổi báo cáo này lúc {at:%H:%M %d/%m/%Y}, nay ở trạng thái {stands}."


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a report stands in its queue; the ids of those before and after it."""

    before: int | None
    after: int | None


def neighbours(rows: list[QueueRow], pk: int) -> Neighbours:
    """Of a report that left the queue the one to go on with is the first."""
    ids = [row.report.pk for row in rows]
    if pk not in ids:
        return Neighbours(None, ids[0] if ids else None)
    at = ids.index(pk)
    return Neighbours(ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
