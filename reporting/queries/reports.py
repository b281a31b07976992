"""A report as its pages show it: what is owed, the editor's fields, what happened, what changed between versions."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, takewhile

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib import richtext
from cdt_portal.lib.documents.parts import Paragraph
from cdt_portal.lib.periods import spell_deadline
from reporting.access import campaigns_of
from reporting.answers import show, show_cell
from reporting.definition import Indicator, Kind, Severity
from reporting.enums import EDITABLE, OWED, CampaignState, ReportAction, ReportState
from reporting.figures import Answer, Finding, Line, Rates, ReportFigures
from reporting.models import Attachment, Campaign, Report, ReportSnapshot, ReportStep
from reporting.queries.campaigns import deadline
from reporting.queries.rates import RateLine, counted_reports, rate_lines, rates_of
from teams.access import Scope

TAGS: dict[str, str] = {  # how a state looks
    ReportState.NOT_STARTED: "tag-warn",
    ReportState.DRAFT: "tag-info",
    ReportState.AWAITING_APPROVAL: "tag-info",
    ReportState.SUBMITTED: "tag-good",
    ReportState.UNDER_REVIEW: "tag-good",
    ReportState.RETURNED: "tag-bad",
    ReportState.ACCEPTED: "tag-good",
    ReportState.LOCKED: "tag-plain",
}
NEXT = {  # what the page's one button says, by state
    ReportState.NOT_STARTED: "Bắt đầu soạn",
    ReportState.DRAFT: "Soạn tiếp",
    ReportState.RETURNED: "Sửa và nộp lại",
}


# What is owed --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report in the list. `due` is its deadline in words; `is_late`: it was not sent yet and the deadline is over."""

    report: Report
    due: str
    is_late: bool

    @property
    def is_owed(self) -> bool:
        return self.report.state in OWED

    @property
    def tag(self) -> str:
        return TAGS[self.report.state]

    @property
    def next(self) -> str:
        return NEXT.get(ReportState(self.report.state), "Xem")


def card_of(report: Report, now: datetime | None = None) -> ReportCard:
    due_at = deadline(report)
    late = report.first_submitted_at is None and (now or timezone.now()) >= due_at
    return ReportCard(report, spell_deadline(due_at), late)


def reports_of(scope: Scope) -> QuerySet[Report]:
    """Reports of campaigns that were opened, in scope, the latest deadline first."""
    reports = scope.narrow(Report.objects.filter(campaign__in=campaigns_of(scope)))
    return reports.select_related("campaign__letter", "commune").order_by("-campaign__commune_due_at", "-pk")


def still_owed(now: datetime | None = None) -> Q:
    """Reports that are not sent and can be: `services.states.is_open` asks the same of one report."""
    until_then = Q(reopened_until__gt=now or timezone.now())
    return Q(state__in=OWED) & (until_then | Q(reopened_until=None, campaign__state=CampaignState.OPEN))


