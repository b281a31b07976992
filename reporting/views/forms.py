"""Forms of reports: read by all, edited in the browser by the department of the province they belong to."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.lib import text
from reporting.access import form_or_404, form_version_or_404, forms_of, may_edit_form
from reporting.definition import Definition, DefinitionError, Kind, Nature, Problem, Severity, parse
from reporting.enums import FormAudience, VersionState
from reporting.forms import editor
from reporting.forms.forms import FormAddForm
from reporting.layouts.report import report_document
from reporting.layouts.sample import blank_figures, sample_figures
from reporting.models import FormVersion
from reporting.queries.forms import form_lines, source_groups, versions_of
from reporting.queries.reports import sections_of
from reporting.services import forms as services
from teams.access import Can, requires
from teams.models import Province
from teams.services.concurrency import Conflict
from teams.views.pages import Crumb, FormPage, form_page

LONGEST_NAME = 200  # as the field in the page has it
KINDS = {
    Kind.NUMBER: "Số",
    Kind.RATE: "Tỷ lệ (%)",
    Kind.TEXT: "Đoạn văn",
    Kind.CHOICE: "Chọn một trong các mục",
    Kind.TABLE: "Bảng",
    Kind.DECISION: "Văn bản (số, ngày, trích yếu)",
    Kind.LINK: "Đường liên kết",
    Kind.DATE: "Ngày",
    Kind.FILE: "Tệp kèm theo",
}
NATURES = {
    Nature.STOCK: "Hiện có đến ngày chốt",
    Nature.FLOW: "Phát sinh trong kỳ",
    Nature.CUMULATIVE: "Lũy kế",
}
SEVERITIES = {Severity.ERROR: "Lỗi: chưa sửa thì không nộp được", Severity.WARNING: "Nhắc: vẫn nộp được"}
LEVELS = {"1": "Cấp 1: I, II, III", "2": "Cấp 2: 1, 2, 3", "3": "Cấp 3: a, b, c"}


def forms(request: HttpRequest) -> HttpResponse:
    provinces = request.scope.provinces(Can.RUN_CAMPAIGNS)
    lines = form_lines(forms_of(request.scope))
    context = {
        "own": [line for line in lines if line.form.province_id],
        "shipped": [line for line in lines if not line.form.province_id],
        "may_add": provinces.exists(),
        "many": request.scope.provinces().count() > 1,
        "crumbs": _crumbs(above=True),
    }
    return render(request, "reporting/forms/list.html", context)


def form(request: HttpRequest, pk: int) -> HttpResponse:
    """One form with its versions. Of a shipped one the province's copy is drafted."""
    row = form_or_404(request.scope, pk)
    may_edit = may_edit_form(request.scope, row)
    versions = list(versions_of(row))
    context = {
        "form": row,
        "versions": versions if may_edit else [each for each in versions if each.state == VersionState.PUBLISHED],
        "draft": next((each for each in versions if each.state == VersionState.DRAFT and may_edit), None),
        "may_edit": may_edit,
        "provinces": [] if row.province_id else request.scope.provinces(Can.RUN_CAMPAIGNS),
        "crumbs": _crumbs(),
    }
    return render(request, "reporting/forms/detail.html", context)


@requires(Can.RUN_CAMPAIGNS)
def form_add(request: HttpRequest) -> HttpResponse:
    provinces = request.scope.provinces(Can.RUN_CAMPAIGNS)
    add = FormAddForm(request.POST or None, provinces=provinces, readable=forms_of(request.scope))

    def save(add: FormAddForm) -> str:
        draft = services.add_form(**add.cleaned_data, by=request.user)
        return reverse("reporting:form_edit", args=[draft.pk])

    done = "Đã tạo mẫu. Hãy soạn nội dung rồi ban hành."
    return form_page(request, add, FormPage("Thêm mẫu", "Tạo mẫu", _list_url(), done, _crumbs()), save)


@require_POST
def form_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version, or go on with the one begun; of a shipped form the province is posted."""
    row = form_or_404(request.scope, pk)
    province = row.province or _posted_province(request)
    request.scope.require(Can.RUN_CAMPAIGNS, province.pk)
    draft = services.begin_draft(form=row, province=province, by=request.user)
    return redirect("reporting:form_edit", draft.pk)


def form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button posts the whole page: those that add, move or remove a card show it again, only "Lưu" writes."""
    draft = form_version_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    if draft.state != VersionState.DRAFT:
        messages.info(request, services.ALREADY_PUBLISHED)
        return redirect("reporting:form", draft.form_id)
    if request.method != "POST":
        return _editor(request, draft, draft.definition)
    data = editor.read(request.POST)
    if "do" in request.POST:
        return _editor(request, draft, data, at=editor.change(data, request.POST["do"]), unsaved=True)
    name, seen = text.clean(request.POST.get("name", ""))[:LONGEST_NAME], _number(request.POST.get("version", ""))
    try:
        draft = services.save_draft(draft=draft, version=seen, name=name, definition=data, by=request.user)
    except Conflict as conflict:
        return _editor(request, draft, data, theirs=conflict.current)
    if "publish" in request.POST:
        return redirect("reporting:form_publish", pk)
    messages.success(request, "Đã lưu bản nháp.")
    return redirect("reporting:form_edit", pk)


