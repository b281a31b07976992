"""The editor of a form: its definition as cards of typed fields, back from them to JSON, and what its buttons do.

A card's `place` is where its part stands in the JSON ("sections.0.indicators.2"), as problems name it; a field's name
is the place, a dash and the key. Typed fields always become JSON, sound or not, so that a draft keeps every character;
`services.forms.problems_in` judges it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cdt_portal.lib import text
from cdt_portal.lib.numbers import format_number, parse_decimal
from reporting.definition import Kind, Nature, Problem, Severity

COLUMN_KINDS = {Kind.TEXT: "chữ", Kind.NUMBER: "số", Kind.DATE: "ngày"}


@dataclass(frozen=True, slots=True)
class Field:
    """What is typed for a key of the JSON: `read` never fails, `show` is its way back, `usual` stands where none is."""

    label: str
    read: Callable[[str], object] = text.clean_lines
    show: Callable[[object], str] = str
    usual: str = ""


def number_or_text(typed: str) -> int | float | str:
    number = parse_decimal(typed)
    if number is None or abs(number) > 10**12:
        return text.clean(typed)
    return int(number) if number == number.to_integral_value() else float(number)


def show_number_or_text(value: object) -> str:
    return format_number(value) if isinstance(value, int | float) else str(value)


def lines_of(typed: str) -> list[str]:
    return [line for line in text.clean_lines(typed).split("\n") if line]


def codes_of(typed: str) -> list[str]:
    return text.clean(typed).replace(",", " ").replace(";", " ").split()


def columns_of(typed: str) -> list[dict[str, str]]:
    """Lines "Họ và tên | chữ | full_name"; without a kind it is text, without a code it gets one of its name."""
    columns: list[dict[str, str]] = []
    for line in lines_of(typed):
        label, kind, code = (each.strip() for each in f"{line}||".split("|")[:3])
        code = code or free_code(label, {column["code"] for column in columns})
        kinds = {text.fold(word): value for value, word in COLUMN_KINDS.items()}
        columns.append({"code": code, "label": label, "kind": kinds.get(text.fold(kind), kind) or Kind.TEXT})
    return columns


def show_columns(columns: Iterable[Mapping[str, str]]) -> str:
    """The kind of text is not written out."""
    rows = ((each["label"], each.get("kind", Kind.TEXT), each["code"]) for each in columns)
    return "\n".join(f"{label} | {COLUMN_KINDS.get(kind, kind)} | {code}" for label, kind, code in rows)


NUMBER = {"read": number_or_text, "show": show_number_or_text}
TICK = {"read": bool, "show": lambda value: "1" if value else ""}

HEAD = {
    "title": Field("Tên loại văn bản"),
    "subject": Field("Trích yếu"),
    "opening": Field("Đoạn mở đầu"),
    "roster_appendix": Field("In kèm danh sách các tổ làm phụ lục", **TICK),
}
SECTION = {
    "code": Field("Mã mục"),
    "heading": Field("Tên mục"),
    "level": Field("Cấp", **NUMBER, usual="1"),
    "note": Field("Lời nhắc trên màn hình"),
}
INDICATOR = {
    "code": Field("Mã"),
    "label": Field("Tên chỉ tiêu"),
    "kind": Field("Kiểu", usual=Kind.NUMBER),
    "nature": Field("Tính chất", usual=Nature.STOCK),
    "unit": Field("Đơn vị tính"),
    "required": Field("Bắt buộc", **TICK),
    "source": Field("Nguồn số liệu"),
    "rate_of": Field("Tử số"),
    "rate_over": Field("Mẫu số"),
    "sum_of": Field("Tổng của", codes_of, ", ".join),
    "target": Field("Mục tiêu", **NUMBER),
    "choices": Field("Các lựa chọn", lines_of, "\n".join),
    "columns": Field("Các cột", columns_of, show_columns),
    "help": Field("Hướng dẫn cho xã"),
    "line": Field("Câu in ra giấy"),
    "draft": Field("Câu gợi ý"),
}
CHECK = {
    "left": Field("Chỉ tiêu"),
    "right": Field("Không lớn hơn", **NUMBER),
    "jump": Field("Tăng, giảm từ (%)", **NUMBER),
    "severity": Field("Mức", usual=Severity.ERROR),
    "message": Field("Câu báo"),
}
MOST = 300  # cards of one kind that are read from a request


# JSON to cards --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Card:
    """A part as it stands in the page: `values` by key as typed, `theirs` what somebody else has saved meanwhile."""

    place: str
    values: dict[str, str]
    title: str = ""
    cards: list["Card"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    is_open: bool = False


@dataclass(slots=True)
class Cards:
    """The whole form. `codes` are (code, label) of every indicator, to choose from."""

    head: Card
    sections: list[Card]
    checks: list[Card]

    @property
    def codes(self) -> list[tuple[str, str]]:
        each = (card.values for section in self.sections for card in section.cards)
        return [(values["code"], values["label"]) for values in each if values["code"]]

    def all(self) -> Iterable[Card]:
        yield self.head
        for section in self.sections:
            yield from (section, *section.cards)
        yield from self.checks


def make_cards(data: Mapping, found: Iterable[Problem] = (), theirs: Mapping | None = None, at: str = "") -> Cards:
    """Cards of the definition with its problems beside them, open where there is something to say or at `at`; with
    `theirs`, the definition that somebody else has saved, with what differs in it."""
    cards = Cards(
        head=Card("", _shown(HEAD, data)),
        sections=[
            Card(
                f"sections.{number}",
                _shown(SECTION, section),
                cards=[
                    Card(f"sections.{number}.indicators.{index}", _shown(INDICATOR, each))
                    for index, each in enumerate(section.get("indicators", []))
                ],
            )
            for number, section in enumerate(data.get("sections", []))
        ],
        checks=[Card(f"checks.{index}", _shown(CHECK, each)) for index, each in enumerate(data.get("checks", []))],
    )
    _name_checks(cards)
    by_place = {card.place: card for card in cards.all()}
    for problem in found:
        by_place.get(problem.place, cards.head).problems.append(problem.text)
    if theirs is not None:
        _tell_theirs(cards, make_cards(theirs))
    for card in by_place.values():
        card.is_open = bool(card.problems or card.theirs or card.place == at)
    return cards


def _name_checks(cards: Cards) -> None:
    """A check is called by the indicators it speaks of."""
    labels = dict(cards.codes)
    for card in cards.checks:
        left, right, jump = (card.values[key] for key in ("left", "right", "jump"))
        what = f"tăng hoặc giảm từ {jump}% so với kỳ trước" if jump else f"không lớn hơn {labels.get(right, right)}"
        card.title = f"{labels.get(left, left)}: {what}" if left else "Quy tắc mới"


def _shown(fields: dict[str, Field], part: Mapping) -> dict[str, str]:
    return {key: each.usual if part.get(key) is None else each.show(part[key]) for key, each in fields.items()}


def _tell_theirs(mine: Cards, theirs: Cards) -> None:
    """Parts are the same when they have the same code."""
    _tell(mine.head, theirs.head, HEAD)
    sections = {card.values["code"]: card for card in theirs.sections}
    indicators = {card.values["code"]: card for section in theirs.sections for card in section.cards}
    for section in mine.sections:
        _tell(section, sections.pop(section.values["code"], None), SECTION)
        for card in section.cards:
            _tell(card, indicators.pop(card.values["code"], None), INDICATOR)
    for card, other in zip(mine.checks, theirs.checks, strict=False):
        _tell(card, other, CHECK)
    mine.head.theirs += [f"Bản người khác vừa lưu còn có mục “{each.values['heading']}”." for each in sections.values()]
    mine.head.theirs += [
        f"Bản người khác vừa lưu còn có chỉ tiêu “{each.values['label']}”." for each in indicators.values()
    ]
    if len(theirs.checks) > len(mine.checks):
        mine.head.theirs.append(f"Bản người khác vừa lưu có {len(theirs.checks)} quy tắc kiểm tra.")


def _tell(mine: Card, theirs: Card | None, fields: dict[str, Field]) -> None:
    if theirs is None:
        return
    for key, each in fields.items():
        if mine.values[key] != theirs.values[key]:
            mine.theirs.append(f"Người khác vừa ghi {each.label.lower()}: {theirs.values[key] or '(để trống)'}")


# Typed fields to JSON -------------------------------------------------------------------------------------------------


def read(post: Mapping[str, str]) -> dict:
    """The definition as it stands in the page's fields; what has no code yet gets one from its name."""
    data = _part(post, "", HEAD)
    data["sections"] = _parts(post, "", "sections", SECTION)
    for number, section in enumerate(data["sections"]):
        section["indicators"] = _parts(post, f"sections.{number}.", "indicators", INDICATOR)
    data["checks"] = _parts(post, "", "checks", CHECK)
    _give_codes(data["sections"], "heading")
    _give_codes([each for section in data["sections"] for each in section["indicators"]], "label")
    return data