def owed(scope: Scope) -> list[ReportCard]:
    """What the user's communes still owe, the most urgent first."""
    cards = [card_of(report) for report in reports_of(scope).filter(still_owed())]
    return sorted(cards, key=lambda card: deadline(card.report))


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the department's list: its rates over `asked` communes, so many of which `submitted`, and how many
    reports wait for whom."""

    campaign: Campaign
    due: str
    asked: int
    submitted: int
    rates: list[RateLine]
    waiting: int  # for the department: submitted or under review
    returned: int


def campaign_lines(campaigns: Iterable[Campaign]) -> list[CampaignLine]:
    """Two queries for all of them."""
    campaigns = list(campaigns)
    counts: dict[int, Counter] = defaultdict(Counter)
    rows = counted_reports(campaigns).values_list("campaign_id", "state").annotate(Count("pk"))
    for campaign_id, state, count in rows.order_by():
        counts[campaign_id][state] += count
    rates = rates_of(campaigns)
    return [_campaign_line(campaign, counts[campaign.pk], rates[campaign.pk]) for campaign in campaigns]


def _campaign_line(campaign: Campaign, count: Counter, rates: Rates) -> CampaignLine:
    return CampaignLine(
        campaign=campaign,
        due=spell_deadline(campaign.commune_due_at),
        asked=rates.asked,
        submitted=rates.submitted,
        rates=rate_lines(rates),
        waiting=count[ReportState.SUBMITTED] + count[ReportState.UNDER_REVIEW],
        returned=count[ReportState.RETURNED],
    )


# The editor ----------------------------------------------------------------------------------------------------------


Row = tuple[tuple[str, str, str], ...]  # of a table: (column code, label, cell)
ORIGINS = {  # where the portal has a figure from, as after "theo", by the first part of its source
    "register": "danh sách tổ",
    "teams": "số liệu các tổ",
    "training": "mục Tập huấn",
    "contest": "mục Cuộc thi",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One indicator on the page: its answers in words, a text's blocks, a table's rows; `reasons` why the department
    gave it back; `findings` what is wrong with it now."""

    line: Line
    shown: str
    computed: str
    previous: str
    blocks: tuple["TextBlock", ...]
    previous_blocks: tuple["TextBlock", ...]
    rows: tuple[Row, ...]
    previous_rows: tuple[Row, ...]
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def code(self) -> str:
        return self.line.indicator.code

    @property
    def kind(self) -> str:
        return self.line.indicator.kind

    @property
    def signs(self) -> tuple[Finding, ...]:
        """The findings to tell beside the field: that it is still empty is seen, and told at the side."""
        return () if self.line.is_empty else self.findings

    @property
    def asks_why(self) -> bool:
        """Another figure than the register's is explained; a list of documents explains itself."""
        return bool(self.line.indicator.source) and self.line.indicator.is_numeric

    @property
    def origin(self) -> str:
        """In words; "" of what the portal does not know by itself."""
        return ORIGINS.get(self.line.indicator.source.partition(".")[0], "")

    @property
    def empty_row(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((column.code, column.label, "") for column in self.line.indicator.columns)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Paragraphs of a text, or the items of one list of it without their dashes."""

    is_list: bool
    paragraphs: tuple[Paragraph, ...]


DASH = "- "


def blocks_of(html: str) -> tuple[TextBlock, ...]:
    """What a limited HTML text is made of, for a template to write."""
    grouped = groupby(richtext.parse(html), key=lambda paragraph: paragraph.runs[0].text.startswith(DASH))
    return tuple(
        TextBlock(is_list, tuple(_without_dash(each) if is_list else each for each in paragraphs))
        for is_list, paragraphs in grouped
    )


def _without_dash(paragraph: Paragraph) -> Paragraph:
    first, *others = paragraph.runs
    return Paragraph((replace(first, text=first.text.removeprefix(DASH)), *others))


@dataclass(frozen=True, slots=True)
class SectionPage:
    code: str
    heading: str
    level: int
    note: str
    fields: tuple[Field, ...]

    @property
    def asked(self) -> int:
        return len(self.fields)

    @property
    def filled(self) -> int:
        return sum(not field.line.is_empty for field in self.fields)


def sections_of(
    figures: ReportFigures, findings: Iterable[Finding] = (), reasons: Iterable[dict] = ()
) -> list[SectionPage]:
    """`reasons` are those of a step: [{"code", "text"}]."""
    told: dict[str, list[str]] = defaultdict(list)
    for reason in reasons:
        told[reason["code"]].append(reason["text"])
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.code].append(finding)
    return [
        SectionPage(
            code=section.code,
            heading=section.heading,
            level=section.level,
            note=section.note,
            fields=tuple(
                field_of(line, told[line.indicator.code], found[line.indicator.code]) for line in section.lines
            ),
        )
        for section in figures.sections
    ]


def field_of(line: Line, reasons: Iterable[str] = (), findings: Iterable[Finding] = ()) -> Field:
    indicator = line.indicator
    is_text, is_table = indicator.kind == Kind.TEXT, indicator.kind == Kind.TABLE
    return Field(
        line=line,
        shown=show(indicator, line.value),
        computed=show(indicator, line.computed),
        previous=show(indicator, line.previous),
        blocks=blocks_of(line.value or "") if is_text else (),
        previous_blocks=blocks_of(line.previous or "") if is_text else (),
        rows=_rows(indicator, line.value) if is_table else (),
        previous_rows=_rows(indicator, line.previous) if is_table else (),
        reasons=tuple(reasons),
        findings=tuple(findings),
    )


def _rows(indicator: Indicator, value: Answer) -> tuple[Row, ...]:
    return tuple(
        tuple((column.code, column.label, show_cell(column, row.get(column.code))) for column in indicator.columns)
        for row in (value or [])
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How ready a report is: what stands in its way, what is asked, how much of it is filled."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    filled: int
    asked: int


def standing_of(figures: ReportFigures, findings: Iterable[Finding]) -> Standing:
    findings = tuple(findings)
    lines = list(figures.lines())
    return Standing(
        errors=tuple(each for each in findings if each.severity == Severity.ERROR),
        warnings=tuple(each for each in findings if each.severity != Severity.ERROR),
        filled=sum(not line.is_empty for line in lines),
        asked=len(lines),
    )


# What happened -------------------------------------------------------------------------------------------------------


INSIDE = [ReportAction.START, ReportAction.ASK_APPROVAL, ReportAction.SEND_BACK]  # between officer and leader


def steps_of(report: Report, *, own: bool) -> list[ReportStep]:
    """Newest first; what the commune's people say to each other is for them."""
    steps = report.steps.select_related("by", "snapshot").order_by("-pk")
    return list(steps if own else steps.exclude(action__in=INSIDE))


def words_on(report: Report, steps: Iterable[ReportStep]) -> list[ReportStep]:
    """Why the report is with its commune again: the steps, newest first, that gave it back since it was last sent. The
    leader's word is answered when the report is put before them again; the department's when it is sent."""
    if report.state not in (*EDITABLE, ReportState.AWAITING_APPROVAL):
        return []
    given_back, words = {ReportAction.RETURN, ReportAction.SEND_BACK, ReportAction.REOPEN}, []
    for step in takewhile(lambda each: each.action != ReportAction.SUBMIT, steps):
        if step.action == ReportAction.ASK_APPROVAL:
            given_back.discard(ReportAction.SEND_BACK)
        if step.action in given_back:
            words.append(step)
    return words


def attachments_of(report: Report) -> QuerySet[Attachment]:
    """The files that go with the report now."""
    return Attachment.objects.filter(report=report, removed_at=None)


def latest_snapshot(report: Report) -> ReportSnapshot | None:
    return report.snapshots.select_related("made_by", "report__campaign").order_by("-number").first()
