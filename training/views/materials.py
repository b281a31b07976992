"""Topics, each with its files and links: the department keeps them, communes read and take them along."""

from pathlib import PurePath

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from teams.access import Can, requires
from teams.forms.base import PageForm
from teams.models import Province
from teams.views.pages import Crumb, FormPage, form_page, of_province
from training.forms.materials import MaterialForm
from training.models import Material, Topic
from training.queries.materials import catalogue, materials_of, materials_of_scope, topics_of_scope
from training.services import materials as services
from training.views.calls import training_crumbs


@require_safe
@requires(Can.VIEW)
def topics(request: HttpRequest) -> HttpResponse:
    context = {"topics": catalogue(request.scope, timezone.localdate()), "crumbs": training_crumbs()}
    return render(request, "training/materials/topics.html", context)


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(topics_of_scope(request.scope), pk=pk)
    context = {
        "topic": row,
        "materials": materials_of(request.scope, row),
        "may_edit": request.scope.allows(Can.RUN_TRAINING, row.province_id or ""),
        "crumbs": _crumbs(),
    }
    return render(request, "training/materials/topic.html", context)


@of_province(Can.RUN_TRAINING)
def material_add(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    row = get_object_or_404(topics_of_scope(request.scope), pk=pk)
    form = MaterialForm(request.POST or None, request.FILES or None)

    def save(form: MaterialForm) -> None:
        typed = form.cleaned_data
        services.add_material(
            topic=row, province=province, title=typed["title"], url=typed["url"], file=form.upload, by=request.user
        )

    return form_page(request, form, _page(row, "Thêm tài liệu", "Lưu", "Đã thêm tài liệu."), save)


def material_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _material(request, pk, Can.RUN_TRAINING)
    form = MaterialForm(request.POST or None, request.FILES or None, initial=MaterialForm.stored(row))
    if row.file:
        form.fields["file"].help_text = f"Để trống: giữ tệp đã có. {form.fields['file'].help_text}"

    def save(form: MaterialForm) -> None:
        typed = form.cleaned_data
        services.update_material(
            material=row, title=typed["title"], url=typed["url"], file=form.upload, by=request.user
        )

    return form_page(request, form, _page(row.topic, f"Sửa {row.title}", "Lưu", "Đã lưu."), save)


def material_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _material(request, pk, Can.RUN_TRAINING)

    def save(form: PageForm) -> None:
        services.remove_material(material=row, by=request.user)

    intro = f"Bỏ “{row.title}” khỏi chuyên đề “{row.topic.name}”."
    if row.file:
        intro += " Tệp không lấy lại được nữa."
    page = _page(row.topic, "Bỏ tài liệu", "Bỏ", "Đã bỏ tài liệu.", intro=intro, danger=True)
    return form_page(request, PageForm(request.POST if request.method == "POST" else None), page, save)


@require_safe
def material_file(request: HttpRequest, pk: int) -> FileResponse:
    """Always a download: a file that people uploaded is never shown inside the portal's own pages."""
    row = _material(request, pk)
    if not row.file:
        raise Http404("Tài liệu này không có tệp.")
    name = f"tai-lieu-{row.pk}{PurePath(row.file.name).suffix}"
    return FileResponse(row.file.open(), as_attachment=True, filename=name, content_type="application/octet-stream")


def _material(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> Material:
    row = get_object_or_404(materials_of_scope(request.scope), pk=pk)
    if capability != Can.VIEW and not (row.province_id and request.scope.allows(capability, row.province_id)):
        raise PermissionDenied("Bạn chỉ được xem tài liệu này.")
    return row


def _page(row: Topic, title: str, submit: str, done: str, **more) -> FormPage:
    url = reverse("training:topic", args=[row.pk])
    return FormPage(title, submit, url, done, [*_crumbs(), (row.name, url)], **more)


def _crumbs() -> list[Crumb]:
    return [*training_crumbs(), ("Chuyên đề", reverse("training:topics"))]