def _parts(post: Mapping[str, str], before: str, key: str, fields: dict[str, Field]) -> list[dict]:
    mark = {"sections": "heading", "indicators": "label", "checks": "left"}[key]
    places = (f"{before}{key}.{index}" for index in range(MOST))
    found = []
    for place in places:
        if f"{place}-{mark}" not in post:
            break
        found.append(_part(post, place, fields))
    return found


def _part(post: Mapping[str, str], place: str, fields: dict[str, Field]) -> dict:
    values = {key: each.read(post.get(f"{place}-{key}", "")) for key, each in fields.items()}
    return {key: value for key, value in values.items() if value is not False and value not in ("", [])}


def _give_codes(parts: list[dict], name: str) -> None:
    taken = {part["code"] for part in parts if part.get("code")}
    for part in parts:
        if not part.get("code") and part.get(name):
            part["code"] = free_code(part[name], taken)
            taken.add(part["code"])


def free_code(name: str, taken: set[str]) -> str:
    """A code that says what it is of: "Số hộ được hướng dẫn" -> so_ho_duoc_huong_dan."""
    words = re.sub(r"[^a-z0-9]+", "_", text.fold(name)).strip("_")
    code = (words if words[:1].isalpha() else f"muc_{words}")[:36].rstrip("_")
    number = 1
    while (free := code if number == 1 else f"{code}_{number}") in taken:
        number += 1
    return free


