"""A class as files: the list of its people, the letter that invites them. Each leaves a trace of who took it."""

from collections.abc import Callable
from io import BytesIO

from django.db.models import QuerySet

from cdt_portal.accounts.models import User
from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, Scope
from teams.models import ExportTrace, Province
from teams.queries.letterheads import DEPARTMENT, in_sentence, letterhead_of
from training.layouts.classes import ClassPaper, class_list, class_sheet, invitation
from training.models import TrainingClass
from training.queries.classes import class_papers

LIST_FORMATS, LETTER_FORMATS = ("xlsx", "pdf"), ("pdf", "docx")


def list_bytes(row: TrainingClass, format: str, *, scope: Scope, by: User) -> tuple[bytes, str]:
    """The people of the class whom `scope` sees, and the file's name, in one of LIST_FORMATS."""
    classes = TrainingClass.objects.filter(pk=row.pk)
    paper = class_papers(scope, classes, waiting=format == "xlsx")[0]
    _trace({"class": row.pk}, [paper], row.province_id, scope, by)
    return LISTS[format](paper), f"Danh sách lớp {row.title}.{format}"


def letter_bytes(
    classes: QuerySet[TrainingClass], province: Province, format: str, *, scope: Scope, by: User
) -> tuple[bytes, str]:
    """One letter for these classes of the province, in one of LETTER_FORMATS."""
    papers = class_papers(scope, classes)
    _trace({"invitation": [row.pk for row in classes]}, papers, province.pk, scope, by, phones=False)
    name = papers[0].title if len(papers) == 1 else f"{len(papers)} lớp tập huấn"
    letter = invitation(letterhead_of(province), f"{DEPARTMENT} {in_sentence(province.name)}", papers)
    return LETTERS[format](letter), f"Giấy mời {name}.{format}"


def _trace(what: dict, papers: list[ClassPaper], province: str, scope: Scope, by: User, *, phones: bool = True) -> None:
    rows = sum(len(paper.learners) for paper in papers)
    full = phones and scope.allows(Can.SEE_PHONES)
    ExportTrace.objects.create(user=by, scope=what | {"province": province}, full_phones=full, rows=rows)


def _xlsx(paper: ClassPaper) -> bytes:
    target = BytesIO()
    write_workbook(target, [(class_sheet(paper), paper.learners)])
    return target.getvalue()


def _list_pdf(paper: ClassPaper) -> bytes:
    from cdt_portal.lib.documents.pdf import render_list

    return render_list(class_list(paper))


def _pdf(document) -> bytes:
    from cdt_portal.lib.documents.pdf import render_pdf

    return render_pdf(document)


def _docx(document) -> bytes:
    from cdt_portal.lib.documents.docx import render_docx

    return render_docx(document)


LISTS: dict[str, Callable[[ClassPaper], bytes]] = {"xlsx": _xlsx, "pdf": _list_pdf}
LETTERS: dict[str, Callable] = {"pdf": _pdf, "docx": _docx}
