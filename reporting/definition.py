"""What a report form asks, as data: a JSON object that the department edits, read into frozen dataclasses.

`parse` is the only door. A published definition never changes; reports name the version they were written in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


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
    sum. `line` is how the answer reads in the paper, with {value}; `draft` is the sentence a text starts from, with
    {codes} of other indicators and {commune}, {period}, {cutoff}. `target` is the value to reach, in the same unit.
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
    """A whole form. `opening` is the paper's first paragraph, a template as `Indicator.draft`."""

    title: str
    subject: str
    opening: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    roster_appendix: bool = False
    recipients: tuple[str, ...] = ()
    by_code: dict[str, Indicator] = field(default_factory=dict, compare=False)

    def indicators(self) -> Iterator[Indicator]:
        for section in self.sections:
            yield from section.indicators


class DefinitionError(ValueError):
    """`problems` are Vietnamese sentences, each naming the section or the indicator it is about."""

    def __init__(self, problems: list[str]):
        super().__init__("; ".join(problems))
        self.problems = problems


CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def parse(data: dict) -> Definition:
    """The definition in `data`, whole and sound; DefinitionError with every problem found otherwise."""
    problems: list[str] = []
    sections = tuple(_section(each, problems) for each in data.get("sections", []))
    indicators = [each for section in sections for each in section.indicators]
    by_code = {each.code: each for each in indicators}
    checks = tuple(_check(each, problems) for each in data.get("checks", []))
    problems += _double(each.code for each in indicators)
    problems += [text for each in indicators for text in _unknown_codes(each, by_code)]
    problems += [text for each in checks for text in _unknown_in_check(each, by_code)]
    if not indicators:
        problems.append("Mẫu chưa có chỉ tiêu nào.")
    if problems:
        raise DefinitionError(problems)
    return Definition(
        title=str(data.get("title") or "BÁO CÁO"),
        subject=str(data.get("subject") or ""),
        opening=str(data.get("opening") or ""),
        sections=sections,
        checks=checks,
        roster_appendix=bool(data.get("roster_appendix")),
        recipients=tuple(data.get("recipients", ())),
        by_code=by_code,
    )


def _section(data: dict, problems: list[str]) -> Section:
    heading = str(data.get("heading") or "")
    indicators = tuple(_indicator(each, heading, problems) for each in data.get("indicators", []))
    return Section(
        code=str(data.get("code") or ""),
        heading=heading,
        level=int(data.get("level") or 1),
        indicators=indicators,
        note=str(data.get("note") or ""),
    )


def _indicator(data: dict, heading: str, problems: list[str]) -> Indicator:
    code, label = str(data.get("code") or ""), str(data.get("label") or "")
    if not CODE.fullmatch(code):
        problems.append(f"Mục “{heading}”: mã chỉ tiêu “{code}” phải là chữ thường không dấu, số và dấu gạch dưới.")
    if not label:
        problems.append(f"Mục “{heading}”: chỉ tiêu “{code}” chưa có tên.")
    kind = _one_of(Kind, data.get("kind"), Kind.NUMBER, f"Chỉ tiêu “{label or code}”: kiểu", problems)
    nature = _one_of(Nature, data.get("nature"), Nature.STOCK, f"Chỉ tiêu “{label or code}”: tính chất", problems)
    if kind == Kind.CHOICE and len(data.get("choices", ())) < 2:
        problems.append(f"Chỉ tiêu “{label}”: cần ít nhất hai lựa chọn.")
    if kind == Kind.TABLE and not data.get("columns"):
        problems.append(f"Chỉ tiêu “{label}”: bảng chưa có cột.")
    return Indicator(
        code=code,
        label=label,
        kind=kind,
        nature=nature,
        required=bool(data.get("required")),
        sum_of=tuple(data.get("sum_of", ())),
        choices=tuple(data.get("choices", ())),
        columns=tuple(
            Column(str(each["code"]), str(each["label"]), Kind(each.get("kind", "text")))
            for each in data.get("columns", ())
        ),
        target=data.get("target"),
        **{name: str(data.get(name) or "") for name in _TEXTS},
    )


_TEXTS = ("unit", "source", "rate_of", "rate_over", "help", "line", "draft")


def _one_of(kinds: type[StrEnum], value: object, default: StrEnum, where: str, problems: list[str]):
    if value is None:
        return default
    try:
        return kinds(value)
    except ValueError:
        problems.append(f"{where} “{value}” không có.")
        return default


def _check(data: dict, problems: list[str]) -> Check:
    severity = _one_of(Severity, data.get("severity"), Severity.ERROR, "Quy tắc kiểm tra: mức", problems)
    return Check(
        left=str(data.get("left") or ""),
        right=data.get("right"),
        jump=data.get("jump"),
        severity=severity,
        message=str(data.get("message") or ""),
    )


def _double(codes: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    double = []
    for code in codes:
        if code in seen:
            double.append(f"Mã chỉ tiêu “{code}” dùng hai lần.")
        seen.add(code)
    return double


def _unknown_codes(indicator: Indicator, by_code: dict[str, Indicator]) -> list[str]:
    named = [each for each in (indicator.rate_of, indicator.rate_over, *indicator.sum_of) if each]
    return [f"Chỉ tiêu “{indicator.label}” nhắc tới mã “{code}” không có." for code in named if code not in by_code]


def _unknown_in_check(check: Check, by_code: dict[str, Indicator]) -> list[str]:
    named = [check.left] + ([check.right] if isinstance(check.right, str) else [])
    return [f"Quy tắc kiểm tra nhắc tới mã “{code}” không có." for code in named if code not in by_code]
