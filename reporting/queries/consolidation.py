"""A campaign added up for its province: whose report counts, the totals, what changed since they were taken.

A commune's report counts when it stands sent: submitted, under review, accepted or locked, as its latest snapshot says.
One that was returned, withdrawn or reopened is being written again and does not count until it is sent anew; what was
accepted counts again from the moment to which it was reopened.
Only communes count that the campaign addresses and that exist on its cut-off.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.text import fold
from reporting.answers import add_up, is_empty, rate_of_sums
from reporting.definition import Definition, Indicator, Kind, parse
from reporting.definition.templates import PLACE
from reporting.enums import SENT
from reporting.figures import FINISHING, NEVER_SENT, REPORTED, CommuneRow, Paper, ProvinceFigures, Total, from_json
from reporting.models import Campaign, ProvinceReport, ReportSnapshot
from reporting.queries.campaigns import addressed
from reporting.queries.figures import basis
from reporting.queries.sources import SOURCES
from teams.queries.letterheads import DEPARTMENT, in_sentence, letterhead_of

Sources = dict[str, int | None]  # commune code -> id of the snapshot that counts; None for a commune that is missing


@dataclass(frozen=True, slots=True)
class Asked:
    """A commune that is asked, with the snapshot that counts; `was_sent` when it has any."""

    code: str
    name: str
    snapshot: int | None
    was_sent: bool

    @property
    def state(self) -> str:
        return REPORTED if self.snapshot else FINISHING if self.was_sent else NEVER_SENT


def asked_communes(campaign: Campaign) -> list[Asked]:
    """By name. One query."""
    lapsed = Q(report__reopened_until__lte=timezone.now(), report__accepted_at__isnull=False)
    own = ReportSnapshot.objects.filter(report__campaign=campaign.pk, commune=OuterRef("pk")).order_by("-number")
    counts = own.filter(Q(report__state__in=SENT) | lapsed)
    communes = addressed(campaign).annotate(snapshot=Subquery(counts.values("pk")[:1]), was_sent=Exists(own))
    rows = communes.order_by("sort_key", "pk").values_list("pk", "name", "snapshot", "was_sent")
    return [Asked(*row) for row in rows]


def sources_of(communes: Iterable[Asked]) -> Sources:
    return {each.code: each.snapshot for each in communes}


def province_figures(campaign: Campaign, communes: Sequence[Asked], kept: dict[int, CommuneRow]) -> ProvinceFigures:
    """The campaign, which comes with its form and province, added up. `kept` are rows that were read before, by
    snapshot: the others alone are read, in one query."""
    fresh = {each.snapshot for each in communes if each.snapshot} - kept.keys()
    rows = kept | {
        snapshot.pk: _row_of(snapshot)
        for snapshot in ReportSnapshot.objects.filter(pk__in=fresh).select_related("report").iterator()
    }
    shown = tuple(
        rows[each.snapshot] if each.snapshot else CommuneRow(each.code, each.name, each.state) for each in communes
    )
    return ProvinceFigures(
        province=campaign.province.name,
        campaign=campaign.title,
        as_of=campaign.ends_on,
        totals=totals(parse(campaign.form_version.definition), shown),
        rows=shown,
        missing=tuple(each.name for each in communes if each.state == NEVER_SENT),
        finishing=tuple(each.name for each in communes if each.state == FINISHING),
    )


def _row_of(snapshot: ReportSnapshot) -> CommuneRow:
    figures = from_json(snapshot.content)
    return CommuneRow(
        code=figures.commune_code,
        name=figures.commune,
        state=REPORTED,
        answers={line.indicator.code: line.value for line in figures.lines() if not line.is_empty},
        on_time=snapshot.report.on_time,
        wholes={line.indicator.code: line.whole for line in figures.lines() if line.whole is not None} or None,
    )


def kept_rows(report: ProvinceReport) -> dict[int, CommuneRow]:
    """The rows of the last consolidation by the snapshot that each was read from."""
    if not report.content:
        return {}
    rows = {row.code: row for row in figures_of(report).rows}
    return {snapshot: rows[code] for code, snapshot in report.sources.items() if snapshot}


def figures_of(report: ProvinceReport) -> ProvinceFigures:
    return from_json(report.content, ProvinceFigures)


# Adding up -----------------------------------------------------------------------------------------------------------


def totals(definition: Definition, rows: Sequence[CommuneRow]) -> tuple[Total, ...]:
    """One for each indicator. Numbers are summed; rates are worked out anew from sums, never averaged; of a choice it
    is counted who chose what; of everything else only who answered."""
    return tuple(_total(definition, indicator, rows) for indicator in definition.indicators())


def _total(definition: Definition, indicator: Indicator, rows: Sequence[CommuneRow]) -> Total:
    answers = [row.answers.get(indicator.code) for row in rows]
    reported = [answer for answer in answers if not is_empty(answer)]
    if indicator.kind == Kind.RATE:
        pairs = _pairs(definition, indicator, rows)
        return Total(indicator, rate_of_sums(pairs), sum(None not in pair for pair in pairs), len(rows))
    if indicator.kind == Kind.CHOICE:
        chosen = Counter(map(str, reported))
        counts = tuple((choice, chosen[choice]) for choice in indicator.choices)
        return Total(indicator, None, len(reported), len(rows), counts)
    value = add_up(reported) if indicator.kind == Kind.NUMBER else None
    return Total(indicator, value, len(reported), len(rows))


def _pairs(
    definition: Definition, indicator: Indicator, rows: Sequence[CommuneRow]
) -> list[tuple[float | None, float | None]]:
    """Of each commune the two numbers whose ratio its rate is. A rate that the register gives is a share of another of
    its figures: with that one in the form, the part is what the rate makes of it, as with the whole that comes with a
    rate of the teams. Else nothing can be worked out."""
    if indicator.rate_of:
        return [(_number(row, indicator.rate_of), _number(row, indicator.rate_over)) for row in rows]
    other = _whole_of(definition, indicator)
    pairs = ((_number(row, indicator.code), _whole(row, indicator.code, other)) for row in rows)
    return [(rate * over / 100 if rate is not None and over is not None else None, over) for rate, over in pairs]


def _whole_of(definition: Definition, indicator: Indicator) -> str:
    """The code of the indicator that the rate's source is a share of, or ""."""
    source = SOURCES.get(indicator.source)
    wholes = (each.code for each in definition.indicators() if source and source.over and each.source == source.over)
    return next(wholes, "")


