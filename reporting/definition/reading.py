"""JSON to a `Definition`: whatever the JSON is, every problem is found at once and nothing else is ever raised."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from cdt_portal.lib import text
from reporting.definition.judging import judge
from reporting.definition.shapes import (
    Check,
    Column,
    Definition,
    DefinitionError,
    Indicator,
    Kind,
    Nature,
    Problem,
    Section,
    Severity,
)

MOST = {"sections": 60, "indicators": 100, "checks": 100, "choices": 50, "columns": 20, "sum_of": 50}
LONGEST = {"help": 1000, "line": 1000, "note": 1000, "opening": 2000, "draft": 6000}
LONGEST_OTHER = 300
LARGEST = 10**12

NAMES = {
    "title": "tên loại văn bản",
    "subject": "trích yếu",
    "opening": "đoạn mở đầu",
    "roster_appendix": "phụ lục danh sách tổ",
    "sections": "danh sách mục",
    "checks": "danh sách quy tắc kiểm tra",
    "indicators": "danh sách chỉ tiêu",
    "heading": "tên mục",
    "level": "cấp",
    "note": "ghi chú",
    "code": "mã",
    "label": "tên",
    "kind": "kiểu",
    "nature": "tính chất",
    "unit": "đơn vị tính",
    "required": "bắt buộc",
    "source": "nguồn số liệu",
    "rate_of": "tử số",
    "rate_over": "mẫu số",
    "sum_of": "tổng của",
    "help": "hướng dẫn",
    "line": "câu in ra",
    "draft": "câu gợi ý",
    "choices": "các lựa chọn",
    "columns": "các cột",
    "target": "mục tiêu",
    "left": "vế trái",
    "right": "vế phải",
    "jump": "mức tăng giảm",
    "severity": "mức",
    "message": "câu báo",
}
Value = TypeVar("Value", bound=StrEnum)


class Part:
    """A JSON object of the form, read value by value; what is not of its kind is told once and read as empty."""

    def __init__(self, data: object, place: str, name: str, found: list[Problem]):
        self.data: dict = data if isinstance(data, dict) else {}
        self.place, self.name, self.found = place, name, found
        if not isinstance(data, dict):
            self.tell("không đọc được nội dung")

    def tell(self, what: str) -> None:
        self.found.append(Problem(self.place, f"{self.name}: {what}."))

    def text(self, key: str) -> str:
        value = self.data.get(key)
        return self._text(key, "" if value is None else value)

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            self.tell(f"{NAMES[key]} phải là chữ")
            return ""
        value, longest = text.clean_lines(value), LONGEST.get(key, LONGEST_OTHER)
        if len(value) > longest:
            self.tell(f"{NAMES[key]} dài quá {longest} ký tự")
        return value

    def items(self, key: str) -> list:
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.tell(f"{NAMES[key]} phải là một danh sách")
            return []
        if len(value) > MOST[key]:
            self.tell(f"{NAMES[key]} có quá {MOST[key]} phần tử")
        return value[: MOST[key]]

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(read for each in self.items(key) if (read := self._text(key, each)))

    def parts(self, key: str, name: str) -> Iterator["Part"]:
        """`name` is how an element is called; its number follows."""
        before = f"{self.place}." if self.place else ""
        for index, each in enumerate(self.items(key)):
            yield Part(each, f"{before}{key}.{index}", f"{name} {index + 1}", self.found)

    def flag(self, key: str) -> bool:
        value = self.data.get(key)
        if not isinstance(value, bool | None):
            self.tell(f"{NAMES[key]} phải là có hoặc không")
        return value is True

    def number(self, key: str) -> float | None:
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            self.tell(f"{NAMES[key]} phải là một số")
            return None
        return value

    def one_of(self, key: str, kinds: type[Value], default: Value) -> Value:
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or value not in set(kinds):
            self.tell(f"{NAMES[key]} “{value}” không có" if isinstance(value, str) else f"{NAMES[key]} phải là chữ")
            return default
        return kinds(value)


def parse(data: object) -> Definition:
    """The definition in `data`, whole and sound; DefinitionError with every problem found otherwise."""
    definition, found = examine(data)
    if found:
        raise DefinitionError(found)
    return definition


def examine(data: object) -> tuple[Definition, list[Problem]]:
    """What could be read of `data`, and every problem in it."""
    found: list[Problem] = []
    form = Part(data, "", "Mẫu", found)
    sections = tuple(_section(each, index) for index, each in enumerate(form.parts("sections", "Mục")))
    definition = Definition(
        title=form.text("title") or "BÁO CÁO",
        subject=form.text("subject"),
        opening=form.text("opening"),
        sections=sections,
        checks=tuple(_check(each) for each in form.parts("checks", "Quy tắc kiểm tra")),
        roster_appendix=form.flag("roster_appendix"),
        by_code={each.code: each for section in sections for each in section.indicators},
    )
    return definition, found + judge(definition)


def _section(part: Part, index: int) -> Section:
    heading, level = part.text("heading"), part.number("level")
    if heading:
        part.name = f"Mục “{heading}”"
    else:
        part.tell("chưa có tên mục")
    if level not in (None, 1, 2, 3):
        part.tell("cấp phải là 1, 2 hoặc 3")
    return Section(
        code=part.text("code") or f"muc_{index + 1}",
        heading=heading,
        level=int(level) if level in (1, 2, 3) else 1,
        indicators=tuple(_indicator(each) for each in part.parts("indicators", f"{part.name}, chỉ tiêu")),
        note=part.text("note"),
    )


def _indicator(part: Part) -> Indicator:
    code, label = part.text("code"), part.text("label")
    if label:
        part.name = f"Chỉ tiêu “{label}”"
    else:
        part.tell("chưa có tên chỉ tiêu")
    return Indicator(
        code=code,
        label=label,
        kind=part.one_of("kind", Kind, Kind.NUMBER),
        nature=part.one_of("nature", Nature, Nature.STOCK),
        required=part.flag("required"),
        sum_of=part.texts("sum_of"),
        choices=part.texts("choices"),
        columns=tuple(_column(each) for each in part.parts("columns", f"{part.name}, cột")),
        target=part.number("target"),
        **{key: part.text(key) for key in ("unit", "source", "rate_of", "rate_over", "help", "line", "draft")},
    )


def _column(part: Part) -> Column:
    part.place = part.place.partition(".columns")[0]  # it is told beside the indicator
    return Column(part.text("code"), part.text("label"), part.one_of("kind", Kind, Kind.TEXT))


def _check(part: Part) -> Check:
    right = part.data.get("right")
    return Check(
        left=part.text("left"),
        right=part.text("right") if isinstance(right, str) else part.number("right"),
        jump=part.number("jump"),
        severity=part.one_of("severity", Severity, Severity.ERROR),
        message=part.text("message"),
    )
