"""The wizard for a decree on villages: choose, describe, look, confirm; afterwards call it off or follow it up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, commune_or_404, get_or_404
from teams.enums import PlanState
from teams.forms.unit_plans import MOST_NEW, DecreeFileForm, FatesForm, NewUnitsForm, PlanStartForm
from teams.layouts.decree import DECREE_SHEET, CellError
from teams.models import Commune, Province, ResidentialUnit, UnitPlan
from teams.queries.unit_plans import Preview, figures_on, plans_seen, preview
from teams.queries.units import events_of_plan
from teams.services import unit_plans as services
from teams.services.concurrency import Conflict
from teams.services.decrees import example_lines, rows_from
from teams.services.team_fates import settle
from teams.services.unit_mentions import mentions
from teams.views.downloads import download
from teams.views.pages import FormPage, commune_crumbs, form_page, is_id, of_province

STALE = "Thôn, tổ dân phố hoặc bản soạn này vừa được người khác sửa. Đây là tình hình mới nhất: hãy xem lại."


def plan_start(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1: which villages of the commune (?chon= is ticked), and of those in ?xa= where the user may change them
    too."""
    commune = commune_or_404(request.scope, code, Can.EDIT_UNITS)
    same_province = request.scope.communes(Can.EDIT_UNITS).filter(province=commune.province_id, ended_on=None)
    others = same_province.exclude(pk=commune.pk).order_by("sort_key", "pk")
    communes = [commune, *others.filter(pk__in=request.GET.getlist("xa"))]
    chosen = request.GET.get("chon", "")
    form = PlanStartForm(request.POST or None, communes=communes, initial={"units": [chosen] if is_id(chosen) else []})

    def save(form: PlanStartForm) -> str:
        units = form.cleaned_data["units"]
        plan = services.draft_plan(
            province=commune.province,
            commune=commune if len(communes) == 1 else None,
            event=form.event(),
            rows=form.blank_rows(),
            seen={unit.pk: unit.version for unit in units},
            by=request.user,
        )
        return reverse("teams:plan_describe", args=[plan.pk])

    back = reverse("teams:units", args=[commune.pk])
    crumbs = [*commune_crumbs(request, commune), ("Thôn, tổ dân phố", back)]
    page = FormPage("Sắp xếp thôn, tổ dân phố", "Tiếp tục", back, "Đã lưu bản soạn.", crumbs)
    context = {"commune": commune, "communes": communes, "others": [each for each in others if each not in communes]}
    return form_page(request, form, page, save, "teams/unit_plans/start.html", **context)


