"""The jobs of the register: each finds its row, calls one service, says what came out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import IO

from celery import shared_task
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cdt_portal.jobs.registry import Result, Work, job
from cdt_portal.jobs.services import JobFailed
from teams.access import Can, scope_for
from teams.enums import UndoOutcome
from teams.models import RosterImport
from teams.queries.users import waiting_users
from teams.services import counters
from teams.services.exports import export_for, order_from
from teams.services.imports.applying import RegisterMoved, apply
from teams.services.imports.lifecycle import forget_old, read_and_rehearse
from teams.services.imports.marking import marked_file
from teams.services.imports.undo import NotUndoable, undo
from teams.services.invitations import draw_slips
from teams.services.list_exports import export_list, filter_from, list_filename
from teams.services.quality import check, check_by_job, check_everything
from teams.services.unit_plans import settle_due


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
    except ValidationError as error:
        raise JobFailed(" ".join(error.messages)) from error
    except RegisterMoved:
        roster_import.options |= {"moved": True}
        read_and_rehearse(roster_import)
        return Result(message="Dữ liệu vừa thay đổi. Hãy xem lại rồi xác nhận lần nữa.", url=page(roster_import))
    check_by_job(roster_import.plan["communes"])
    members = roster_import.counts["members"]
    return Result(message=f"Đã thêm {members['new']}, sửa {members['changed']} thành viên.", url=page(roster_import))


@job("roster.undo")
def undo_roster(work: Work) -> Result:
    roster_import = import_of(work)
    try:
        outcomes = undo(roster_import=roster_import, by=work.user)
    except NotUndoable as error:
        raise JobFailed(str(error)) from error
    check_by_job(roster_import.plan["communes"])
    told = [f"{outcome.explanation}: {outcomes[outcome]} dòng." for outcome in UndoOutcome if outcomes[outcome]]
    return Result(message=" ".join(told) or "Không có dòng nào để hoàn lại.", url=page(roster_import))


@job("roster.mark")
def mark_roster(work: Work) -> Result:
    roster_import = import_of(work)
    name = f"{PurePath(roster_import.filename).stem} - đã đánh dấu.xlsx"
    message = "Các ô cần sửa được tô màu, lý do ở cột cuối."
    return Result(message=message, file=marked_file(roster_import), filename=name)


@contextmanager
def result_file() -> Iterator[IO[bytes]]:
    """A file for a job's result: it goes when the work fails, and is taken over with `Result` when it does not."""
    with NamedTemporaryFile(delete=False) as file:
        try:
            yield file
        except BaseException:
            Path(file.name).unlink()
            raise


@job("roster.export")
def export_roster(work: Work) -> Result:
    order = order_from(work.args)
    with result_file() as file:
        tally = export_for(file, order, scope=scope_for(work.user), by=work.user, progress=work.progress)
    message = f"Đã xuất {tally.members} thành viên của {tally.communes} xã, phường, đặc khu."
    return Result(message=message, file=Path(file.name), filename=order.filename())


@job("members.export")
def export_members(work: Work) -> Result:
    asked, as_csv = filter_from(work.args["asked"]), work.args["as_csv"]
    with result_file() as file:
        rows = export_list(file, asked, as_csv=as_csv, scope=scope_for(work.user), by=work.user)
    return Result(
        message=f"Đã xuất {rows} thành viên.",
        file=Path(file.name),
        filename=list_filename(asked, as_csv=as_csv),
    )


@job("users.slips")
def make_slips(work: Work) -> Result:
    users = list(waiting_users(scope_for(work.user)).filter(pk__in=work.args["users"]))
    if not users:
        raise JobFailed("Những người này đã đặt mật khẩu, hoặc không còn do bạn quản lý.")
    with result_file() as file:
        file.write(draw_slips(users, by=work.user, progress=work.progress))
    message = f"Đã tạo phiếu cho {len(users)} người, mỗi phiếu dùng một lần. In, cắt và trao cho đúng người."
    return Result(message=message, file=Path(file.name), filename="Phiếu cấp tài khoản.pdf")


@job("findings.check")
def check_findings(work: Work) -> Result:
    check(work.args["communes"])
    return Result(message="Đã kiểm tra chất lượng dữ liệu.")


@shared_task
def check_all_findings() -> int:
    return check_everything()


@shared_task
def forget_old_imports() -> int:
    return forget_old()


@shared_task
def settle_due_plans() -> int:
    return settle_due(timezone.localdate())


@shared_task
def count_the_day() -> None:
    counters.count_the_day()


@shared_task
def check_counters() -> int:
    return counters.repair_and_tell()
