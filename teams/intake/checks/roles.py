"""Is the role one of the four?"""

from collections.abc import Iterator

from teams.intake.checks.cells import is_broken
from teams.intake.checks.keys import Roster
from teams.intake.dittos import is_ditto
from teams.intake.reading import Finding, error, short, warning


def role_missing(roster: Roster) -> Iterator[Finding]:
    """Told and taken as a member; a sheet without the column is told once, by its first row."""
    told: set[str] = set()
    for row in roster.rows:
        if not row.full_name or row.role_text:
            continue
        if "role" in row.columns:
            yield warning(
                row, "role", "role_missing", f"Chưa ghi chức vụ của “{short(row.full_name)}”: được hiểu là Thành viên."
            )
        elif row.sheet not in told:
            told.add(row.sheet)
            yield Finding(
                row.sheet,
                "",
                "warning",
                "role_column_missing",
                "Không có cột Chức vụ: mọi người trong trang tính được hiểu là Thành viên.",
            )


def role_same_as_leader(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if is_ditto(row.role_text):
            yield warning(
                row,
                "role",
                "role_same_as_leader",
                f"Chức vụ ghi “{row.role_text}” ngay dưới Tổ trưởng: được hiểu là Thành viên.",
            )


def unknown_role(roster: Roster) -> Iterator[Finding]:
    for row in roster.rows:
        if row.role_text and not row.role and not is_broken(row.role_text):
            yield error(
                row,
                "role",
                "unknown_role",
                f"Không hiểu chức vụ “{short(row.role_text)}”. "
                "Hãy ghi một trong: Tổ trưởng, Tổ phó, Thư ký, Thành viên.",
            )
