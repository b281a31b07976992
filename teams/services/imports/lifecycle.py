"""An import's life as its owner lives it: upload, rehearse, choose, confirm. The long parts run as jobs."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import DatabaseError, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from teams.enums import ImportState
from teams.intake.fixes import GROUP_FIXES
from teams.intake.reader import read_workbook
from teams.intake.reading import Reading
from teams.intake.refusals import Refused
from teams.intake.roster import read_roster
from teams.models import Commune, Province, RosterImport
from teams.services.imports.rehearsal import rehearse
from teams.services.imports.resolve import CREATE, NO_UNIT

DISK_REFUSES = "Máy chủ không còn chỗ lưu tệp. Chưa có gì được ghi; hãy báo quản trị rồi thử lại."
KEPT = timedelta(days=90)
COMMUNE_ROWS = 50_000
PROVINCE_ROWS = 200_000  # a province has some 30,000 members; the nation's largest twice that


@transaction.atomic
def upload(
    *, file: File, filename: str, by: User | None, province: Province, commune: Commune | None = None
) -> RosterImport:
    """Keep the file under a name of our own and return its import, not yet read.

    Raises ValidationError when the disk will not take it; nothing is stored then.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    roster_import = RosterImport(
        province=province,
        commune=commune,
        owner=by,
        filename=PurePath(filename.replace("\\", "/")).name[:300],
        sha256=digest.hexdigest(),
    )
    suffix = PurePath(filename).suffix.lower()
    name = f"{roster_import.pk}{suffix if suffix.isascii() and len(suffix) < 6 else ''}"
    try:
        roster_import.file.save(name, file, save=False)
    except OSError as error:
        raise ValidationError(DISK_REFUSES) from error
    try:
        roster_import.save()
    except DatabaseError:  # phones in a file that no row names would never be forgotten
        roster_import.file.delete(save=False)
        raise
    return roster_import


def ask_rehearsal(*, roster_import: RosterImport, by: User) -> Job:
    """Read and compare as a job; the page follows it."""
    return _enqueue("roster.rehearse", f"Đọc tệp {roster_import.filename}", roster_import, by)


@transaction.atomic
def choose(*, roster_import: RosterImport, options: dict, by: User) -> Job:
    """Change the choices of the rehearsal (see `clean_options`) and rehearse again."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state != ImportState.REHEARSED:
        raise ValidationError("Lần nhập này không còn chờ xác nhận.")
    cleaned = clean_options(options)
    if "units" in cleaned:  # the page shows only what is still unmatched: earlier choices stand
        cleaned["units"] = current.options.get("units", {}) | cleaned["units"]
    current.options = current.options | cleaned
    current.state = ImportState.UPLOADED
    current.save(update_fields=["options", "state"])
    return ask_rehearsal(roster_import=current, by=by)


def clean_options(options: dict) -> dict:
    """Only known choices in known shapes: `units` {"code:key": village id | "create"}, `create_units` bool,
    `fixes` codes of GROUP_FIXES, `leave` member ids or "all". Raises ValidationError."""
    shapes = {
        "units": lambda value: all(isinstance(choice, int) or choice in (CREATE, NO_UNIT) for choice in value.values()),
        "create_units": lambda value: isinstance(value, bool),
        "fixes": lambda value: set(value) <= set(GROUP_FIXES),
        "leave": lambda value: value == "all" or all(isinstance(member, int) for member in value),
    }
    for name, value in options.items():
        if name not in shapes or not shapes[name](value):
            raise ValidationError("Lựa chọn không hợp lệ.")
    return options


@transaction.atomic
def confirm(*, roster_import: RosterImport, by: User, partial: bool) -> None:
    """Ask for the apply, once. `partial` says that good rows may go in while rejected ones stay behind."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state in {ImportState.APPLYING, ImportState.APPLIED}:
        return  # a second click
    if current.state != ImportState.REHEARSED:
        raise ValidationError("Lần nhập này không còn chờ xác nhận.")
    if current.counts["rows"]["rejected"] and not partial:
        raise ValidationError("Còn dòng lỗi. Hãy sửa, hoặc chọn nhập trước các dòng đúng.")
    current.state = ImportState.APPLYING
    current.save(update_fields=["state"])
    _enqueue("roster.apply", f"Ghi danh sách từ tệp {current.filename}", current, by)


@transaction.atomic
def cancel(*, roster_import: RosterImport, by: User) -> None:
    """Put a rehearsed import aside; its file stays for the record. Raises ValidationError when it is being written."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state in {ImportState.APPLYING, ImportState.APPLIED, ImportState.UNDONE}:
        raise ValidationError("Lần nhập này không còn chờ xác nhận.")
    current.state = ImportState.CANCELLED
    current.save(update_fields=["state"])


def ask_undo(*, roster_import: RosterImport, by: User) -> Job:
    return _enqueue("roster.undo", f"Hoàn tác lần nhập {roster_import.filename}", roster_import, by)


def ask_marked_file(*, roster_import: RosterImport, by: User) -> Job:
    return _enqueue("roster.mark", f"Đánh dấu các ô cần sửa trong {roster_import.filename}", roster_import, by)


def _enqueue(kind: str, title: str, roster_import: RosterImport, by: User) -> Job:
    return enqueue(
        kind=kind,
        title=title,
        args={"roster_import": str(roster_import.pk)},
        by=by,
        province=roster_import.province_id,
        commune=roster_import.commune_id or "",
        key=f"{kind}:{roster_import.pk}",
    )


def read_and_rehearse(roster_import: RosterImport) -> RosterImport:
    """Read the kept file and stage the comparison; a refused file keeps its reason and changes nothing."""
    try:
        reading = read(roster_import)
    except Refused as refused:
        roster_import.state = ImportState.REFUSED
        roster_import.refusal = str(refused)[:400]
        roster_import.counts = {"refused": {"code": refused.code, "message": str(refused)}}
        roster_import.save()
        return roster_import
    return rehearse(roster_import, reading)


def read(roster_import: RosterImport) -> Reading:
    """The roster of the kept file. Raises Refused."""
    with local_copy(roster_import) as path:
        return read_roster(read_workbook(path, roster_import.filename, row_limit=row_limit(roster_import)))


def row_limit(roster_import: RosterImport) -> int:
    return COMMUNE_ROWS if roster_import.commune_id else PROVINCE_ROWS


@transaction.atomic
def forget_old() -> int:
    """Strip what only the undo needs, and the files, from imports older than KEPT; returns how many. Phones in
    them have lost their purpose by then."""
    old = RosterImport.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(file="")
    for roster_import in old:
        roster_import.rows.all().delete()
        roster_import.findings.all().delete()
        roster_import.file.delete(save=False)
        roster_import.plan = {}
        if roster_import.state == ImportState.REHEARSED:
            roster_import.state = ImportState.CANCELLED
        roster_import.save()
    return len(old)


@contextmanager
def local_copy(roster_import: RosterImport) -> Iterator[Path]:
    """The kept file on this machine's disk, wherever the storage is; gone afterwards."""
    with tempfile.NamedTemporaryFile(suffix=PurePath(roster_import.file.name).suffix) as copy:
        with roster_import.file.open("rb") as kept:
            shutil.copyfileobj(kept, copy)
        copy.flush()
        yield Path(copy.name)
