"""What is to be looked at again, and how good the data are: of a commune, and of a province."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams.access import Can, commune_or_404, get_or_404
from teams.enums import FindingState
from teams.forms.findings import AcceptAllForm, AcceptForm
from teams.models import DataFinding, Province
from teams.queries.quality import pages
from teams.queries.quality.registry import RULES
from teams.services import findings as services
from teams.services.concurrency import Conflict
from teams.services.finding_export import write_findings
from teams.views.downloads import download
from teams.views.pages import FormPage, commune_crumbs, form_page, of_province

ACCEPTING = "Chấp nhận khi dữ liệu đã đúng với thực tế. Khi tình hình khác đi, điều này tự mở lại."


def asked_state(request: HttpRequest) -> FindingState:
    """?trangthai=accepted, open by default."""
    asked = request.GET.get("trangthai", "")
    return FindingState(asked) if asked in FindingState.values else FindingState.OPEN


def asked_rule(request: HttpRequest) -> str:
    """?quytac=phone_missing, "" for all."""
    asked = request.GET.get("quytac", "")
    return asked if asked in RULES else ""


def quality(request: HttpRequest) -> HttpResponse:
    """The department's page; a commune's people go on to theirs."""
    if request.scope.home_commune:
        return redirect("teams:commune_quality", request.scope.home_commune)
    if not request.scope.provinces().exists():
        return redirect("teams:communes")
    return province_quality(request)


@of_province()
def province_quality(request: HttpRequest, province: Province) -> HttpResponse:
    state, rule = asked_state(request), asked_rule(request)
    lines = pages.commune_lines(province, state=state, rule=rule)
    context = {
        "province": province,
        "lines": lines,
        "mean": pages.mean_score(lines),
        "rules": pages.rule_lines(province, state),
        "rule": RULES.get(rule),
        "state": state,
        "states": FindingState,
        "total": sum(line.count for line in lines),
    }
    return render(request, "teams/quality/province.html", context)


@require_safe
@of_province()
def export(request: HttpRequest, province: Province) -> HttpResponse:
    """The findings that the page counts, as a workbook."""
    rows = pages.findings_of(province, state=asked_state(request), rule=asked_rule(request))
    name = f"Điều cần xem lại {timezone.localdate():%d-%m-%Y}.xlsx"
    return download(name, partial(write_findings, rows=rows))


def commune_quality(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code)
    state, rule = asked_state(request), asked_rule(request)
    found = pages.quality_of(commune, state=state, rule=rule)
    context = {
        "commune": commune,
        "found": found,
        "rule": RULES.get(rule),
        "state": state,
        "tabs": [(each, found.counts[each]) for each in FindingState],
        "may_edit": request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk),
        "crumbs": commune_crumbs(request, commune),
    }
    return render(request, "teams/quality/commune.html", context)


def finding_accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = _finding(request, pk)
    form = AcceptForm(request.POST or None, initial={"version": row.version})

    def save(form: AcceptForm) -> None:
        services.accept(finding=row, by=request.user, **form.cleaned_data)

    back = _page_of(row)
    crumbs = [*commune_crumbs(request, row.commune), ("Chất lượng dữ liệu", back)]
    page = FormPage("Chấp nhận", "Chấp nhận", back, "Đã chấp nhận.", crumbs, intro=f"{row.text} {ACCEPTING}")
    return form_page(request, form, page, save)


def findings_accept(request: HttpRequest, code: str) -> HttpResponse:
    """Several of a rule (?quytac=), or of all, for one reason."""
    commune = commune_or_404(request.scope, code, Can.EDIT_ROSTER)
    form = AcceptAllForm(request.POST or None, rows=pages.open_findings(commune, asked_rule(request)))

    def save(form: AcceptAllForm) -> None:
        typed = form.cleaned_data
        services.accept_all(commune=commune, versions=typed["findings"], reason=typed["reason"], by=request.user)

    back = reverse("teams:commune_quality", args=[commune.pk])
    crumbs = [*commune_crumbs(request, commune), ("Chất lượng dữ liệu", back)]
    page = FormPage("Chấp nhận nhiều điều", "Chấp nhận", back, "Đã chấp nhận.", crumbs, intro=ACCEPTING)
    return form_page(request, form, page, save, "teams/form_ticks.html")


@require_POST
def finding_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row = _finding(request, pk)
    try:
        services.reopen(finding=row, version=row.version, by=request.user)
        messages.success(request, "Đã mở lại.")
    except (ValidationError, Conflict):
        messages.warning(request, "Điều này vừa thay đổi, không phải mở lại nữa.")
    return redirect(_page_of(row))


def _finding(request: HttpRequest, pk: int) -> DataFinding:
    rows = DataFinding.objects.select_related("commune__province")
    return get_or_404(request.scope, rows, Can.EDIT_ROSTER, pk=pk)


def _page_of(row: DataFinding) -> str:
    return reverse("teams:commune_quality", args=[row.commune_id])
