from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from teams.access import Can, commune_or_404, get_or_404
from teams.enums import DecisionKind
from teams.forms.teams import DissolveForm, TeamEditForm, TeamForm
from teams.models import Member, Team
from teams.queries.decisions import team_decisions
from teams.queries.history import team_history
from teams.services import teams as services
from teams.views.decisions import chosen_decision
from teams.views.pages import FormPage, commune_crumbs, form_page, is_id


def team_add(request: HttpRequest, code: str) -> HttpResponse:
    """?thon=<id> starts with the village ticked and the team named after it."""
    commune = commune_or_404(request.scope, code, Can.EDIT_ROSTER)
    asked = request.GET.get("thon", "")
    village = commune.residential_units.filter(pk=asked).first() if is_id(asked) else None
    initial = {"units": [village], "name": f"{commune.province.team_label} {village.name}"} if village else {}
    form = TeamForm(request.POST or None, commune=commune, initial=initial)

    def save(form: TeamForm) -> str:
        decision = chosen_decision(form, DecisionKind.ESTABLISH, request.user)
        team = services.create_team(commune=commune, fields=form.team_fields(), decision=decision, by=request.user)
        return reverse("teams:team", args=[team.pk])

    back, crumbs = reverse("teams:commune", args=[commune.pk]), commune_crumbs(request, commune)
    return form_page(request, form, FormPage("Lập tổ", "Lập tổ", back, "Đã lập tổ.", crumbs), save)


def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    team = _living_team(request, pk)
    form = TeamEditForm(request.POST or None, commune=team.commune, initial=TeamEditForm.stored(team))

    def save(form: TeamEditForm) -> None:
        version = form.cleaned_data["version"]
        services.update_team(team=team, version=version, fields=form.team_fields(), by=request.user)

    page = _page(request, team, f"Sửa {team.title}", "Lưu", "Đã lưu.")
    return form_page(request, form, page, save, "teams/teams/edit.html", team=team)


def team_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    team = _living_team(request, pk)
    form = DissolveForm(request.POST or None, commune=team.commune, initial={"version": team.version})

    def save(form: DissolveForm) -> None:
        services.dissolve_team(
            team=team,
            version=form.cleaned_data["version"],
            dissolved_on=form.cleaned_data["dissolved_on"],
            decision=chosen_decision(form, DecisionKind.DISSOLVE, request.user),
            by=request.user,
        )

    page = _page(request, team, f"Giải thể {team.title}", "Giải thể", "Đã giải thể tổ.", intro=DISSOLVE, danger=True)
    return form_page(request, form, page, save, foretell=lambda form: dissolving_lines(team))


DISSOLVE = "Tổ thôi phụ trách địa bàn và mọi thành viên thôi tham gia từ ngày này; số điện thoại của họ được xóa."


def dissolving_lines(team: Team) -> list[str]:
    members = Member.objects.filter(team=team, left_on=None)
    phones = sum(bool(member.phone) + bool(member.other_phone) for member in members)
    villages = ", ".join(unit.name for unit in TeamEditForm.stored(team)["units"])
    return [
        f"{len(members)} thành viên thôi tham gia, {phones} số điện thoại sẽ bị xóa, không lấy lại được.",
        f"Thôi phụ trách: {villages}." if villages else "Tổ không phụ trách địa bàn nào.",
    ]


def team_past(request: HttpRequest, pk: int) -> HttpResponse:
    team = _team(request, pk, Can.VIEW)
    crumbs = [*commune_crumbs(request, team.commune), (team.title, reverse("teams:team", args=[pk]))]
    context = {"team": team, "decisions": team_decisions(team), "entries": team_history(team), "crumbs": crumbs}
    return render(request, "teams/teams/past.html", context)


def _team(request: HttpRequest, pk: int, capability: Can) -> Team:
    return get_or_404(request.scope, Team.objects.select_related("commune__province", "province"), capability, pk=pk)


def _living_team(request: HttpRequest, pk: int) -> Team:
    team = _team(request, pk, Can.EDIT_ROSTER)
    if team.dissolved_on:
        raise PermissionDenied(services.dissolved_words(team))
    return team


def _page(request: HttpRequest, team: Team, title: str, submit: str, done: str, **more) -> FormPage:
    back = reverse("teams:team", args=[team.pk])
    return FormPage(title, submit, back, done, [*commune_crumbs(request, team.commune), (team.title, back)], **more)
