"""Cells that hold no text of a person's making."""

from collections.abc import Iterator
from typing import Final

from teams.intake.checks.keys import Roster
from teams.intake.reading import Finding, error, warning

_NO_TEXT: Final = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "TRUE", "FALSE")
)
_FIELDS: Final = ("full_name", "role", "phone", "team", "commune", "decision")


def is_broken(text: str) -> bool:
    return text in _NO_TEXT


def broken_cell(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        texts = (row.full_name, row.role_text, row.phone.raw, row.team, row.commune, row.decision.raw)
        if _NO_TEXT.isdisjoint(texts):
            continue
        for field, text in zip(_FIELDS, texts, strict=True):
            if text in _NO_TEXT:
                yield error(
                    row,
                    field,
                    "broken_cell",
                    f"Ô có giá trị {text} do công thức, không phải chữ. Hãy gõ trực tiếp nội dung vào ô.",
                )


def hidden_row(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if row.hidden:
            yield warning(
                row,
                "full_name",
                "hidden_row",
                f"Dòng {row.row} đang bị ẩn trong tệp nhưng vẫn được đọc. Nếu không cần, hãy xóa dòng này khỏi tệp.",
            )
