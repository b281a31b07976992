"""The member list in the official form: choices, the file at once or as a job, the blank form."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from teams.access import Can, commune_or_404
from teams.forms.exports import ExportForm
from teams.layouts.member_list import blank_member_list
from teams.models import Commune, Province
from teams.services.exports import ExportOrder, ask_export, export_for
from teams.views.downloads import download
from teams.views.pages import as_of, commune_crumbs

AT_ONCE = 5  # communes; more of them are written by a job
BLANK_NAME = "Mẫu danh sách Tổ công nghệ số cộng đồng.xlsx"


def exports(request: HttpRequest) -> HttpResponse:
    """?tinh= the province to choose communes of; ?xa= the commune to choose teams of."""
    commune = chosen_commune(request)
    provinces = list(Province.objects.filter(pk__in=request.scope.communes().order_by().values("province")))
    province = commune.province if commune else chosen_province(request, provinces)
    if province is None:
        return render(request, "teams/exports/provinces.html", {"provinces": provinces})
    form = ExportForm(request.POST or None, scope=request.scope, province=province, commune=commune)
    if request.method == "POST" and form.is_valid():
        return deliver(request, form.order())
    context = {
        "form": form,
        "province": province,
        "commune": commune,
        "whole": request.scope.allows(Can.VIEW, province.pk),
        "crumbs": commune_crumbs(request, commune) if commune else [],
    }
    return render(request, "teams/exports/form.html", context, status=422 if form.errors else 200)


def chosen_commune(request: HttpRequest) -> Commune | None:
    code = request.GET.get("xa", request.scope.home_commune)
    return commune_or_404(request.scope, code) if code else None


def chosen_province(request: HttpRequest, provinces: list[Province]) -> Province | None:
    """The one that is asked for, or the only one; None when there is a choice to make."""
    code = request.GET.get("tinh", provinces[0].pk if len(provinces) == 1 else "")
    found = next((province for province in provinces if province.pk == code), None)
    if found is None and (code or not provinces):
        raise Http404("Không tìm thấy tỉnh, hoặc tỉnh không thuộc phạm vi của bạn.")
    return found


@require_safe
def export_commune(request: HttpRequest, code: str) -> HttpResponse:
    """The commune's list in one click, with the phones that the user sees on its pages."""
    commune = commune_or_404(request.scope, code)
    order = ExportOrder(
        day=as_of(request).day.isoformat(),
        province=commune.province_id,
        communes=(commune.pk,),
        full_phones=request.scope.allows(Can.SEE_PHONES, commune.province_id, commune.pk),
    )
    return deliver(request, order)


def deliver(request: HttpRequest, order: ExportOrder) -> HttpResponse:
    """Few communes at once; more as a job, which only those need who see the whole province."""
    few = 0 < len(order.communes) <= AT_ONCE
    if not few and request.scope.allows(Can.VIEW, order.province):
        return redirect("jobs:detail", ask_export(order, by=request.user).pk)
    return download(order.filename(), partial(export_for, order=order, scope=request.scope, by=request.user))


@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    return download(BLANK_NAME, blank_member_list)
