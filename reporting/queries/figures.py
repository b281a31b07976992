"""What reports say: the register's figures of the cut-off, what the communes wrote over them, texts drafted from both.

The number of queries is the same for one report and for all of a campaign.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from cdt_portal.lib import richtext
from cdt_portal.lib.dates import format_date, official_date
from cdt_portal.lib.decisions import document_kind
from cdt_portal.lib.numbers import format_number
from reporting.answers import derive, document_text, read, show, with_about
from reporting.definition import Definition, Indicator, Kind, Severity, parse
from reporting.definition.templates import PLACE
from reporting.figures import Answer, Finding, Line, Paper, ReportFigures, SectionFigures, TeamRoster, from_json
from reporting.models import Attachment, Campaign, Report, ReportAnswer, ReportSnapshot
from reporting.queries.checks import broken, is_number
from reporting.queries.rosters import rosters
from reporting.queries.sources import answer_of, compute, source_of, teams_door, whole_of
from reporting.queries.team_figures import cut_off
from reporting.queries.team_sources import TEAMS, Drawn, drawn_on
from teams.figures import PaperHead
from teams.models import Commune
from teams.queries.letterheads import DEPARTMENT, in_sentence, letterheads_of
from teams.queries.units import unit_words

UNKNOWN = "…"  # in a drafted sentence, for what is not reported yet
TRAINING = {"classes_attended": "training.classes", "people_trained": "training.attended"}  # word -> source
PERIODIC = "chế độ báo cáo định kỳ"


def report_figures(report: Report, *, roster: bool = False) -> ReportFigures:
    """The report as it stands now; with `roster` the teams of its appendix too, if its form has one."""
    return reports_figures([report], roster=roster)[0]


def frozen_figures(snapshot: ReportSnapshot) -> ReportFigures:
    """What was submitted, as it was submitted."""
    return from_json(snapshot.content | {"roster": snapshot.roster})


def reports_figures(reports: Iterable[Report], *, roster: bool = False) -> list[ReportFigures]:
    """As `report_figures`, for many, in their order."""
    reports = list(reports)
    campaigns = Campaign.objects.select_related("province", "letter", "form_version", "period").in_bulk(
        {report.campaign_id for report in reports}
    )
    by_campaign: dict[int, list[Report]] = defaultdict(list)
    for report in reports:
        by_campaign[report.campaign_id].append(report)
    found: dict[int, ReportFigures] = {}
    for pk, asked in by_campaign.items():
        found |= _of_campaign(campaigns[pk], asked, roster=roster)
    return [found[report.pk] for report in reports]


def _of_campaign(campaign: Campaign, reports: list[Report], *, roster: bool) -> dict[int, ReportFigures]:
    definition = parse(campaign.form_version.definition)
    codes = [report.commune_id for report in reports]
    communes = Commune.objects.in_bulk(codes)
    day = cut_off(campaign)
    computed, drawn = compute(campaign, codes, day=day), drawn_on(campaign)
    stored: dict[int, dict[str, ReportAnswer]] = defaultdict(dict)
    for answer in ReportAnswer.objects.filter(report__in=reports):
        stored[answer.report_id][answer.code] = answer
    files: dict[int, list[str]] = defaultdict(list)
    kept = Attachment.objects.filter(report__in=reports, removed_at=None).order_by("pk")
    for pk, name in kept.values_list("report_id", "name"):
        files[pk].append(name)
    previous = _previous(campaign, codes)
    heads, units = letterheads_of(communes.values()), unit_words(codes, day)
    teams = rosters(codes, day) if roster and definition.roster_appendix else {}
    found = {}
    for report in reports:
        code = report.commune_id
        writer = _Writer(
            definition=definition,
            campaign=campaign,
            day=day,
            commune=communes[code],
            words=words_of(campaign, communes[code], units[code], day) | training_words(computed[code]),
            sources=computed[code],
            drawn=drawn,
            stored=stored[report.pk],
            previous=previous.get(code, {}),
            head=heads[code],
        )
        found[report.pk] = writer.figures(files[report.pk], teams.get(code, ()))
    return found


def _previous(campaign: Campaign, codes: list[str]) -> dict[str, dict[str, Answer]]:
    """Commune -> what it last submitted in the campaign before, by code."""
    if campaign.previous_id is None:
        return {}
    latest = ReportSnapshot.objects.filter(report__campaign_id=campaign.previous_id, commune_id__in=codes)
    latest = latest.order_by("report_id", "-number").distinct("report_id")
    return {
        code: {line.indicator.code: line.value for line in from_json(content).lines()}
        for code, content in latest.values_list("commune_id", "content")
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes one report's figures of what was read for it; asks the database nothing."""

    definition: Definition
    campaign: Campaign
    day: date
    commune: Commune
    words: dict[str, str]
    sources: dict[str, Answer]
    drawn: Drawn
    stored: dict[str, ReportAnswer]
    previous: dict[str, Answer]
    head: PaperHead

    def figures(self, attachments: list[str], roster: tuple[TeamRoster, ...]) -> ReportFigures:
        computed = self.computed()
        values = computed | {
            code: answer.value for code, answer in self.stored.items() if code in self.definition.by_code
        }
        values = derive(self.definition, values)
        for indicator in self.definition.indicators():
            if indicator.draft and indicator.code not in self.stored:
                computed[indicator.code] = values[indicator.code] = self.drafted(indicator, values)
        sections = (
            SectionFigures(
                code=section.code,
                heading=section.heading,
                level=section.level,
                lines=tuple(self.line(indicator, values, computed) for indicator in section.indicators),
                note=section.note,
            )
            for section in self.definition.sections
        )
        return ReportFigures(
            commune_code=self.commune.pk,
            commune=self.commune.name,
            campaign=self.campaign.title,
            as_of=self.day,
            sections=tuple(sections),
            paper=self.paper(values),
            attachments=tuple(attachments),
            roster=roster,
            checks=self.definition.checks,
            teams_asked=self.teams("asked"),
            teams_reported=self.teams("reported"),
        )

    def teams(self, count: str) -> int:
        is_asked = any(indicator.source.startswith(TEAMS) for indicator in self.definition.indicators())
        return self.sources.get(f"{TEAMS}{count}") or 0 if is_asked else 0

    def computed(self) -> dict[str, Answer]:
        return {
            indicator.code: as_asked(indicator, answer_of(indicator, self.sources))
            for indicator in self.definition.indicators()
            if indicator.source
        }

    def line(self, indicator: Indicator, values: dict[str, Answer], computed: dict[str, Answer]) -> Line:
        code, answer, source = indicator.code, self.stored.get(indicator.code), source_of(indicator.source)
        periods, commune = self.drawn.behind(indicator), self.commune.pk
        return Line(
            indicator=replace(indicator, line=self.filled(indicator.line, values)),
            value=values.get(code),
            computed=computed.get(code),
            note=answer.note if answer else "",
            previous=self.previous.get(code),
            whole=self.whole(indicator, values),
            periods=tuple(period.name for period in periods),
            door=(source.door(commune, self.campaign) or teams_door(commune, periods)) if source else "",
            version=answer.version if answer else 0,
            saved_at=f"{timezone.localtime(answer.updated_at):%H:%M %d/%m/%Y}" if answer else "",
        )

    def whole(self, indicator: Indicator, values: dict[str, Answer]) -> Answer:
        """Of a rate that the commune wrote over the teams', the number in its report is the whole."""
        if indicator.kind != Kind.RATE or not indicator.source.startswith(TEAMS):
            return None
        if indicator.code not in self.stored:
            return whole_of(indicator, self.sources)
        column = self.drawn.form.by_code.get(indicator.source.removeprefix(TEAMS))
        source = f"{TEAMS}{column.rate_over}" if column else ""
        return next((values.get(each.code) for each in self.definition.indicators() if each.source == source), None)

    def drafted(self, indicator: Indicator, values: dict[str, Answer]) -> str | None:
        """Without the lines that would speak of unknown figures alone."""
        lines = (line for line in indicator.draft.split("\n") if self.is_known(line, values))
        return richtext.from_text(self.filled("\n".join(lines), values)) or None

    def is_known(self, template: str, values: dict[str, Answer]) -> bool:
        figures = [code for code in PLACE.findall(template) if code in self.definition.by_code or code in TRAINING]
        return not figures or any(self.words.get(code, values.get(code)) not in (None, "", UNKNOWN) for code in figures)

    def filled(self, template: str, values: dict[str, Answer]) -> str:
        """The template with the campaign's words and the answers, "…" for one that is not reported. Other places, as
        a line's own {value}, stay."""

        def word(found: re.Match[str]) -> str:
            code = found[1]
            if code in self.definition.by_code:
                return show(self.definition.by_code[code], values.get(code)) or UNKNOWN
            return self.words.get(code, found[0])

        return PLACE.sub(word, template)

    def paper(self, values: dict[str, Answer]) -> Paper:
        head, letter, province = self.head, self.campaign.letter, self.campaign.province
        return Paper(
            issuer_parent=head.parent,
            issuer=head.name,
            symbol=f"BC-{head.symbol}",
            place=head.place,
            title=self.definition.title,
            subject=self.filled(self.definition.subject, values),
            addressees=(letter.issuer if letter else f"{DEPARTMENT} {in_sentence(province.name)}",),
            opening=self.filled(self.definition.opening, values),
            signer_titles=head.signer_titles,
            signer_name=head.signer_name,
            recipients=head.recipients,
            roster_appendix=self.definition.roster_appendix,
        )


