"""The parts of a form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

# What the campaign puts into templates beside the answers. {commune} is "đặc khu Cát Hải", as in the midst of a
# sentence; {period} the name of the period or "" (ad hoc); {cutoff} "31/12/2025"; {basis} the letter as it is cited,
# "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của …", or "chế độ báo cáo định kỳ" without one; {units} what the commune
# is divided into: "thôn", "tổ dân phố" or "thôn, tổ dân phố"; {classes_attended} and {people_trained} what is recorded
# of its training within the campaign's time.
FORM_WORDS = frozenset({"commune", "period", "cutoff", "basis", "units", "classes_attended", "people_trained"})


class Kind(StrEnum):
    """What an answer is. Answers are stored as JSON: see `reporting/answers.py`."""

    NUMBER = "number"
    RATE = "rate"
    CHOICE = "choice"
    TEXT = "text"
    LINK = "link"
    DATE = "date"
    FILE = "file"
    DECISION = "decision"
    TABLE = "table"


class Nature(StrEnum):
    """How a number stands to time: at the cut-off, within the period, or since the cumulative start."""

    STOCK = "stock"
    FLOW = "flow"
    CUMULATIVE = "cumulative"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table answer; `kind` is number, text or date."""

    code: str
    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing asked.

    `source` names a figure that the portal computes (`queries/sources.py`); the officer may write another and say why.
    `rate_of`/`rate_over` make a derived rate: 100 × a / b, recomputed from sums, never typed. `sum_of` makes a derived
    sum. `draft` is what a text starts from, with {codes} of other indicators and FORM_WORDS, without the lines of
    which no figure is known; `line` is how the answer
    reads in the paper, with {value} and the same; both may have several lines. `target` is the value to reach, in the
    same unit.
    """

    code: str
    label: str
    kind: Kind
    nature: Nature = Nature.STOCK
    unit: str = ""
    required: bool = False
    source: str = ""
    rate_of: str = ""
    rate_over: str = ""
    sum_of: tuple[str, ...] = ()
    help: str = ""
    line: str = ""
    draft: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    target: float | None = None

    @property
    def is_derived(self) -> bool:
        return bool(self.rate_of or self.sum_of)

    @property
    def is_numeric(self) -> bool:
        return self.kind in (Kind.NUMBER, Kind.RATE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the paper (level 1 to 3, with its own number in the text) and what is asked below it."""

    code: str
    heading: str
    level: int
    indicators: tuple[Indicator, ...] = ()
    note: str = ""  # shown on screen only


@dataclass(frozen=True, slots=True)
class Check:
    """`left <= right`, where right is another indicator or a number; or, with `jump`, left against the last period.

    `jump` is the change in percent, up or down, from which the officer is asked.
    """

    left: str
    right: str | float | None = None
    jump: float | None = None
    severity: Severity = Severity.ERROR
    message: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form. `subject` and `opening`, the paper's first paragraph, are templates as `Indicator.draft`."""

    title: str
    subject: str
    opening: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    roster_appendix: bool = False
    by_code: dict[str, Indicator] = field(default_factory=dict, compare=False)

    def indicators(self) -> Iterator[Indicator]:
        for section in self.sections:
            yield from section.indicators


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a sentence that names the part, and where that part stands in the JSON.

    `place` is "" for the form as a whole, "sections.0", "sections.0.indicators.2" or "checks.1".
    """

    place: str
    text: str


class DefinitionError(ValueError):
    """`problems` are Vietnamese sentences, each naming the section or the indicator it is about; `found` has their
    places too."""

    def __init__(self, found: list[Problem]):
        self.found = found
        self.problems = [each.text for each in found]
        super().__init__("; ".join(self.problems))
