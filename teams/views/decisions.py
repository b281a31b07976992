from collections.abc import Callable
from pathlib import PurePath

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import FLAG_LABELS, parse_decision
from teams.access import Can, commune_or_404, get_or_404
from teams.enums import DecisionKind
from teams.forms.decisions import DecisionAssignForm, DecisionChoiceForm, DecisionEditForm, DecisionForm
from teams.forms.scans import SCAN_TYPES
from teams.models import Commune, Decision
from teams.queries.decisions import decisions_of, similar_decisions, teams_of
from teams.services import decisions as services
from teams.views.pages import FormPage, commune_crumbs, form_page


def chosen_decision(form: DecisionChoiceForm, kind: DecisionKind, by: User) -> Decision | None:
    """The decision that was picked, or the one whose line was typed (made, of that kind, when it is new)."""
    typed = form.cleaned_data
    if typed["decision"]:
        return typed["decision"]
    return services.find_or_create_decision(commune=form.commune, reading=typed["decision_line"], kind=kind, by=by)


def decisions(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code)
    context = {
        "commune": commune,
        "decisions": decisions_of(commune),
        "may_edit": request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk),
        "crumbs": commune_crumbs(request, commune),
    }
    return render(request, "teams/decisions/list.html", context)


def decision(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decision(request, pk, Can.VIEW)
    context = {
        "decision": row,
        "commune": row.commune,
        "teams": teams_of(row),
        "flags": [FLAG_LABELS[flag] for flag in parse_decision(row.raw_text or str(row)).flags],
        "may_edit": request.scope.allows(Can.EDIT_ROSTER, row.province_id, row.commune_id),
        "crumbs": _crumbs(request, row.commune),
    }
    return render(request, "teams/decisions/detail.html", context)


def decision_add(request: HttpRequest, code: str) -> HttpResponse:
    """?gan=1 goes on to the teams that the decision speaks of."""
    commune = commune_or_404(request.scope, code, Can.EDIT_ROSTER)
    form = DecisionForm(request.POST or None, request.FILES or None)

    def save(form: DecisionForm) -> str:
        row = services.create_decision(commune=commune, fields=form.columns(), by=request.user)
        target = _keep_scan(row, form, request.user)
        return reverse("teams:decision_assign", args=[row.pk]) if "gan" in request.GET else target

    back = reverse("teams:decisions", args=[commune.pk])
    page = FormPage("Thêm quyết định", "Lưu", back, "Đã lưu quyết định.", _crumbs(request, commune))
    return _decision_form(request, form, page, save, commune)


def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decision(request, pk, Can.EDIT_ROSTER)
    form = DecisionEditForm(request.POST or None, request.FILES or None, initial=DecisionEditForm.stored(row))

    def save(form: DecisionEditForm) -> str:
        version = form.cleaned_data["version"]
        changed = services.update_decision(decision=row, version=version, fields=form.columns(), by=request.user)
        return _keep_scan(changed, form, request.user)

    back = reverse("teams:decision", args=[pk])
    page = FormPage(f"Sửa quyết định {row}", "Lưu", back, "Đã lưu.", _crumbs(request, row.commune))
    return _decision_form(request, form, page, save, row.commune, except_id=pk)


def decision_assign(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decision(request, pk, Can.EDIT_ROSTER)
    initial = {"kind": row.kind, "effective_on": row.issued_on}
    form = DecisionAssignForm(request.POST or None, commune=row.commune, initial=initial)

    def save(form: DecisionAssignForm) -> None:
        typed = form.cleaned_data
        services.record_decision(
            teams=list(typed["teams"]),
            decision=row,
            kind=DecisionKind(typed["kind"]),
            effective_on=typed["effective_on"],
            by=request.user,
        )

    back = reverse("teams:decision", args=[pk])
    crumbs = [*_crumbs(request, row.commune), (str(row), back)]
    page = FormPage(f"Gắn quyết định {row} cho các tổ", "Gắn", back, "Đã gắn.", crumbs)
    return form_page(request, form, page, save, "teams/form_ticks.html", foretell=lambda form: stands(form, save))


def stands(form: DecisionAssignForm, save: Callable[[DecisionAssignForm], None]) -> list[str]:
    """How the chosen teams' decisions change: the save is tried and taken back."""
    before = list(form.cleaned_data["teams"])
    with transaction.atomic():
        save(form)
        after = form.fields["teams"].queryset.in_bulk([team.pk for team in before])
        transaction.set_rollback(True)
    lines = [f"{team.title}: {team.decision or 'chưa có'} → {after[team.pk].decision}" for team in before]
    return [f"{len(lines)} tổ:", *lines]


@require_POST
def decision_detach(request: HttpRequest, pk: int, team_id: int) -> HttpResponse:
    """The decision was tied to this team by mistake."""
    row = _decision(request, pk, Can.EDIT_ROSTER)
    tied = get_object_or_404(row.teams.select_related("team__province"), team=team_id)
    services.detach_decision(decision=row, team=tied.team, by=request.user)
    messages.success(request, f"Đã gỡ quyết định khỏi {tied.team.title}.")
    return redirect("teams:decision", pk)


def decision_scan(request: HttpRequest, pk: int) -> FileResponse:
    """Always a download: a file that people uploaded is never shown inside the portal's own pages."""
    row = _decision(request, pk, Can.VIEW)
    if not row.scan:
        raise Http404("Quyết định này chưa có bản quét.")
    suffix = PurePath(row.scan.name).suffix
    name = f"quyet-dinh-{row.pk}{suffix}"
    return FileResponse(row.scan.open(), as_attachment=True, filename=name, content_type=SCAN_TYPES.get(suffix))


def _decision_form(request, form: DecisionForm, page: FormPage, save, commune: Commune, except_id: int | None = None):
    """The button "Đọc dòng này" fills the parts from the line; decisions of the same number are told with a link, and
    saving beside them asks once."""
    reading = form.reading() if form.is_bound else None
    context = {"flags": [FLAG_LABELS[flag] for flag in reading.flags] if reading and reading.raw else []}
    if "read" in request.POST:
        form = form.filled()
        return render(request, "teams/decisions/form.html", {"form": form, "page": page, **context})
    if form.is_bound and form.is_valid():
        parts = {name: form.cleaned_data[name] for name in ("number", "symbol", "issued_on")}
        context["similar"] = similar = similar_decisions(commune, except_id=except_id, **parts)
        is_new = not except_id or {"line", *parts} & set(form.changed_data)
        is_twin = any(each.issued_on == parts["issued_on"] for each in similar)
        if similar and is_new and not is_twin and "confirm" not in request.POST:
            return render(request, "teams/decisions/form.html", {"form": form, "page": page, "asks": True, **context})
    return form_page(request, form, page, save, "teams/decisions/form.html", **context)


def _keep_scan(row: Decision, form: DecisionForm, by: User) -> str:
    if form.cleaned_data["scan"]:
        services.attach_scan(decision=row, scan=form.cleaned_data["scan"], by=by)
    return reverse("teams:decision", args=[row.pk])


def _decision(request: HttpRequest, pk: int, capability: Can) -> Decision:
    return get_or_404(request.scope, Decision.objects.select_related("commune__province"), capability, pk=pk)


def _crumbs(request: HttpRequest, commune: Commune) -> list[tuple[str, str]]:
    return [*commune_crumbs(request, commune), ("Quyết định", reverse("teams:decisions", args=[commune.pk]))]