def form_publish(request: HttpRequest, pk: int) -> HttpResponse:
    draft = form_version_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    context = {"version": draft, "problems": [], "crumbs": _crumbs(draft)}
    if request.method != "POST":
        context["problems"] = [each.text for each in services.problems_in(draft.definition, draft.form.audience)]
        return render(request, "reporting/forms/publish.html", context)
    try:
        services.publish(draft=draft, version=_number(request.POST.get("version", "")), by=request.user)
    except Conflict:
        context["problems"] = ["Người khác vừa sửa bản này. Hãy xem lại trước khi ban hành."]
    except ValidationError as refusal:
        context["problems"] = refusal.messages
    else:
        messages.success(request, f"Đã ban hành bản số {draft.number}. Từ nay các đợt báo cáo có thể dùng bản này.")
        return redirect("reporting:form", draft.form_id)
    return render(request, "reporting/forms/publish.html", context, status=422)


@require_POST
def form_discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft = form_version_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    try:
        services.discard_draft(draft=draft, version=_number(request.POST.get("version", "")), by=request.user)
    except Conflict:
        messages.error(request, "Người khác vừa sửa bản nháp này nên chưa bỏ. Hãy xem lại.")
        return redirect("reporting:form", draft.form_id)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:form", draft.form_id)
    messages.success(request, f"Đã bỏ bản nháp của mẫu “{draft.form.name}”.")
    return redirect("reporting:forms")


def form_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as those who report will see it, with nothing filled in: the templates are those of the report."""
    version = form_version_or_404(request.scope, pk)
    definition, found = _parsed(version)
    figures = blank_figures(definition, timezone.localdate()) if definition else None
    context = {
        "version": version,
        "problems": found,
        "figures": figures,
        "sections": sections_of(figures) if figures else [],
        "report": {"pk": 0},  # of no commune: its forms lead nowhere, and all that is in them is disabled
        "file_types": "",
        "has_paper": version.form.audience == FormAudience.COMMUNE,
        "crumbs": _crumbs(version),
    }
    return render(request, "reporting/forms/preview.html", context)


def form_preview_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper with sample answers: one or two pages, so that it is drawn while one waits."""
    from cdt_portal.lib.documents.pdf import render_pdf

    version = form_version_or_404(request.scope, pk)
    definition, _ = _parsed(version)
    if definition is None or version.form.audience != FormAudience.COMMUNE:
        raise Http404("Mẫu này chưa in ra giấy được.")
    paper = render_pdf(report_document(sample_figures(definition, timezone.localdate())))
    name = f"{version.form.slug}-ban-{version.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


def _editor(
    request: HttpRequest,
    draft: FormVersion,
    data: dict,
    *,
    at: str = "",
    unsaved: bool = False,
    theirs: FormVersion | None = None,
) -> HttpResponse:
    """The page with the cards of `data`. A card that was just added is not told yet that it is empty."""
    found: list[Problem] = services.problems_in(data, draft.form.audience)
    did = request.POST.get("do", "").partition(" ")[0]
    told = [each for each in found if not (did == "add" and each.place == at)]
    sources = source_groups(draft.form.province) if draft.form.audience == FormAudience.COMMUNE else []
    context = {
        "version": draft,
        "seen": theirs.version if theirs else request.POST.get("version", draft.version),
        "name": request.POST.get("name", draft.form.name),
        "their_name": theirs.form.name if theirs and theirs.form.name != request.POST.get("name") else "",
        "cards": editor.make_cards(data, told, theirs.definition if theirs else None, at),
        "told": told,
        "at": at,
        "did": did,
        "unsaved": unsaved or theirs is not None,
        "conflict": theirs is not None,
        "kinds": KINDS.items(),
        "natures": NATURES.items(),
        "levels": LEVELS.items(),
        "severities": SEVERITIES.items(),
        "sources": sources,
        "known": {name for _, names in sources for name, _ in names},
        "crumbs": _crumbs(draft),
    }
    return render(request, "reporting/forms/edit.html", context, status=422 if theirs else 200)


def _parsed(version: FormVersion) -> tuple[Definition | None, list[Problem]]:
    try:
        return parse(version.definition), []
    except DefinitionError as error:
        return None, error.found


def _posted_province(request: HttpRequest) -> Province:
    province = request.scope.provinces().filter(pk=request.POST.get("province", "")).first()
    if province is None:
        raise Http404("Không tìm thấy tỉnh, hoặc tỉnh không thuộc phạm vi của bạn.")
    return province


def _number(typed: str) -> int:
    """A version as the page carries it; 0, which no row has, when it was tampered with."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _list_url() -> str:
    return reverse("reporting:forms")


def _crumbs(version: FormVersion | None = None, *, above: bool = False) -> list[Crumb]:
    """The way to a form's pages; `above` to the list itself."""
    home = ("Báo cáo", reverse("reporting:home"))
    if above:
        return [home]
    crumbs = [home, ("Mẫu báo cáo", _list_url())]
    return [*crumbs, (version.form.name, reverse("reporting:form", args=[version.form_id]))] if version else crumbs
