"""What a report says: frozen, without a database. Pages, PDF, DOCX, XLSX and snapshots only show it."""

import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from reporting.definition import Check, Indicator, Severity

# An answer by kind, as `reporting/answers.py` reads it; None is "not reported", which is never zero.
Answer = int | float | str | list | dict | None


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a report with its answer.

    `computed` is what the register said, when the indicator has a source; `value` is what stands in the report: the
    officer's word or else the computed figure. `note` explains a difference. `previous` is the answer in the campaign
    before. `whole` is what a rate of the teams is a share of: it may be less than the number in the report, which also
    has the teams that gave only one of the two. `periods` are the names of those whose team figures were added up.
    `door` is the path of the page with the rows behind the figure.
    """

    indicator: Indicator
    value: Answer
    computed: Answer = None
    note: str = ""
    previous: Answer = None
    whole: Answer = None
    periods: tuple[str, ...] = ()
    door: str = ""
    version: int = 0  # of the stored answer, 0 when none is stored; for saving
    saved_at: str = ""

    @property
    def is_overridden(self) -> bool:
        return bool(self.indicator.source) and self.value != self.computed

    @property
    def is_empty(self) -> bool:
        return self.value in (None, "", [], {})


@dataclass(frozen=True, slots=True)
class SectionFigures:
    code: str
    heading: str
    level: int
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TeamRoster:
    """A team in the report's appendix: (name, role label) of its members, leader first. No phones: see the model."""

    team: str
    units: tuple[str, ...]
    decision: str
    members: tuple[tuple[str, str], ...]
    team_id: int | None = None  # tells a renamed team from another; what was frozen long ago has none


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands around a report's text on paper; frozen with it."""

    issuer_parent: tuple[str, ...]
    issuer: tuple[str, ...]
    symbol: str
    place: str
    title: str
    subject: str
    addressees: tuple[str, ...]
    opening: str
    signer_titles: tuple[str, ...]
    signer_name: str
    recipients: tuple[str, ...]
    roster_appendix: bool
    issuer_said: str = ""  # as in the midst of a sentence: "Sở Khoa học và Công nghệ"


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """One commune's report to one campaign, as of the cut-off, or of the day on which it was sent before that.

    `teams_asked` for figures in the campaign's time, of whom `teams_reported` gave any; 0 where the form asks for none.
    """

    commune_code: str
    commune: str  # "Đặc khu Cát Hải", as named on the cut-off
    campaign: str
    as_of: date
    sections: tuple[SectionFigures, ...]
    paper: Paper
    attachments: tuple[str, ...] = ()
    roster: tuple[TeamRoster, ...] = ()
    checks: tuple[Check, ...] = ()
    teams_asked: int = 0
    teams_reported: int = 0

    def lines(self) -> Iterator[Line]:
        for section in self.sections:
            yield from section.lines

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines() if line.indicator.code == code), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or odd in a report; `code` is the indicator's. An error stands in the way of submitting."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Total:
    """One indicator over a province. `value` is the sum, or for a rate 100 × the sum of a / the sum of b over the
    communes that gave both; None when nobody reported. `reported` communes of `asked` gave an answer."""

    indicator: Indicator
    value: Answer
    reported: int
    asked: int
    counts: tuple[tuple[str, int], ...] = ()  # of a choice: (choice, communes)


REPORTED, FINISHING, NEVER_SENT = "Đã nộp", "Đang hoàn thiện", "Chưa nộp"


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune in a province's report: its answers by code, none unless its report counts. `wholes` are what its
    teams' rates are shares of, by code."""

    code: str
    name: str
    state: str  # REPORTED, FINISHING (sent once and being written again), NEVER_SENT
    answers: dict[str, Answer] = field(default_factory=dict)
    on_time: bool | None = None
    wholes: dict[str, Answer] | None = None

    @property
    def is_counted(self) -> bool:
        return self.state == REPORTED


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """A campaign consolidated: totals by indicator, a row a commune, the names of those `missing`, which never sent a
    report, and of those `finishing` theirs, which sent one once. `paper` is frozen when the report is locked; until
    then it is as the department's head stands."""

    province: str
    campaign: str
    as_of: date
    totals: tuple[Total, ...]
    rows: tuple[CommuneRow, ...]
    missing: tuple[str, ...]
    finishing: tuple[str, ...] = ()
    paper: Paper | None = None

    @property
    def counted(self) -> int:
        return len(self.rows) - len(self.missing) - len(self.finishing)

    def total(self, code: str) -> Total | None:
        return next((total for total in self.totals if total.indicator.code == code), None)


@dataclass(frozen=True, slots=True)
class Rates:
    """Of `asked` communes (addressed by the campaign and existing on its cut-off): how many did what."""

    asked: int
    submitted: int
    on_time: int
    accepted: int
    accepted_first: int

    def percent(self, count: int) -> float | None:
        return 100 * count / self.asked if self.asked else None


F = TypeVar("F", ReportFigures, ProvinceFigures)


def frozen(figures: ReportFigures) -> ReportFigures:
    """What is kept of a report that is submitted: no paths into the portal, nothing about saving."""
    sections = (
        replace(section, lines=tuple(replace(line, door="", version=0, saved_at="") for line in section.lines))
        for section in figures.sections
    )
    return replace(figures, sections=tuple(sections))


def to_json(figures: ReportFigures | ProvinceFigures) -> dict:
    """The figures as JSON that says everything by itself, whatever becomes of the form; what has its usual value is
    left out. `from_json` reads it back."""
    return _written(figures)


def from_json(data: dict, kind: type[F] = ReportFigures) -> F:
    return _read(kind, data)


def _written(value: Any) -> Any:
    if is_dataclass(value):
        usual = {each.name: each.default for each in fields(value) if each.default is not MISSING}
        pairs = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: _written(part) for name, part in pairs if name not in usual or part != usual[name]}
    if isinstance(value, (list, tuple)):
        return [_written(each) for each in value]
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


@lru_cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    """`data` as the declared type `kind`; answers, which are JSON themselves, stay as they are."""
    if isinstance(kind, types.GenericAlias) and get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        kinds = [first] * len(data) if rest == [...] else [first, *rest]
        return tuple(_read(each, part) for each, part in zip(kinds, data, strict=True))
    if isinstance(kind, types.UnionType):  # a part that may be missing, which is not written then, or an answer
        kind = next(filter(is_dataclass, get_args(kind)), None)
    if not isinstance(kind, type):
        return data
    if is_dataclass(kind):
        return kind(**{name: _read(_types(kind)[name], part) for name, part in data.items()})
    if kind is date:
        return date.fromisoformat(data)
    return kind(data) if issubclass(kind, StrEnum) else data
