from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cdt_portal.lib.dates import format_date
from teams.access import Can, commune_or_404, get_or_404
from teams.forms.units import UnitAddForm, UnitEndForm, UnitForm, UnitRenameForm
from teams.models import Commune, ResidentialUnit
from teams.queries.communes import coverages_of, village_lines
from teams.queries.unit_plans import plans_of
from teams.queries.units import ended_units, teams_covering, unit_events
from teams.services import units as services
from teams.views.pages import FormPage, as_of, commune_crumbs, form_page, is_id


def units(request: HttpRequest, code: str) -> HttpResponse:
    """?moi=<id> shows the teams that share a new village, for one of them to be chosen."""
    commune = commune_or_404(request.scope, code)
    asof, asked = as_of(request), request.GET.get("moi", "")
    new = commune.residential_units.filter(pk=asked).first() if is_id(asked) else None
    context = {
        "commune": commune,
        "asof": asof,
        "villages": village_lines(commune, asof.day, coverages_of(commune, asof.day)),
        "ended": ended_units(commune, asof.day),
        "events": unit_events(commune),
        "plans": plans_of(request.scope, commune),
        "may_edit": request.scope.allows(Can.EDIT_UNITS, commune.province_id, commune.pk),
        "may_edit_teams": request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk),
        "may_load": request.scope.provinces(Can.EDIT_UNITS).filter(pk=commune.province_id).exists(),
        "crumbs": commune_crumbs(request, commune),
        "new": new,
        "new_teams": teams_covering([new], asof.day) if new else [],
    }
    return render(request, "teams/units/list.html", context)


def unit_add(request: HttpRequest, code: str) -> HttpResponse:
    """Typed lines are shown as they are understood before they are written."""
    commune = commune_or_404(request.scope, code, Can.EDIT_UNITS)
    form = UnitAddForm(request.POST or None, commune=commune)
    page = _page(request, commune, "Thêm thôn, tổ dân phố", "Xem trước", "Đã thêm thôn, tổ dân phố.")
    if request.method == "POST" and "confirm" not in request.POST and form.is_valid():
        context = {"form": form, "page": page, "drafts": form.cleaned_data["lines"]}
        return render(request, "teams/units/add.html", context)

    def save(form: UnitAddForm) -> None:
        typed = form.cleaned_data
        services.add_units(commune=commune, drafts=typed["lines"], valid_from=typed["valid_from"], by=request.user)

    return form_page(request, form, page, save, "teams/units/add.html", drafts=[])


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    form = UnitForm(request.POST or None, commune=unit.commune, initial=UnitForm.stored(unit))

    def save(form: UnitForm) -> None:
        fields = dict(form.cleaned_data)
        services.update_unit(unit=unit, version=fields.pop("version"), fields=fields, by=request.user)

    page = _page(request, unit.commune, f"Sửa {unit.name}", "Lưu", "Đã lưu.", intro=EDIT_INTRO)
    return form_page(request, form, page, save, "teams/units/edit.html", unit=unit)


EDIT_INTRO = (
    "Dùng để sửa chỗ ghi sai. Khi thôn được đổi tên, sáp nhập, chia tách theo văn bản, hãy dùng các mục bên dưới."
)


def unit_end(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    form = UnitEndForm(request.POST or None, initial={"version": unit.version})

    def save(form: UnitEndForm) -> None:
        services.end_unit(unit=unit, by=request.user, **form.cleaned_data)

    def foretell(form: UnitEndForm) -> list[str]:
        day = form.cleaned_data["ended_on"]
        return [f"{unit.name} hết hiệu lực từ {format_date(day)}.", teams_line([unit], day, "thôi phụ trách nơi này")]

    page = _page(request, unit.commune, f"Kết thúc {unit.name}", "Kết thúc", "Đã ghi ngày hết hiệu lực.", danger=True)
    return form_page(request, form, page, save, foretell=foretell)


def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    form = UnitRenameForm(request.POST or None, commune=unit.commune, initial=UnitForm.stored(unit))

    def save(form: UnitRenameForm) -> None:
        draft = services.UnitDraft(form.draft().name, form.draft().kind, unit.households)
        version = form.cleaned_data["version"]
        services.rename_unit(unit=unit, version=version, new=draft, event=form.event(), by=request.user)

    page = _page(request, unit.commune, f"Đổi tên {unit.name}", "Đổi tên", "Đã đổi tên; tên cũ vẫn còn trong lịch sử.")

    def foretell(form: UnitRenameForm) -> list[str]:
        name, event = form.draft().name, form.event()
        day = format_date(event.effective_on)
        moving = teams_line([unit], event.effective_on, f"chuyển sang phụ trách {name}")
        return [f"Hết hiệu lực từ {day}: {unit.name}.", f"Có từ {day}: {name}.", moving]

    return form_page(request, form, page, save, foretell=foretell)


@require_POST
def unit_delete(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    try:
        services.delete_unit(unit=unit, by=request.user)
        messages.success(request, f"Đã xóa {unit.name}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("teams:units", unit.commune_id)


def teams_line(units: Iterable[ResidentialUnit], day: date, words: str) -> str:
    teams = teams_covering(units, day)
    names = f": {', '.join(team.title for team in teams)}" if teams else ""
    return f"{len(teams)} tổ {words}{names}."


def _unit(request: HttpRequest, pk: int) -> ResidentialUnit:
    rows = ResidentialUnit.objects.select_related("commune__province")
    return get_or_404(request.scope, rows, Can.EDIT_UNITS, pk=pk)


def _page(request: HttpRequest, commune: Commune, title: str, submit: str, done: str, **more) -> FormPage:
    back = reverse("teams:units", args=[commune.pk])
    crumbs = [*commune_crumbs(request, commune), ("Thôn, tổ dân phố", back)]
    return FormPage(title=title, submit=submit, back=back, done=done, crumbs=crumbs, **more)
