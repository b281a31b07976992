"""A class's attendance as files: the sheet to be signed, and the workbook that comes in again."""

from collections.abc import Callable
from io import BytesIO

from cdt_portal.accounts.models import User
from cdt_portal.lib.sheets import write_workbook
from teams.access import Scope
from teams.models import ExportTrace
from teams.queries.letterheads import PaperHead, letterhead_of
from training.layouts.attendance import AttendancePaper, attendance_workbook, sign_in_sheets
from training.models import TrainingClass
from training.queries.attendance import attendance_paper, attendance_sheet
from training.services.check_in import link_of


def sheet_bytes(row: TrainingClass, format: str, *, scope: Scope, by: User) -> tuple[bytes, str]:
    """The people of the class whom `scope` sees, and the file's name, in one of SHEETS; who took it is noted."""
    paper = attendance_paper(row, attendance_sheet(row, scope), link_of)
    ExportTrace.objects.create(
        user=by,
        scope={"attendance": row.pk, "province": row.province_id},
        full_phones=False,
        rows=len(paper.people),
    )
    return SHEETS[format](letterhead_of(row.province), paper), f"Điểm danh {row.title}.{format}"


def _pdf(head: PaperHead, paper: AttendancePaper) -> bytes:
    from cdt_portal.lib.documents.pdf import render_sign_in

    return render_sign_in(sign_in_sheets(head, paper))


def _xlsx(head: PaperHead, paper: AttendancePaper) -> bytes:
    target = BytesIO()
    write_workbook(target, [(attendance_workbook(paper), paper.people)])
    return target.getvalue()


SHEETS: dict[str, Callable[[PaperHead, AttendancePaper], bytes]] = {"pdf": _pdf, "xlsx": _xlsx}
