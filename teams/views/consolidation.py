from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from teams.access import Can, commune_or_404
from teams.enums import DecisionKind, TeamKind
from teams.forms.consolidation import ConsolidationForm, TeamPlanForm
from teams.models import Commune, Member, Team
from teams.services.concurrency import Conflict
from teams.services.consolidation import Consolidated
from teams.services.consolidation import consolidate as carry_out
from teams.views.decisions import chosen_decision
from teams.views.pages import commune_crumbs, is_id


def consolidate(request: HttpRequest, code: str) -> HttpResponse:
    """Kiện toàn the whole commune, or one team (?to=<id>): fill in, look at the sum, confirm."""
    commune = commune_or_404(request.scope, code, Can.EDIT_ROSTER)
    form = ConsolidationForm(request.POST or None, commune=commune)
    plans = plan_forms(request, commune)
    outcome = None
    if request.method == "POST" and all([form.is_valid(), *(plan.is_valid() for plan in plans)]):
        outcome = attempt(request, form, plans, keep="confirm" in request.POST)
    if outcome and "confirm" in request.POST:
        messages.success(request, f"Đã kiện toàn: {summary(outcome)}.")
        return redirect("teams:commune", commune.pk)
    wrong = bool(form.errors or any(plan.errors for plan in plans))
    context = {
        "commune": commune,
        "form": form,
        "plans": plans,
        "summary": summary(outcome) if outcome else "",
        "planned": [plan for plan in plans if plan.cleaned_data["included"]] if outcome else [],
        "crumbs": commune_crumbs(request, commune),
        "back": reverse("teams:commune", args=[commune.pk]),
    }
    return render(request, "teams/consolidation/form.html", context, status=422 if wrong else 200)


def attempt(
    request: HttpRequest, form: ConsolidationForm, plans: list[TeamPlanForm], *, keep: bool
) -> Consolidated | None:
    """What the plans come to: written when `keep`, else tried and taken back, so that the preview checks everything."""
    try:
        with transaction.atomic():
            outcome = carry_out(
                commune=form.commune,
                decision=chosen_decision(form, DecisionKind.CONSOLIDATE, request.user),
                effective_on=form.cleaned_data["effective_on"],
                plans=[plan.plan() for plan in plans if plan.cleaned_data["included"]],
                by=request.user,
            )
            transaction.set_rollback(not keep)
            return outcome
    except ValidationError as refusal:
        form.tell(refusal)
    except Conflict as conflict:
        name = conflict.current.full_name if conflict.current else "Một thành viên"
        form.add_error(None, f"{name} vừa được người khác sửa. Hãy xem lại dòng này rồi bấm tiếp tục lần nữa.")
        for plan in plans:
            plan.look_again()
    return None


def summary(outcome: Consolidated) -> str:
    return f"giữ {outcome.kept}, thôi {outcome.left}, thêm {outcome.joined}, đổi chức vụ {outcome.changed}"


def plan_forms(request: HttpRequest, commune: Commune) -> list[TeamPlanForm]:
    teams = Team.objects.filter(commune=commune, dissolved_on=None).select_related("province")
    teams = teams.order_by("sort_key", "pk")
    if request.GET.get("to"):
        teams = teams.filter(pk=request.GET["to"]) if is_id(request.GET["to"]) else teams.none()
        if not teams.exists():
            raise Http404("Không tìm thấy tổ này trong xã, hoặc tổ đã giải thể.")
    members: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.filter(team__in=teams, left_on=None).order_by("position", "pk"):
        members[member.team_id].append(member)
    village_teams_first = sorted(teams, key=lambda team: team.kind != TeamKind.VILLAGE_TEAM)
    return [TeamPlanForm(request.POST or None, team=team, members=members[team.pk]) for team in village_teams_first]
