"""Is there a person's name in the name cell?"""

import re
from collections.abc import Iterator
from typing import Final

from teams.intake.checks.keys import Roster
from teams.intake.dittos import is_ditto
from teams.intake.reading import Finding, error, short

LONGEST_NAME: Final = 100
_DIGITS: Final = re.compile(r"\d")
_NOBODY: Final = frozenset(
    ("", "chưa có", "chưa có người", "chưa bầu", "chưa phân công", "không có", "khuyết", "trống", "để trống")
)
_MARKS: Final = " .…?-–_()[]*"
_PHONE_LIKE: Final = re.compile(r"[\d\s.+()-]{9,}")


def name_missing(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if not row.full_name and not row.is_team_only:
            yield error(
                row,
                "full_name",
                "name_missing",
                "Dòng có chức vụ, số điện thoại hoặc đơn vị nhưng thiếu họ tên. Hãy ghi họ tên vào ô này.",
            )


def name_unclear(roster: Roster) -> Iterator[Finding]:
    """ "Như trên", "…" and "chưa có" are nobody's name."""
    for row in roster.rows:
        name = row.full_name
        if name and (name.casefold().strip(_MARKS) in _NOBODY or is_ditto(name)):
            yield error(
                row,
                "full_name",
                "name_unclear",
                f"“{short(name)}” không phải họ tên. Hãy ghi rõ họ tên, hoặc xóa dòng nếu chưa có người.",
            )


def name_too_long(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if len(row.full_name) > LONGEST_NAME:
            yield error(
                row,
                "full_name",
                "name_too_long",
                f"Họ tên dài {len(row.full_name)} ký tự (tối đa {LONGEST_NAME}): “{short(row.full_name, 40)}”. "
                "Hãy để mỗi người một dòng và chuyển phần còn lại sang cột Ghi chú.",
            )


def name_with_digits(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if not _DIGITS.search(row.full_name) or len(row.full_name) > LONGEST_NAME:
            continue
        if _PHONE_LIKE.fullmatch(row.full_name):
            yield error(
                row,
                "full_name",
                "name_is_phone",
                f"Ô họ tên chứa số điện thoại “{row.full_name}”. Hãy kiểm tra xem hai cột có bị đổi chỗ không.",
            )
        else:
            yield error(
                row,
                "full_name",
                "name_with_digits",
                f"Họ tên “{row.full_name}” có chữ số. Hãy để lại họ tên và chuyển phần còn lại sang cột Ghi chú.",
            )
