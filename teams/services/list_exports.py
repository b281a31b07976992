"""The list of members on the screen, taken along as a file with the same rows and the same phones hidden."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import IO

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.csvs import write_csv
from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, Scope
from teams.enums import MemberRole, Organization
from teams.layouts.members import MEMBERS_SHEET, MemberLine
from teams.models import ExportTrace
from teams.queries.exports import phone_cell
from teams.queries.members import MemberFilter, all_of

CHUNK = 2_000
ROLES, ORGANIZATIONS = dict(MemberRole.choices), dict(Organization.choices)


def filter_args(asked: MemberFilter) -> dict[str, str]:
    """The filter as a job's arguments; `filter_from` reads them."""
    return asdict(asked) | {"day": asked.day.isoformat()}


def filter_from(args: dict[str, str]) -> MemberFilter:
    return MemberFilter(**args | {"day": date.fromisoformat(args["day"])})


def export_list(target: IO[bytes], asked: MemberFilter, *, as_csv: bool, scope: Scope, by: User) -> int:
    """Write the list, leave the trace, give the number of rows."""
    lines = member_lines(scope, asked)
    if as_csv:
        rows = write_csv(target, MEMBERS_SHEET, lines)
    else:
        rows = write_workbook(target, [(MEMBERS_SHEET, lines)]).records
    ExportTrace.objects.create(
        user=by, scope={"list": filter_args(asked)}, full_phones=scope.allows(Can.SEE_PHONES), rows=rows
    )
    return rows


def member_lines(scope: Scope, asked: MemberFilter) -> Iterator[MemberLine]:
    rows = all_of(scope, asked).values_list(
        "province_id", "commune_id", "phone", "other_phone", "full_name", "role",
        "team__name", "commune__name", "organization", "joined_on", "left_on",
    )  # fmt: skip
    for province, commune, phone, other_phone, name, role, *rest in rows.iterator(CHUNK):
        team, commune_name, organization, joined_on, left_on = rest
        yield MemberLine(
            full_name=name,
            role=ROLES[role],
            phone=phone_cell(phone, other_phone, full=scope.allows(Can.SEE_PHONES, province, commune)),
            team=team,
            commune=commune_name,
            organization=ORGANIZATIONS.get(organization, ""),
            joined_on=joined_on,
            left_on=left_on,
        )


def ask_list(asked: MemberFilter, *, as_csv: bool, by: User) -> Job:
    """The same as a job, whose result is the file."""
    return enqueue(
        kind="members.export",
        title="Xuất danh sách thành viên đang xem",
        args={"asked": filter_args(asked), "as_csv": as_csv},
        by=by,
        province=asked.province,
        commune=asked.commune,
    )


def list_filename(asked: MemberFilter, *, as_csv: bool) -> str:
    return f"Danh sách thành viên {asked.day:%d-%m-%Y}.{'csv' if as_csv else 'xlsx'}"
