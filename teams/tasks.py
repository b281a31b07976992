"""The jobs of the register: each finds its row, calls one service, says what came out."""

from pathlib import PurePath

from django.urls import reverse

from cdt_portal.jobs.registry import Result, Work, job
from cdt_portal.jobs.services import JobFailed
from teams.access import Can, scope_for
from teams.models import RosterImport
from teams.services.imports.applying import RegisterMoved, apply
from teams.services.imports.lifecycle import read_and_rehearse
from teams.services.imports.marking import marked_file
from teams.services.imports.undo import NotUndoable, undo


def import_of(work: Work) -> RosterImport:
    """The import the job is about, if its asker may still import there; raises JobFailed."""
    roster_import = RosterImport.objects.filter(pk=work.args["roster_import"]).first()
    if roster_import is None:
        raise JobFailed("Lần nhập này không còn nữa.")
    if not scope_for(work.user).allows(Can.IMPORT_ROSTER, roster_import.province_id, roster_import.commune_id or ""):
        raise JobFailed("Bạn không còn được phân công nhập dữ liệu cho đơn vị này. Chưa có gì được ghi.")
    return roster_import


def page(roster_import: RosterImport) -> str:
    return reverse("teams:import", args=[roster_import.pk])


@job("roster.rehearse")
def rehearse_roster(work: Work) -> Result:
    roster_import = read_and_rehearse(import_of(work))
    message = roster_import.refusal or "Đã đọc xong, chờ xác nhận."
    return Result(message=message, url=page(roster_import))


@job("roster.apply")
def apply_roster(work: Work) -> Result:
    roster_import = import_of(work)
    try:
        apply(roster_import=roster_import, by=work.user)
    except RegisterMoved:
        roster_import.options |= {"moved": True}
        read_and_rehearse(roster_import)
        return Result(message="Dữ liệu vừa thay đổi. Hãy xem lại rồi xác nhận lần nữa.", url=page(roster_import))
    members = roster_import.counts["members"]
    return Result(message=f"Đã thêm {members['new']}, sửa {members['changed']} thành viên.", url=page(roster_import))


@job("roster.undo")
def undo_roster(work: Work) -> Result:
    roster_import = import_of(work)
    try:
        outcomes = undo(roster_import=roster_import, by=work.user)
    except NotUndoable as error:
        raise JobFailed(str(error)) from error
    message = f"Đã hoàn lại {outcomes['reversed']} dòng, giữ {outcomes['kept']} dòng vì có người sửa sau đó."
    return Result(message=message, url=page(roster_import))


@job("roster.mark")
def mark_roster(work: Work) -> Result:
    roster_import = import_of(work)
    name = f"{PurePath(roster_import.filename).stem} - đã đánh dấu.xlsx"
    message = "Các ô cần sửa được tô màu, lý do ở cột cuối."
    return Result(message=message, file=marked_file(roster_import), filename=name)
