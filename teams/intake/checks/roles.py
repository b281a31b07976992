"""Is the role one of the four?"""

from collections.abc import Iterator, Sequence

from teams.intake.checks.cells import is_broken
from teams.intake.reading import Finding, RosterRow, error, warning


def role_missing(rows: Sequence[RosterRow]) -> Iterator[Finding]:
    """Told and taken as a member; a sheet without the column is told once, by its first row."""
    told: set[str] = set()
    for row in rows:
        if not row.full_name or row.role_text:
            continue
        if "role" in row.columns:
            yield warning(
                row, "role", "role_missing", f"Chưa ghi chức vụ của “{row.full_name}”: được hiểu là Thành viên."
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


def unknown_role(rows: Sequence[RosterRow]) -> Iterator[Finding]:
    for row in rows:
        if row.role_text and not row.role and not is_broken(row.role_text):
            yield error(
                row,
                "role",
                "unknown_role",
                f"Không hiểu chức vụ “{row.role_text[:60]}”. Hãy ghi một trong: Tổ trưởng, Tổ phó, Thư ký, Thành viên.",
            )
