from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cdt_portal.lib.dates import format_date
from teams.access import Can, commune_or_404, get_or_404
from teams.forms.officers import OfficerEditForm, OfficerEndForm, OfficerForm
from teams.models import Commune, FocalOfficer
from teams.models.base import in_force
from teams.services import officers as services
from teams.views.pages import FormPage, as_of, commune_crumbs, form_page


def officers(request: HttpRequest, code: str) -> HttpResponse:
    return _list(request, commune_or_404(request.scope, code))


@require_POST
def officer_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with this person's CCCD in full, once; the look leaves a trace."""
    officer = _officer(request, pk)
    number = services.reveal_citizen_id(officer=officer, by=request.user)
    return _list(request, officer.commune, revealed={officer.pk: number})


def officer_add(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code, Can.EDIT_ROSTER)
    form = OfficerForm(request.POST or None)

    def save(form: OfficerForm) -> None:
        services.add_officer(commune=commune, fields=form.columns(), by=request.user)

    return form_page(request, form, _page(request, commune, "Thêm cán bộ phụ trách", "Đã thêm."), save)


def officer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    officer = _officer(request, pk)
    full_phone = request.scope.allows(Can.SEE_PHONES, officer.province_id, officer.commune_id)
    form = OfficerEditForm(request.POST or None, officer=officer, full_phone=full_phone)

    def save(form: OfficerEditForm) -> None:
        version = form.cleaned_data["version"]
        services.update_officer(officer=officer, version=version, fields=form.columns(), by=request.user)

    page = _page(request, officer.commune, f"Sửa cán bộ {officer.full_name}", "Đã lưu.")
    return form_page(request, form, page, save)


def officer_end(request: HttpRequest, pk: int) -> HttpResponse:
    officer = _officer(request, pk)
    form = OfficerEndForm(request.POST or None, initial={"version": officer.version})

    def save(form: OfficerEndForm) -> None:
        services.end_officer(officer=officer, by=request.user, **form.cleaned_data)

    def foretell(form: OfficerEndForm) -> list[str]:
        day = format_date(form.cleaned_data["ended_on"])
        numbers = {"số điện thoại": officer.phone, "số CCCD": officer.citizen_id_hash}
        held = [name for name, value in numbers.items() if value]
        gone = f"Sẽ bị xóa, không lấy lại được: {' và '.join(held)}." if held else "Không có số nào phải xóa."
        return [f"{officer.full_name} thôi phụ trách từ {day}.", gone]

    page = _page(request, officer.commune, f"{officer.full_name} thôi phụ trách", "Đã ghi.")
    return form_page(request, form, page, save, foretell=foretell)


def _list(request: HttpRequest, commune: Commune, revealed: dict[int, str] | None = None) -> HttpResponse:
    asof = as_of(request)
    may_edit = request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk)
    rows = FocalOfficer.objects.filter(in_force(asof.day, "started_on", "ended_on"), commune=commune)
    context = {
        "commune": commune,
        "asof": asof,
        "officers": [(row, (revealed or {}).get(row.pk, "")) for row in rows.order_by("pk")],
        "revealed": revealed or {},
        "may_edit": may_edit,
        "may_see_phones": request.scope.allows(Can.SEE_PHONES, commune.province_id, commune.pk),
        "crumbs": commune_crumbs(request, commune),
        "past": FocalOfficer.objects.filter(commune=commune, ended_on__lte=asof.day).order_by("-ended_on"),
    }
    return render(request, "teams/officers/list.html", context)


def _officer(request: HttpRequest, pk: int) -> FocalOfficer:
    rows = FocalOfficer.objects.select_related("commune__province")
    return get_or_404(request.scope, rows, Can.EDIT_ROSTER, pk=pk)


def _page(request: HttpRequest, commune: Commune, title: str, done: str) -> FormPage:
    back = reverse("teams:officers", args=[commune.pk])
    return FormPage(title, "Lưu", back, done, [*commune_crumbs(request, commune), ("Cán bộ phụ trách", back)])
