"""The product's steps: make the data, import a province's workbook, export it."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from django.apps import apps
from django.core.files import File
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from teams.demo.province import seed_communes
from teams.layouts.member_list import MemberListRow, write_member_list
from teams.models import Commune, Member, Province, ResidentialUnit, RosterImport
from teams.queries.exports import member_list_rows
from teams.services.imports.applying import apply
from teams.services.imports.lifecycle import read_and_rehearse, upload

SEED, MEMBERS_A_TEAM, CAT_HAI = 2026, 6.7, "11914"
PLAIN_HEADINGS = [
    "Tên Phường/xã", "Tên Tổ", "Số Quyết định", "Họ tên thành viên", "Chức vụ trong tổ", "Số điện thoại liên hệ",
    "Ghi chú",
]  # fmt: skip

# Whoever stands twice in one team would be rejected by us and break the unique index of the stock way.
TWINS_SQL = """
    DELETE FROM teams_member m USING teams_member o
    WHERE o.team_id = m.team_id AND o.match_key = m.match_key AND o.phone = m.phone AND o.position < m.position
"""


def prepare() -> Callable[[], None]:
    def work() -> None:
        call_command("migrate", verbosity=0)
        call_command("load_units", verbosity=0)

    return work


def make_files(code: str, rows: str, official: str, plain: str) -> Callable[[], int]:
    """The villages of a province (or of Cát Hải) into the database, and workbooks of exactly `rows` members who are
    not in it: `official` in the portal's form, `plain` with every cell filled, as the stock way needs it."""
    wanted = int(rows)
    fill = seed(code, rows)

    def work() -> int:
        with transaction.atomic():
            fill()
            with connection.cursor() as cursor:
                cursor.execute(TWINS_SQL)
            with open(official, "wb") as target:
                write_member_list(target, [("Danh sách", member_rows(wanted))])
            write_plain(plain, member_rows(wanted))
            villages = list(ResidentialUnit.objects.all())
            transaction.set_rollback(True)
        return len(ResidentialUnit.objects.bulk_create(villages))

    return work


def communes_of(code: str) -> list[Commune]:
    rows = Commune.objects.order_by("pk")
    return rows.filter(pk=code) if code == CAT_HAI else rows.filter(province=code) if code != "all" else rows


def seed(code: str, rows: str) -> Callable[[], int]:
    """At least `rows` members, with their teams, decisions and villages, into the register; how many members."""
    members = round(int(rows) * 1.06)  # some teams get fewer than their share

    def work() -> int:
        seed_communes(Random(SEED), list(communes_of(code)), round(members / MEMBERS_A_TEAM), members)
        return Member.objects.count()

    return work


def member_rows(limit: int) -> Iterator[MemberListRow]:
    """As an officer's own file has them: without the ids by which the portal knows its rows again."""
    rows = member_list_rows(Q(), timezone.localdate(), everybody)
    return (row._replace(row_id="") for row in islice(rows, limit))


def everybody(province: str, commune: str) -> bool:
    return True


def write_plain(path: str, rows: Iterator[MemberListRow]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(PLAIN_HEADINGS)
    for row in rows:
        sheet.append([*row[:2], row.decision.replace("\n", " "), *row[3:7]])
    book.save(path)


def roster_import(path: str) -> Callable[[], dict]:
    """The whole way of a province's file: kept, read, compared, staged, written."""
    province = Province.objects.get(pk="31")

    def work() -> dict:
        started = time.perf_counter()
        rehearsed = rehearse(path, province, None)
        middle = time.perf_counter()
        counts = apply(roster_import=rehearsed, by=None).counts
        return counts | {"rehearsal": middle - started, "apply": time.perf_counter() - middle}

    return work


def commune_rehearsal(path: str) -> Callable[[], dict]:
    commune = Commune.objects.select_related("province").get(pk=CAT_HAI)
    return lambda: rehearse(path, commune.province, commune).counts


def rehearse(path: str, province: Province, commune: Commune | None) -> RosterImport:
    with open(path, "rb") as file:
        uploaded = upload(file=File(file), filename=Path(path).name, by=None, province=province, commune=commune)
    return read_and_rehearse(uploaded)


def roster_export(path: str) -> Callable[[], int]:
    """The official workbook of the whole register, phones in full; how many rows."""
    import cdt_portal.lib.sheets.skeleton  # noqa: F401  loaded before the clock starts, as in a worker

    def work() -> int:
        rows = member_list_rows(Q(), timezone.localdate(), everybody)
        with open(path, "wb") as target:
            return write_member_list(target, [("Danh sách", rows)]).records

    return work


def write_only_export(path: str) -> Callable[[], int]:
    """The same cells by openpyxl's own streaming way, without what it does not offer there: merges, TỔNG."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    def work() -> int:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        side = Side(style="thin")
        cells = [WriteOnlyCell(sheet) for _ in range(len(PLAIN_HEADINGS) + 1)]
        for cell in cells:  # dressed once and used for every row
            cell.font, cell.alignment = Font(name="Times New Roman", size=12), Alignment(wrap_text=True)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        sheet.append(["TT", *PLAIN_HEADINGS])
        for number, row in enumerate(member_list_rows(Q(), timezone.localdate(), everybody), start=1):
            for cell, value in zip(cells, (number, *row[:7]), strict=True):
                cell.value = value
            sheet.append(cells)
        book.save(path)
        return number

    return work


def history_rows() -> Callable[[], int]:
    """Every write to the register leaves a row in one of these tables."""
    events = [model for model in apps.get_models() if model.__name__.endswith("Event") and hasattr(model, "pgh_id")]
    return lambda: sum(model.objects.count() for model in events)