def plan_describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: the new villages, and how much of which old one goes into each. `more` asks for one block more."""
    plan = _draft_or_404(request, pk)
    if len(plan.rows) > MOST_NEW:
        messages.info(request, "Có nhiều đơn vị mới: hãy sửa trong tệp Excel rồi đọc lại tệp.")
        return redirect("teams:plan", plan.pk)
    olds = list(_olds(plan))
    communes = list(_communes(plan, olds))
    more = "more" in request.POST
    asked = request.POST.get("count", "")
    count = min(int(asked), MOST_NEW) if asked.isdecimal() and len(asked) < 4 else len(plan.rows)
    count = min(max(count, 1) + more, MOST_NEW)
    form = NewUnitsForm(request.POST or None, plan=plan, olds=olds, communes=communes, count=count)

    def save(form: NewUnitsForm) -> str:
        services.describe_plan(plan=plan, version=form.cleaned_data["version"], rows=form.rows(), by=request.user)
        return reverse("teams:plan", args=[plan.pk])

    page = FormPage(
        "Các đơn vị mới", "Xem trước", _home(plan), "Đã lưu bản soạn, chưa ghi vào danh sách.", _crumbs(request, plan)
    )
    context = {"plan": plan, "many": count >= MOST_NEW}
    if more:
        return render(request, "teams/unit_plans/describe.html", context | {"form": form, "page": page})
    return form_page(request, form, page, save, "teams/unit_plans/describe.html", **context)


def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: what will happen, with a choice for teams; `confirm` records it. A recorded plan shows what it did."""
    row = get_or_404(request.scope, plans_seen(request.scope), pk=pk)
    if row.state != PlanState.DRAFT:
        if request.method == "POST":
            messages.error(
                request, f"Bản soạn này {row.get_state_display().lower()} trước đó. Đây là tình hình mới nhất."
            )
            return redirect("teams:plan", row.pk)
        return _recorded(request, row)
    request.scope.require(Can.EDIT_UNITS, row.province_id, row.commune_id or "")
    if not all(each["name"] for each in row.rows):
        return redirect("teams:plan_describe", row.pk)
    shown = preview(row)
    may_choose = request.scope.allows(Can.EDIT_ROSTER, row.province_id, row.commune_id or "")
    form = FatesForm(request.POST or None, plan=row, shown=shown, may_choose=may_choose)
    if request.method == "POST" and form.is_valid() and _write(request, row, form):
        messages.success(request, "Đã ghi." if "confirm" in request.POST else "Đã lưu lựa chọn.")
        return redirect("teams:plan", row.pk)
    context = _looked_at(row, shown, form, request) | {
        "plan": row,
        "form": form,
        "shown": shown,
        "crumbs": _crumbs(request, row),
    }
    return render(request, "teams/unit_plans/plan.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, row: UnitPlan, form: FatesForm) -> bool:
    """Save what was chosen, and the whole plan when it is confirmed; what stands in the way is told in the form."""
    try:
        with transaction.atomic():
            saved = services.choose_fates(
                plan=row, version=form.cleaned_data["version"], fates=form.fates(), by=request.user
            )
            if "confirm" in request.POST:
                services.record_plan(plan=saved, version=saved.version, by=request.user)
        return True
    except ValidationError as refusal:
        form.tell(refusal)
    except Conflict:
        form.add_error(None, STALE)
    return False


def _looked_at(row: UnitPlan, shown: Preview, form: FatesForm, request: HttpRequest) -> dict[str, object]:
    """The figures before and after, as the plan would make them, and why it would be refused: it is written and taken
    back."""
    codes, day = [each.pk for each in shown.communes], row.effective_on
    refused: list[str] = []
    before = figures_on(codes, day)
    after = before
    fresh = UnitPlan.objects.get(pk=row.pk)
    with transaction.atomic():
        try:
            if form.teams and not form.is_bound:
                proposed = {each.team.pk: services.Fate(each.joins) for each in shown.teams if each.joins}
                fates = services.fates_of(fresh) or proposed
                fresh = services.choose_fates(plan=fresh, version=fresh.version, fates=fates, by=request.user)
            services.record_plan(plan=fresh, version=fresh.version, by=request.user)
            if day > timezone.localdate():  # else it is done already
                settle(services.fates_of(fresh), day)
            after = figures_on(codes, day)
        except ValidationError as refusal:
            refused = refusal.messages
        except Conflict:
            refused = [STALE]
        transaction.set_rollback(True)
    return {
        "refused": refused,
        "groups": [(each, [(team, form.field_of(team.team.pk)) for team in each.teams]) for each in shown.groups],
        "figures": [(each, before[each.pk], after[each.pk]) for each in shown.communes],
        "mentions": mentions(codes, day),
        "is_future": day > timezone.localdate(),
    }


def _recorded(request: HttpRequest, row: UnitPlan) -> HttpResponse:
    olds = list(_olds(row))
    context = {
        "plan": row,
        "events": events_of_plan(row),
        "communes": _communes(row, olds),
        "is_future": row.effective_on > timezone.localdate(),
        "may_edit": request.scope.allows(Can.EDIT_UNITS, row.province_id, row.commune_id or ""),
        "crumbs": _crumbs(request, row),
    }
    return render(request, "teams/unit_plans/recorded.html", context)


@require_POST
def plan_call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is thrown away, a recorded plan is taken back whole; both lead to where the plan came from."""
    row = get_or_404(request.scope, plans_seen(request.scope), Can.EDIT_UNITS, pk=pk)
    try:
        if row.state == PlanState.DRAFT:
            services.discard_plan(plan=row, by=request.user)
            messages.success(request, "Đã bỏ bản soạn.")
            return redirect(_home(row))
        services.call_off_plan(plan=row, version=row.version, by=request.user)
        messages.success(request, "Đã rút lại: danh sách thôn, tổ dân phố và các tổ trở lại như trước.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Conflict:
        messages.error(request, STALE)
    return redirect("teams:plan", row.pk)


# From a workbook ------------------------------------------------------------------------------------------------------


@of_province(Can.EDIT_UNITS)
def plans(request: HttpRequest, province: Province) -> HttpResponse:
    """The department's plans, and a workbook read into a new one."""
    page = FormPage(
        "Sắp xếp thôn, tổ dân phố theo nghị quyết", "Đọc tệp", f"{reverse('teams:communes')}?tinh={province.pk}", READ
    )
    communes = request.scope.communes(Can.EDIT_UNITS).filter(province=province, ended_on=None)
    rows = plans_seen(request.scope).filter(province=province).exclude(state=PlanState.CALLED_OFF)
    return _file_page(request, province, None, list(communes), page, plans=rows.order_by("-pk")[:50])


READ = "Đã đọc tệp, chưa ghi vào danh sách."


def plan_upload(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code, Can.EDIT_UNITS)
    back = reverse("teams:units", args=[commune.pk])
    crumbs = [*commune_crumbs(request, commune), ("Thôn, tổ dân phố", back)]
    page = FormPage("Sắp xếp thôn, tổ dân phố bằng tệp Excel", "Đọc tệp", back, READ, crumbs)
    return _file_page(request, commune.province, commune, [commune], page)


@require_safe
def plan_template(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook to fill in, with the commune's villages in their column."""
    commune = commune_or_404(request.scope, code, Can.EDIT_UNITS)
    name = f"Sắp xếp thôn – {commune.name}.xlsx"
    return download(name, lambda file: write_workbook(file, [(DECREE_SHEET, example_lines([commune]))]))


@require_safe
@of_province(Can.EDIT_UNITS)
def plans_template(request: HttpRequest, province: Province) -> HttpResponse:
    return download("Sắp xếp thôn, tổ dân phố.xlsx", lambda file: write_workbook(file, [(DECREE_SHEET, [])]))


def _file_page(
    request: HttpRequest,
    province: Province,
    commune: Commune | None,
    communes: list[Commune],
    page: FormPage,
    **context,
) -> HttpResponse:
    form = DecreeFileForm(request.POST or None, request.FILES or None)
    errors: list[CellError] = []
    context |= {"province": province, "commune": commune}

    def save(form: DecreeFileForm) -> str:
        rows, seen, wrong = rows_from(form.cleaned_data["file"], communes)
        errors.extend(wrong)
        if wrong:
            raise ValidationError(
                f"Tệp có {len(wrong)} ô cần sửa, chưa đọc được. Hãy sửa các ô dưới đây rồi chọn lại tệp."
            )
        plan = services.draft_plan(
            province=province, commune=commune, event=form.event(), rows=rows, seen=seen, by=request.user
        )
        return reverse("teams:plan", args=[plan.pk])

    return form_page(request, form, page, save, "teams/unit_plans/upload.html", errors=errors, **context)


# ----------------------------------------------------------------------------------------------------------------------


def _draft_or_404(request: HttpRequest, pk: int) -> UnitPlan:
    row = get_or_404(request.scope, plans_seen(request.scope), Can.EDIT_UNITS, pk=pk)
    if row.state != PlanState.DRAFT:
        raise Http404
    return row


def _olds(plan: UnitPlan):
    rows = ResidentialUnit.objects.filter(pk__in=plan.seen).select_related("commune")
    return rows.order_by("commune__sort_key", "sort_key", "pk")


def _communes(plan: UnitPlan, olds: list[ResidentialUnit]):
    codes = {old.commune_id for old in olds} | {row["commune"] for row in plan.rows}
    return Commune.objects.filter(pk__in=codes).order_by("sort_key", "pk")


def _home(plan: UnitPlan) -> str:
    if plan.commune_id:
        return reverse("teams:units", args=[plan.commune_id])
    return f"{reverse('teams:plans')}?tinh={plan.province_id}"


def _crumbs(request: HttpRequest, plan: UnitPlan) -> list[tuple[str, str]]:
    crumbs = commune_crumbs(request, plan.commune) if plan.commune else [(plan.province.name, _home(plan))]
    return [*crumbs, ("Thôn, tổ dân phố" if plan.commune else "Sắp xếp thôn, tổ dân phố", _home(plan))]
