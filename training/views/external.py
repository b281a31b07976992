"""Courses held elsewhere: a commune records them with evidence, the department reads."""

from pathlib import PurePath

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from teams.access import Can, commune_or_404, get_or_404
from teams.forms.base import PageForm, version_field
from teams.forms.scans import SCAN_TYPES
from teams.models import Commune
from teams.views.pages import Crumb, FormPage, commune_crumbs, form_page, is_id
from training.forms.external import ExternalEditForm, ExternalForm
from training.models import ExternalTraining
from training.services import external as services

PER_PAGE = 50


class RemoveForm(PageForm):
    version = version_field()


@require_safe
def externals(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code)
    rows = ExternalTraining.objects.filter(commune=commune).select_related("member__team", "topic")
    context = {
        "commune": commune,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("trang")),
        "may_edit": request.scope.allows(Can.REGISTER_NEEDS, commune.province_id, commune.pk),
        "crumbs": _crumbs(request, commune)[:-1],
    }
    return render(request, "training/external/list.html", context)


def external_add(request: HttpRequest, code: str) -> HttpResponse:
    """?nguoi=<id> starts with this member ticked."""
    commune = commune_or_404(request.scope, code, Can.REGISTER_NEEDS)
    asked = request.GET.get("nguoi", "")
    initial = {"members": [asked]} if is_id(asked) else {}
    form = ExternalForm(request.POST or None, request.FILES or None, commune=commune, initial=initial)

    def save(form: ExternalForm) -> None:
        services.add_external(
            members=form.cleaned_data["members"], fields=form.fields_typed(), evidence=form.proof, by=request.user
        )

    page = _page(request, commune, "Ghi khóa học ở nơi khác", "Lưu", "Đã ghi khóa học.")
    return form_page(request, form, page, save, "training/external/form.html")


def external_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _external(request, pk, Can.REGISTER_NEEDS)
    stored = ExternalEditForm.stored(row)
    form = ExternalEditForm(request.POST or None, request.FILES or None, commune=row.commune, initial=stored)
    if row.evidence:
        form.fields["evidence"].help_text = "Để trống: giữ tệp đã có."

    def save(form: ExternalEditForm) -> None:
        services.update_external(
            external=row,
            version=form.cleaned_data["version"],
            fields=form.fields_typed(),
            evidence=form.proof,
            by=request.user,
        )

    page = _page(request, row.commune, f"Sửa khóa học của {row.member.full_name}", "Lưu", "Đã lưu.")
    return form_page(request, form, page, save, "training/external/edit.html", external=row)


def external_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _external(request, pk, Can.REGISTER_NEEDS)
    form = RemoveForm(request.POST or None, initial={"version": row.version})

    def save(form: RemoveForm) -> None:
        services.remove_external(external=row, version=form.cleaned_data["version"], by=request.user)

    def foretell(form: RemoveForm) -> list[str]:
        return [f"Bỏ “{row.title}” khỏi quá trình tập huấn của {row.member.full_name}. Lịch sử vẫn giữ."]

    page = _page(request, row.commune, "Bỏ khóa học ghi nhầm", "Bỏ", "Đã bỏ.", danger=True)
    return form_page(request, form, page, save, foretell=foretell)


@require_safe
def external_evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Always a download: a file that people uploaded is never shown inside the portal's own pages."""
    row = _external(request, pk)
    if not row.evidence:
        raise Http404("Khóa học này không có tệp minh chứng.")
    suffix = PurePath(row.evidence.name).suffix
    name = f"minh-chung-{row.pk}{suffix}"
    return FileResponse(row.evidence.open(), as_attachment=True, filename=name, content_type=SCAN_TYPES.get(suffix))


def _external(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> ExternalTraining:
    rows = ExternalTraining.objects.select_related("member", "commune__province")
    return get_or_404(request.scope, rows, capability, pk=pk)


def _page(request: HttpRequest, commune: Commune, title: str, submit: str, done: str, **more) -> FormPage:
    back = reverse("training:externals", args=[commune.pk])
    return FormPage(title, submit, back, done, _crumbs(request, commune), **more)


def _crumbs(request: HttpRequest, commune: Commune) -> list[Crumb]:
    return [
        *commune_crumbs(request, commune),
        ("Tập huấn", reverse("training:trained", args=[commune.pk])),
        ("Khóa học ở nơi khác", reverse("training:externals", args=[commune.pk])),
    ]