def words_of(campaign: Campaign, commune: Commune, units: str, day: date) -> dict[str, str]:
    """The words of `definition.FORM_WORDS` for templates, but for those of `training_words`."""
    return {
        "commune": in_sentence(commune.name),
        "period": campaign.period.name if campaign.period else "",
        "cutoff": format_date(day),
        "basis": basis(campaign),
        "units": units,
    }


def training_words(answers: dict[str, Answer]) -> dict[str, str]:
    counts = ((word, answers.get(source)) for word, source in TRAINING.items())
    return {word: format_number(count) if is_number(count) else UNKNOWN for word, count in counts}


def basis(campaign: Campaign) -> str:
    """What the report answers, as papers cite it."""
    letter = campaign.letter
    if letter is None:
        return PERIODIC
    name = f"{letter.number}/{letter.symbol}" if letter.symbol else letter.number
    kind = document_kind(letter.raw_text, letter.symbol) or "Công văn"
    cited = f"{kind} số {name}" if letter.number else letter.raw_text
    day = f" ngày {official_date(letter.issued_on)}" if letter.number and letter.issued_on else ""
    return f"{cited}{day} của {letter.issuer} {with_about(letter.subject)}"


def as_asked(indicator: Indicator, answer: Answer) -> Answer:
    """A source's answer in the kind that the indicator asks for: a table has the form's columns alone; of listed
    documents a text has the sentences and a decision the latest."""
    if not isinstance(answer, list):
        return answer
    if indicator.kind == Kind.TABLE:
        return [{column.code: row.get(column.code, "") for column in indicator.columns} for row in answer]
    if indicator.kind == Kind.TEXT:
        return richtext.from_text("; ".join(map(document_text, answer)))
    latest = max(answer, key=lambda row: row["date"])
    return read(indicator, document_text(latest))


def checks_of(figures: ReportFigures) -> list[Finding]:
    """What is missing, contradicts itself, differs from the register without a word, or jumped; in the form's order."""
    lines = {line.indicator.code: line for line in figures.lines()}
    found = [finding for line in lines.values() for finding in _line_findings(line)]
    return found + [finding for check in figures.checks if (finding := broken(check, lines))]


def _line_findings(line: Line) -> Iterator[Finding]:
    indicator = line.indicator
    if indicator.required and line.is_empty:
        yield Finding(indicator.code, Severity.ERROR, f"Chưa có “{indicator.label}”.")
    elif indicator.is_numeric and line.is_overridden and not line.note:  # lists and texts are there to be completed
        computed = show(indicator, line.computed) or "chưa có"
        text = f"“{indicator.label}” khác với số liệu trên hệ thống ({computed}). Hãy ghi lý do."
        yield Finding(indicator.code, Severity.ERROR, text)
    elif indicator.draft and UNKNOWN in str(line.value):
        yield Finding(indicator.code, Severity.WARNING, f"“{indicator.label}” còn chỗ trống ({UNKNOWN}).")
