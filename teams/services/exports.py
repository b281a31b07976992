"""Lists leave the portal here: the official workbook, its ZIP and CSV, each with a trace of who took what."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import IO

from django.db.models import Q

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.csvs import write_csv
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.sheets import write_zip
from teams.access import Can, Scope
from teams.enums import ExportShape
from teams.layouts.member_list import MemberListRow, member_list_sheet, write_member_list
from teams.models import Commune, ExportTrace, Province
from teams.queries.exports import ShowsPhones, count_members, member_list_rows

SHEET_NAME = "Danh sách"
SUFFIXES = {ExportShape.ZIP: ".zip", ExportShape.CSV: ".csv"}
PROGRESS_STEP = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What of the register is asked for, in ids; `day` is an ISO date. Empty `communes` or `teams` mean all."""

    day: str
    province: str = ""
    communes: tuple[str, ...] = ()
    teams: tuple[int, ...] = ()
    shape: ExportShape = ExportShape.ONE
    full_phones: bool = False

    def where(self) -> Q:
        """The condition on teams; callers put their scope's beside it."""
        where = Q(province_id=self.province) if self.province else Q()
        if self.communes:
            where &= Q(commune_id__in=self.communes)
        return where & Q(pk__in=self.teams) if self.teams else where

    @property
    def date(self) -> date:
        return date.fromisoformat(self.day)

    def filename(self) -> str:
        """Such as "Danh sách tổ – Đặc khu Cát Hải – 05-03-2026.xlsx"."""
        day = format_date(self.date).replace("/", "-")
        return f"Danh sách tổ – {self.unit_name()} – {day}{SUFFIXES.get(self.shape, '.xlsx')}"

    def unit_name(self) -> str:
        if len(self.communes) == 1:
            return Commune.objects.get(pk=self.communes[0]).name
        name = Province.objects.get(pk=self.province).name if self.province else "nhiều đơn vị"
        return f"{name} ({len(self.communes)} xã)" if self.communes else name


def order_from(args: dict) -> ExportOrder:
    """The order that `asdict` put into a job's arguments."""
    lists = {"communes": tuple(args["communes"]), "teams": tuple(args["teams"])}
    return ExportOrder(**args | lists | {"shape": ExportShape(args["shape"])})


def phones_shown(scope: Scope, *, full: bool) -> ShowsPhones:
    """In full only where that was asked for, and only in units where the user may see or reveal them."""

    def shows(province: str, commune: str) -> bool:
        return full and any(scope.allows(can, province, commune) for can in (Can.SEE_PHONES, Can.REVEAL_PHONES))

    return shows


@dataclass(slots=True)
class Tally:
    """Counts the rows that pass through it, and tells how far they are."""

    total: int = 0
    progress: Progress | None = None
    rows: int = 0
    members: int = 0
    communes: int = 0

    def count(self, rows: Iterable[MemberListRow]) -> Iterator[MemberListRow]:
        commune = None
        for row in rows:
            self.rows += 1
            self.members += bool(row.full_name)
            if row.commune_key != commune:
                commune, self.communes = row.commune_key, self.communes + 1
            if self.progress and self.rows % PROGRESS_STEP == 0:
                self.progress(min(self.rows, self.total), self.total)
            yield row


def export_roster(
    target: IO[bytes],
    order: ExportOrder,
    *,
    within: Q,
    shows_phones: ShowsPhones,
    by: User | None,
    progress: Progress | None = None,
) -> Tally:
    """Write what is ordered of the teams `within`, leave the trace, and say how much it was."""
    where = within & order.where()
    tally = Tally(count_members(where, order.date) if progress else 0, progress)
    WRITERS[order.shape](target, tally.count(member_list_rows(where, order.date, shows_phones)))
    ExportTrace.objects.create(user=by, scope=asdict(order), full_phones=order.full_phones, rows=tally.rows)
    return tally


def export_for(
    target: IO[bytes], order: ExportOrder, *, scope: Scope, by: User, progress: Progress | None = None
) -> Tally:
    """`export_roster` with the units and the phones that `scope` allows."""
    shows = phones_shown(scope, full=order.full_phones)
    return export_roster(target, order, within=scope.where(), shows_phones=shows, by=by, progress=progress)


def ask_export(order: ExportOrder, *, by: User) -> Job:
    """The same as a job, whose result is the file."""
    return enqueue(
        kind="roster.export",
        title=f"Xuất {order.filename()}",
        args=asdict(order),
        by=by,
        province=order.province,
        commune=order.communes[0] if len(order.communes) == 1 else "",
    )


Rows = Iterator[MemberListRow]


def _write_one(target: IO[bytes], rows: Rows) -> None:
    write_member_list(target, [(SHEET_NAME, rows)])


def _write_sheets(target: IO[bytes], rows: Rows) -> None:
    sheets = ((name, group) for (_, name), group in groupby(rows, COMMUNE))
    empty = (SHEET_NAME, iter(()))  # a workbook has at least one sheet
    write_member_list(target, chain([next(sheets, empty)], sheets))


def _write_zip(target: IO[bytes], rows: Rows) -> None:
    groups = groupby(rows, COMMUNE)
    write_zip(
        target,
        ((f"{code} {name}.xlsx", partial(write_member_list, sheets=[(name, group)])) for (code, name), group in groups),
    )


def _write_csv(target: IO[bytes], rows: Rows) -> None:
    write_csv(target, member_list_sheet(SHEET_NAME), rows)


COMMUNE = attrgetter("commune_key", "commune")
WRITERS: dict[ExportShape, Callable[[IO[bytes], Rows], None]] = {
    ExportShape.ONE: _write_one,
    ExportShape.SHEETS: _write_sheets,
    ExportShape.ZIP: _write_zip,
    ExportShape.CSV: _write_csv,
}