def _whole(row: CommuneRow, code: str, other: str) -> float | None:
    whole = (row.wholes or {}).get(code)
    return whole if isinstance(whole, (int, float)) else _number(row, other)


def _number(row: CommuneRow, code: str) -> float | None:
    answer = row.answers.get(code)
    return answer if isinstance(answer, (int, float)) else None


# What it says --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Narrative:
    """What one commune wrote in one text of a section."""

    section: str
    label: str
    commune: str
    html: str


def narratives(definition: Definition, figures: ProvinceFigures) -> list[Narrative]:
    """The communes' texts in the order of the form, each by commune."""
    return [
        Narrative(section.code, indicator.label, row.name, str(answer))
        for section in definition.sections
        for indicator in section.indicators
        if indicator.kind == Kind.TEXT
        for row in figures.rows
        if not is_empty(answer := row.answers.get(indicator.code))
    ]


def differences(sources: Sources, now: Iterable[Asked]) -> list[str]:
    """What changed since the report was consolidated from `sources`, a sentence a commune."""
    now = list(now)
    found = [_difference(each, sources) for each in now if each.snapshot != sources.get(each.code, 0)]
    gone = len(sources.keys() - {each.code for each in now})
    return [*found, f"{gone} đơn vị không còn được yêu cầu báo cáo."] if gone else found


def _difference(commune: Asked, sources: Sources) -> str:
    if commune.code not in sources:
        return f"{commune.name} vừa được thêm vào đợt báo cáo."
    if commune.snapshot is None:
        return f"{commune.name} đang sửa lại báo cáo đã tổng hợp."
    return f"{commune.name} đã nộp {'báo cáo' if sources[commune.code] is None else 'lại báo cáo khác'}."


def province_paper(campaign: Campaign, figures: ProvinceFigures) -> Paper:
    """What stands around the province's report: the department's head, addressed to the province's committee."""
    definition = parse(campaign.form_version.definition)
    head, province = letterhead_of(campaign.province), in_sentence(campaign.province.name)
    words = {
        "commune": province,
        "period": campaign.period.name if campaign.period else "",
        "cutoff": format_date(campaign.ends_on),
        "basis": basis(campaign),
    }
    reports = f"báo cáo của {figures.counted}/{len(figures.rows)} xã, phường, đặc khu trên địa bàn {province}"
    return Paper(
        issuer_parent=head.parent,
        issuer=head.name,
        symbol=f"BC-{head.symbol}",
        place=head.place,
        title=definition.title,
        subject=PLACE.sub(lambda found: words.get(found[1], found[0]), definition.subject),
        addressees=(f"Ủy ban nhân dân {province}",),
        opening=f"{_ground(campaign, reports)}, {DEPARTMENT} báo cáo kết quả tổng hợp, số liệu đến hết ngày "
        f"{words['cutoff']}, như sau:",
        signer_titles=head.signer_titles,
        signer_name=head.signer_name,
        recipients=head.recipients,
        roster_appendix=False,
        issuer_said=DEPARTMENT,
    )


def _ground(campaign: Campaign, reports: str) -> str:
    """What the paper stands on. A letter of its own is what the department asked by, not what it carries out."""
    letter = campaign.letter
    if letter and fold(letter.issuer).startswith(fold(DEPARTMENT)):
        return f"Trên cơ sở {reports} theo {basis(campaign)}"
    return f"Thực hiện {basis(campaign)}, trên cơ sở {reports}"
