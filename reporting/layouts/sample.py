"""A form filled with sample answers, to show how the page and the paper will look before anybody has reported."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from cdt_portal.lib import richtext
from cdt_portal.lib.dates import format_date
from reporting.answers import derive, lists_documents, show
from reporting.definition import Column, Definition, Indicator, Kind
from reporting.definition.templates import PLACE
from reporting.figures import Answer, Line, Paper, ReportFigures, SectionFigures, TeamRoster

SAMPLES: dict[Kind, Answer] = {
    Kind.NUMBER: 1440,
    Kind.RATE: 85.5,
    Kind.LINK: "https://zalo.me/g/nhom-mau",
    Kind.DATE: "2025-10-31",
    Kind.FILE: {"id": 0, "name": "tep-mau.pdf"},
    Kind.DECISION: {
        "text": "Quyết định số 01/QĐ-UBND ngày 31/10/2025",
        "number": "01",
        "symbol": "QĐ-UBND",
        "issued_on": "2025-10-31",
        "subject": "thành lập Tổ công nghệ số cộng đồng",
    },
}
CELLS: dict[Kind, str | int] = {Kind.NUMBER: 12, Kind.DATE: "2025-10-31"}
DOCUMENT: Answer = [
    {"text": "Quyết định số 01/QĐ-UBND", "date": "2025-10-31", "subject": "thành lập Tổ công nghệ số cộng đồng"}
]
ROSTER = TeamRoster(
    team="Tổ công nghệ số cộng đồng Thôn 1",
    units=("Thôn 1",),
    decision="01/QĐ-UBND ngày 31/10/2025",
    members=(("Nguyễn Văn A", "Tổ trưởng"), ("Nguyễn Thị B", "Thành viên")),
)
TEXT = "Nội dung do xã viết."
UNKNOWN = "…"


def sample_figures(definition: Definition, day: date) -> ReportFigures:
    """The form as a commune would send it, on a cut-off of that day."""
    answers = derive(definition, {each.code: _sample(each) for each in definition.indicators()})
    return _figures(definition, day, answers, TEXT)


def blank_figures(definition: Definition, day: date) -> ReportFigures:
    """The form as a commune finds it when nothing is known yet: only texts that start from a sentence have one."""
    return _figures(definition, day, {}, "")


def _figures(definition: Definition, day: date, answers: dict[str, Answer], text: str) -> ReportFigures:
    asked = list(definition.indicators())
    words = {each.code: show(each, answers.get(each.code)) or UNKNOWN for each in asked} | {
        "commune": f"xã {UNKNOWN}",
        "period": "kỳ báo cáo",
        "cutoff": format_date(day),
        "units": "thôn, tổ dân phố",
        "classes_attended": UNKNOWN,
        "people_trained": UNKNOWN,
        "basis": f"Công văn số {UNKNOWN} của Sở Khoa học và Công nghệ",
    }

    def filled(template: str) -> str:
        return PLACE.sub(lambda found: words.get(found[1], found[0]), template)

    def line(indicator: Indicator) -> Line:
        value = answers.get(indicator.code)
        if indicator.kind == Kind.TEXT:
            value = richtext.from_text(filled(indicator.draft) or text) or None
        return Line(replace(indicator, line=filled(indicator.line)), value)

    return ReportFigures(
        commune_code="",
        commune=f"Xã {UNKNOWN}",
        campaign="Bản xem trước",
        as_of=day,
        sections=tuple(
            SectionFigures(each.code, each.heading, each.level, tuple(map(line, each.indicators)), each.note)
            for each in definition.sections
        ),
        paper=_paper(definition, filled),
        roster=(ROSTER,) if definition.roster_appendix else (),
        checks=definition.checks,
    )


def _paper(definition: Definition, filled: Callable[[str], str]) -> Paper:
    return Paper(
        issuer_parent=(),
        issuer=("ỦY BAN NHÂN DÂN", "XÃ …"),
        symbol="BC-UBND",
        place="…",
        title=definition.title,
        subject=filled(definition.subject),
        addressees=("Sở Khoa học và Công nghệ …",),
        opening=filled(definition.opening),
        signer_titles=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        signer_name="",
        recipients=("Sở Khoa học và Công nghệ", "Lưu: VT, VHXH"),
        roster_appendix=definition.roster_appendix,
    )


def _sample(indicator: Indicator) -> Answer:
    if indicator.kind == Kind.CHOICE:
        return indicator.choices[0]
    if indicator.kind != Kind.TABLE:
        return SAMPLES.get(indicator.kind)
    return DOCUMENT if lists_documents(indicator) else [{each.code: _cell(each) for each in indicator.columns}]


def _cell(column: Column) -> str | int:
    return CELLS.get(column.kind, UNKNOWN)