# Buttons --------------------------------------------------------------------------------------------------------------

PLACE = re.compile(r"(?:sections\.(0|[1-9][0-9]{0,2})\.)?(sections|indicators|checks)\.(0|[1-9][0-9]{0,2})")


def change(data: dict, asked: str) -> str:
    """Does in `data` what a button asked for: "add", "up", "down" or "remove", a space and a place (of "add" the place
    of the new part). Returns the place where the part stands now; what makes no sense changes nothing."""
    what, _, place = asked.partition(" ")
    found = PLACE.fullmatch(place)
    sections = data["sections"]
    if not found or (found[1] is None) == (found[2] == "indicators") or (found[1] and int(found[1]) >= len(sections)):
        return ""
    number, key, index = int(found[1] or 0), found[2], int(found[3])
    parts = sections[number]["indicators"] if key == "indicators" else data[key]
    if what == "add" and index == len(parts):
        parts.append({"indicators": []} if key == "sections" else {})
        return place
    if index >= len(parts):
        return ""
    if what == "remove":
        del parts[index]
        return place.rpartition(f".{key}")[0] if key == "indicators" else ""
    step = {"up": -1, "down": 1}.get(what, 0)
    if 0 <= index + step < len(parts):
        parts[index], parts[index + step] = parts[index + step], parts[index]
        return f"{place.rpartition('.')[0]}.{index + step}"
    if key == "indicators" and 0 <= number + step < len(sections):  # on into the section beside it
        beside = sections[number + step]["indicators"]
        beside.insert(len(beside) if step < 0 else 0, parts.pop(index))
        return f"sections.{number + step}.indicators.{len(beside) - 1 if step < 0 else 0}"
    return place
