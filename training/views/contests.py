"""Contests: the list, and one page for the counts of a day, by hand or by workbook."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, requires
from teams.models import Province
from teams.services.workbooks import read_table
from teams.views.downloads import download
from teams.views.pages import FormPage, as_of, form_page, of_province
from training.access import contests_of, shared_or_404
from training.forms.contests import ContestForm, CountsForm, UploadForm, as_typed
from training.layouts.contests import REQUIRED, CountLine, ReadCounts, counts_sheet, read_counts
from training.models import Contest
from training.queries import contests as queries
from training.services import contests as services
from training.views.calls import training_crumbs

PER_PAGE = 20


@require_safe
@requires(Can.VIEW)
def contests(request: HttpRequest) -> HttpResponse:
    found = contests_of(request.scope).select_related("province")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "lines": queries.contest_lines(page, request.scope),
        "runs": request.scope.allows(Can.RUN_TRAINING),
        "several": request.scope.provinces().count() > 1,
        "crumbs": training_crumbs(),
    }
    return render(request, "training/contests/list.html", context)


@of_province(Can.RUN_TRAINING)
def contest_add(request: HttpRequest, province: Province) -> HttpResponse:
    form = ContestForm(request.POST or None, initial={"version": 0})

    def save(form: ContestForm) -> str:
        return _url(services.create_contest(province=province, fields=form.columns(), by=request.user))

    crumbs = [*training_crumbs(), ("Cuộc thi", reverse("training:contests"))]
    page = FormPage("Thêm cuộc thi", "Lưu", reverse("training:contests"), "Đã thêm cuộc thi.", crumbs)
    return form_page(request, form, page, save)


def contest_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = shared_or_404(request.scope, contests_of(request.scope), pk, Can.RUN_TRAINING)
    form = ContestForm(request.POST or None, initial=ContestForm.stored(row))

    def save(form: ContestForm) -> None:
        version = form.cleaned_data["version"]
        services.update_contest(contest=row, version=version, fields=form.columns(), by=request.user)

    return form_page(request, form, FormPage("Sửa cuộc thi", "Lưu", _url(row), "Đã lưu.", _crumbs(row)), save)


@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """?ngay= the day whose counts are shown and written; today, or the contest's last day when that is over."""
    row = shared_or_404(request.scope, contests_of(request.scope), pk)
    day = day_of(request, row)
    form = counts_form(request, row, day, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.is_writable:
        request.scope.require(Can.REGISTER_NEEDS, row.province_id)  # nothing here is theirs to count
    if request.method == "POST" and form.is_valid():
        try:
            sure = form.cleaned_data["sure"]
            changed = services.save_counts(contest=row, day=day, counts=form.typed(), by=request.user, sure=sure)
            messages.success(request, f"Đã lưu, {changed} số liệu thay đổi.")
            return redirect(_url(row, day))
        except services.StaleCounts as refusal:
            form.tell_stale(refusal)
        except ValidationError as refusal:
            form.tell(refusal)
    return counts_page(request, row, day, form)


def day_of(request: HttpRequest, row: Contest) -> date:
    moment = as_of(request)
    return min(moment.day, row.ends_on) if moment.is_today else moment.day


def counts_form(request: HttpRequest, row: Contest, day: date, data) -> CountsForm:
    rows = queries.count_rows(row, queries.communes_of(row, request.scope, day), day)
    return CountsForm(data, rows=rows, countable=queries.countable(row, request.scope))


def counts_page(
    request: HttpRequest, row: Contest, day: date, form: CountsForm, read: ReadCounts | None = None
) -> HttpResponse:
    """With `read`, what a workbook says stands in the fields and nothing is saved yet."""
    standing = [line.standing for line in form.rows if line.standing is not None]
    context = {
        "contest": row,
        "day": day,
        "form": form,
        "read": read,
        "total": sum(standing) if standing else None,
        "counted": len(standing),
        "days": queries.days_of(row, request.scope),
        "upload": UploadForm(),
        "may_run": request.scope.allows(Can.RUN_TRAINING, row.province_id),
        "crumbs": [*training_crumbs(), ("Cuộc thi", reverse("training:contests"))],
    }
    status = 422 if form.errors and not read else 200
    return render(request, "training/contests/detail.html", context, status=status)


@require_safe
def contest_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts of ?ngay= as a workbook, which `contest_upload` reads back."""
    row = shared_or_404(request.scope, contests_of(request.scope), pk)
    day = day_of(request, row)
    rows = queries.count_rows(row, queries.communes_of(row, request.scope, day), day)
    lines = [CountLine(each.commune.pk, each.commune.name, each.people, day) for each in rows]
    name = f"Cuộc thi đến hết ngày {day:%d-%m-%Y}.xlsx"
    return download(name, lambda file: write_workbook(file, [(counts_sheet(row.name), lines)]))


@require_POST
def contest_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what a workbook says in the fields of its day. Nothing is saved: people look, then save the page."""
    row = shared_or_404(request.scope, contests_of(request.scope), pk)
    day = day_of(request, row)
    if not counts_form(request, row, day, None).is_writable:
        request.scope.require(Can.REGISTER_NEEDS, row.province_id)
    upload = UploadForm(request.POST, request.FILES)
    try:
        if not upload.is_valid():
            raise ValidationError(upload.errors["file"].as_data())
        table = read_table(upload.cleaned_data["file"], required=REQUIRED)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_url(row, day))
    communes = set(queries.communes_of(row, request.scope, day).values_list("pk", flat=True))
    read = read_counts(table.headings, table.rows, communes, day)
    rows = counts_form(request, row, read.day, None).rows
    return counts_page(request, row, read.day, counts_form(request, row, read.day, as_typed(rows, read.people)), read)


def _url(row: Contest, day: date | None = None) -> str:
    query = f"?ngay={format_date(day)}" if day else ""
    return reverse("training:contest", args=[row.pk]) + query


def _crumbs(row: Contest) -> list[tuple[str, str]]:
    return [*training_crumbs(), ("Cuộc thi", reverse("training:contests")), (row.name, _url(row))]
