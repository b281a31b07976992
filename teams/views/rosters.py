"""A team's page: its roster to read or to edit, as of today or of a day."""

import json
from dataclasses import asdict

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from teams.access import Can, get_or_404
from teams.enums import MemberRole, Organization
from teams.figures import MISSING
from teams.forms.bulk import LEAVING_REASONS
from teams.intake.pasted import GRID, ROW_LIMIT, read_block
from teams.models import Member, Team
from teams.queries.findings import findings_for_team
from teams.queries.rosters import EMPTY_ROW, former, phone_text, roster, row_of, team_head
from teams.services.privacy import reveal_phone
from teams.views.pages import as_of, commune_crumbs

WHAT_CELLS_OFFER = {
    "empty_row": EMPTY_ROW,
    "roles": MemberRole.choices,
    "organizations": Organization.choices,
    "reasons": LEAVING_REASONS,
}


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    team = find_team(request, pk)
    moment = as_of(request)
    day = None if moment.is_today else moment.day
    may = {can: request.scope.allows(can, team.province_id, team.commune_id) for can in Can}
    members = list(roster(team, day))
    found = {} if day else findings_for_team(team, request.scope)
    see_phones = may[Can.SEE_PHONES] and not day
    head = team_head(team, members, moment.day)
    context = {
        "head": head,
        "missing": [MISSING[key] for key in head.missing],
        "day": day,
        "wrong_day": moment.wrong,
        "crumbs": commune_crumbs(request, team.commune),
        "rows": [row_of(member, full_phone=see_phones, findings=found.get(member.pk, ())) for member in members],
        "former": [] if day else [row_of(member, full_phone=False) for member in former(team)],
        "editable": may[Can.EDIT_ROSTER] and not team.dissolved_on and not day,
        "may_edit_team": may[Can.EDIT_ROSTER],
        "may_reveal": may[Can.REVEAL_PHONES] and not see_phones and not day,
        **WHAT_CELLS_OFFER,
    }
    return render(request, "teams/roster/team.html", context)


def find_team(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> Team:
    teams = Team.objects.select_related("commune__province", "province", "decision")
    return get_or_404(request.scope, teams, capability, pk=pk)


@require_POST
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """What a pasted block would put into the grid. Nothing is saved: the page fills its rows and saves them."""
    find_team(request, pk, Can.EDIT_ROSTER)
    start = request.POST.get("start", "")
    cells = cells_of(request.POST.get("cells", ""))
    if start not in GRID:
        raise BadRequest("start")
    if len(cells) > ROW_LIMIT:
        message = f"Chỉ dán được {ROW_LIMIT} dòng một lần; danh sách dài hơn hãy dùng chức năng Nhập tệp Excel."
        return JsonResponse({"errors": {start: [message]}}, status=422)
    return JsonResponse(asdict(read_block(cells, start)))


def cells_of(text: str) -> list[list[str]]:
    try:
        rows = json.loads(text)
        return [[str(cell) for cell in row] for row in rows]
    except (ValueError, TypeError) as error:
        raise BadRequest("cells") from error


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_or_404(request.scope, Member.objects.all(), Can.REVEAL_PHONES, pk=pk)
    reveal_phone(member=member, by=request.user)
    return JsonResponse({"phone": phone_text(member, full=True)})
