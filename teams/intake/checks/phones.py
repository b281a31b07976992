"""Can the phone be used, what was repaired, who else has it?"""

from collections.abc import Iterator

from cdt_portal.lib.phones import PROBLEM_LABELS, REPAIR_LABELS
from teams.intake.checks.cells import is_broken
from teams.intake.checks.keys import Roster, name_key
from teams.intake.dittos import is_ditto
from teams.intake.reading import Finding, error, short, warning


def phone_invalid(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        phone = row.phone
        if not phone.problem or phone.problem == "masked" or is_broken(phone.raw):
            continue
        if phone.first:
            yield warning(
                row,
                "phone",
                "phone_partly_read",
                f"Ô “{short(phone.raw)}” có phần không phải số điện thoại: chỉ lấy {phone.first}.",
                phone.first,
            )
        else:
            yield error(
                row,
                "phone",
                f"phone_{phone.problem}",
                f"“{short(phone.raw)}”: {_lower_first(PROBLEM_LABELS[phone.problem])} "
                "Hãy ghi lại đủ 10 chữ số, hoặc để trống nếu chưa có.",
            )


def phone_masked(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if row.phone.problem == "masked" and not row.phone.first and not is_broken(row.phone.raw):
            yield warning(row, "phone", "phone_masked", PROBLEM_LABELS["masked"])


def phone_same_as_above(roster: Roster) -> Iterator[Finding]:
    """Two people seldom have one phone: the number above is not taken over."""
    for row in roster.rows:
        if is_ditto(row.phone.raw):
            yield warning(
                row, "phone", "phone_same_as_above", f"Số điện thoại ghi “{row.phone.raw}”: coi như chưa cung cấp."
            )


def phone_repaired(roster: Roster) -> Iterator[Finding]:
    """One finding a repair, so that each kind can be accepted as a group."""
    for row in roster.rows:
        for repair in row.phone.repairs:
            yield warning(
                row,
                "phone",
                f"phone_{repair}",
                f"{REPAIR_LABELS[repair].rstrip('.')}: “{short(row.phone.raw)}” → {row.phone.first}.",
                row.phone.first,
            )


def phone_shared(roster: Roster) -> Iterator[Finding]:
    for number, holders in roster.phones.items():
        first, *others = holders
        for row in others:
            if name_key(row.full_name) != name_key(first.full_name):
                yield warning(
                    row,
                    "phone",
                    "phone_shared",
                    f"Số {number} cũng là của “{short(first.full_name)}” (ô {first.cell('phone')}). Hãy kiểm tra lại.",
                )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
