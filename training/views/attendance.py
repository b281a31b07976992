"""Attendance: the sheet of ticks, the sheet to be signed, workbooks; a class finished and reopened; who stands in."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams.access import Can, get_or_404
from teams.forms.base import PageForm
from teams.services.workbooks import read_table
from teams.views.downloads import download
from teams.views.pages import FormPage, form_page
from training.access import attended_class_or_404
from training.forms.attendance import SheetForm, SuccessorForm, as_typed
from training.forms.contests import UploadForm
from training.layouts.attendance import REQUIRED, Refusal, read_attendance
from training.models import Enrolment, TrainingClass
from training.queries.attendance import attendance_sheet, marked_words, may_replace, successors
from training.services import attendance as services
from training.services import classes
from training.services.attendance_files import SHEETS, sheet_bytes
from training.views.classes import class_crumbs, class_or_404, here, url_of

SAVED = "#da-luu"  # tells the page's script that what it kept has arrived


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    is_post = request.method == "POST"
    row = attended_class_or_404(request.scope, pk, Can.RUN_TRAINING if is_post else Can.VIEW)
    form = SheetForm(request.POST if is_post else None, sheet=attendance_sheet(row, request.scope))
    if is_post and form.is_valid():
        try:
            way = form.cleaned_data["way"]
            saved = services.mark(training_class=row, marks=form.typed(), way=way, by=request.user)
            return say_saved(request, row, saved)
        except ValidationError as refusal:
            form.tell(refusal)
    return sheet_page(request, row, form)


def say_saved(request: HttpRequest, row: TrainingClass, saved: services.Marked) -> HttpResponse:
    messages.success(request, f"Đã lưu {saved.changed} dấu điểm danh." if saved.changed else "Không có gì thay đổi.")
    if saved.told:
        messages.warning(request, f"Trong lúc bạn điểm danh, người khác cũng ghi: {' '.join(saved.told)}")
    return redirect(f"{reverse('training:attendance', args=[row.pk])}{SAVED}")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a workbook says beside what stands, by number of cells; `missing`: sittings without a column in it."""

    new: int
    changed: int
    same: int
    refused: tuple[Refusal, ...]
    missing: tuple[str, ...]

    @property
    def cells(self) -> int:
        return self.new + self.changed + self.same + len(self.refused)


def sheet_page(request: HttpRequest, row: TrainingClass, form: SheetForm, read: ReadFile | None = None) -> HttpResponse:
    """With `read`, a workbook's marks stand in the ticks and nothing is saved yet."""
    runs = request.scope.allows(Can.RUN_TRAINING, row.province_id)
    closed = services.why_closed(row)
    context = {
        "row": row,
        "sheet": form.sheet,
        "form": form,
        "lines": form.lines(),
        "read": read,
        "closed": closed,
        "may_mark": runs and (not closed or form.is_bound),
        "may_replace": runs and row.is_open,
        "whole": request.scope.allows(Can.VIEW, row.province_id),
        "upload": UploadForm(),
        "crumbs": [*class_crumbs(request, row), here(row)],
    }
    return render(request, "training/attendance/sheet.html", context, status=422 if form.errors else 200)


@require_safe
def attendance_file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The sheet to be signed (pdf), or the workbook that `attendance_upload` reads back (xlsx)."""
    row = attended_class_or_404(request.scope, pk)
    request.scope.require(Can.VIEW, row.province_id)
    if format not in SHEETS:
        raise Http404
    data, name = sheet_bytes(row, format, scope=request.scope, by=request.user)
    return download(name, lambda file: file.write(data))


@require_POST
def attendance_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what a workbook says in the ticks of the page. Nothing is saved: people look, then save the page."""
    row = attended_class_or_404(request.scope, pk, Can.RUN_TRAINING)
    upload = UploadForm(request.POST, request.FILES)
    try:
        if closed := services.why_closed(row):
            raise ValidationError(closed)
        if not upload.is_valid():
            raise ValidationError(upload.errors["file"].as_data())
        table = read_table(upload.cleaned_data["file"], required=REQUIRED)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("training:attendance", row.pk)
    sheet = attendance_sheet(row, request.scope)
    names = {each.enrolment.pk: each.enrolment.member.full_name for each in sheet.seated}
    open_by_key = {each.key: each.is_open for each in sheet.columns}
    read = read_attendance(table.headings, table.rows, table.unevaluated, names, open_by_key)
    sessions = {each.key: each.session.pk for each in sheet.columns}
    marks = {(person, sessions[key]): says for (person, key), says in read.marks.items()}
    form = SheetForm(as_typed(sheet, marks), sheet=sheet)
    stands = {(line.enrolment.pk, cell.column.session.pk): cell.says for line in sheet.seated for cell in line.cells}
    new = sum(not stands[key] for key in marks)
    same = sum(stands[key] == says for key, says in marks.items())
    found = ReadFile(new, len(marks) - new - same, same, read.refused, read.missing)
    return sheet_page(request, row, form, found)


# Finished, and open again ---------------------------------------------------------------------------------------------


def class_finish(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)

    def save(form: PageForm) -> str:
        classes.finish(training_class=row, by=request.user)
        return reverse("training:class_results", args=[row.pk])

    done = "Đã kết thúc lớp. Hãy xem lại kết quả rồi lưu."
    page = FormPage("Kết thúc lớp", "Kết thúc lớp", url_of(row), done, [*class_crumbs(request, row), here(row)])
    form = PageForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, page, save, "training/attendance/finish.html", marked=marked_words(row))


@require_POST
def class_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    try:
        classes.reopen(training_class=row, by=request.user)
        messages.success(request, "Đã mở lại lớp. Người học và điểm danh lại sửa được.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(url_of(row))


# Who stands in --------------------------------------------------------------------------------------------------------


def class_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Another of the same team instead of the one whose place in a class has the id `pk`."""
    places = Enrolment.objects.select_related("member__team", "commune", "training_class__call")
    place = get_or_404(request.scope, places, pk=pk)
    row = class_or_404(request, place.training_class_id)
    if not may_replace(request.scope, row, place.commune_id):
        request.scope.require(Can.RUN_TRAINING, row.province_id)
    form = SuccessorForm(request.POST or None, members=successors(place))

    def save(form: SuccessorForm) -> None:
        classes.replace(enrolment=place, member=form.cleaned_data["member"], by=request.user)

    member = place.member
    page = FormPage(
        f"Cử người thay {member.full_name}",
        "Cử người thay",
        url_of(row),
        f"Đã cử người thay {member.full_name}.",
        [*class_crumbs(request, row), here(row)],
        intro=f"Người thay phải cùng tổ: {member.team.name}, {place.commune.name}.",
    )
    return form_page(request, form, page, save, "training/attendance/replace.html", nobody=not form.members)
