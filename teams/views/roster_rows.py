"""One row of a roster at a time, for the page's scripts: JSON out, form fields in.

200: {row, others, findings, notes, saved_at}; 422: {errors: {cell: [message]}, leader?: name};
409: {current: row | null, who, at}: somebody else was faster and nothing was written.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import wraps
from uuid import UUID

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.lib import phones
from teams.access import Can, get_or_404
from teams.intake.pasted import GRID, phone_notes
from teams.models import Member, Team
from teams.queries.findings import as_json, findings_for_team
from teams.queries.rosters import last_change, phone_text, row_of
from teams.services.concurrency import Conflict
from teams.services.members import (
    SecondLeader,
    add_member,
    end_membership,
    leader_of,
    return_member,
    save_member,
)
from teams.views.rosters import find_team


def answers(view: Callable[..., dict]) -> Callable[..., HttpResponse]:
    """POST only; refusals and conflicts as answers that the page can show beside the row."""

    @require_POST
    @wraps(view)
    def answering(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except SecondLeader as refusal:
            leader = refusal.leader.full_name if refusal.leader else ""
            return JsonResponse({"errors": refusal.message_dict, "leader": leader}, status=422)
        except ValidationError as refusal:
            return JsonResponse({"errors": refusal.message_dict}, status=422)
        except Conflict as conflict:
            return JsonResponse(conflict_answer(request, conflict.current), status=409)

    return answering


@answers
def add(request: HttpRequest, pk: int) -> dict:
    team = find_team(request, pk, Can.EDIT_ROSTER)
    leader = replaced_leader(request, team)
    member = add_member(
        team=team,
        person=field(request, "person", UUID),
        values=cells(request),
        by=request.user,
        replace_leader=bool(leader),
    )
    return saved(request, team, member, leader)


@answers
def save(request: HttpRequest, pk: int, member_id: int) -> dict:
    team, member = find_row(request, pk, member_id)
    values = cells(request)
    if values.get("phone") == shown_phone(request, member):
        del values["phone"]  # a masked number that came back as it was is no news
    leader = replaced_leader(request, team)
    member = save_member(
        member=member,
        version=field(request, "version", int),
        values=values,
        by=request.user,
        replace_leader=bool(leader),
    )
    return saved(request, team, member, leader)


@answers
def leave(request: HttpRequest, pk: int, member_id: int) -> dict:
    team, member = find_row(request, pk, member_id)
    member = end_membership(
        member=member,
        version=field(request, "version", int),
        left_on=request.POST.get("left_on", ""),
        reason=request.POST.get("left_reason", ""),
        by=request.user,
    )
    return saved(request, team, member)


@answers
def come_back(request: HttpRequest, pk: int, member_id: int) -> dict:
    team, member = find_row(request, pk, member_id)
    member = return_member(member=member, version=field(request, "version", int), by=request.user)
    return saved(request, team, member)


def find_row(request: HttpRequest, pk: int, member_id: int) -> tuple[Team, Member]:
    team = find_team(request, pk, Can.EDIT_ROSTER)
    return team, get_or_404(request.scope, Member.objects.filter(team=team), Can.EDIT_ROSTER, pk=member_id)


def cells(request: HttpRequest) -> dict[str, str]:
    """Only the cells that were sent: the page sends those that differ from what it was given."""
    return {name: request.POST[name] for name in GRID if name in request.POST}


def field(request: HttpRequest, name: str, read: Callable):
    try:
        return read(request.POST.get(name, ""))
    except ValueError as error:
        raise BadRequest(name) from error


def replaced_leader(request: HttpRequest, team: Team) -> Member | None:
    """The leader whom the user agreed to make a member."""
    return leader_of(team.pk) if "replace_leader" in request.POST else None


def sees_phones(request: HttpRequest, member: Member) -> bool:
    return request.scope.allows(Can.SEE_PHONES, member.province_id, member.commune_id)


def shown_phone(request: HttpRequest, member: Member) -> str:
    return phone_text(member, full=sees_phones(request, member))


def row_json(request: HttpRequest, member: Member) -> dict:
    return asdict(row_of(member, full_phone=sees_phones(request, member)))


def saved(request: HttpRequest, team: Team, member: Member, *others: Member | None) -> dict:
    return {
        "row": row_json(request, member),
        "others": [row_json(request, other) for other in reread(others)],
        "findings": as_json(findings_for_team(team, request.scope)),
        "notes": phone_notes(phones.parse_phone(request.POST.get("phone", ""))),
        "saved_at": timezone.localtime().strftime("%H:%M"),
    }


def reread(members: Iterable[Member | None]) -> Iterable[Member]:
    return Member.objects.filter(pk__in=[member.pk for member in members if member]).order_by("pk")


def conflict_answer(request: HttpRequest, current: Member | None) -> dict:
    if current is None:
        return {"current": None, "who": "", "at": ""}
    who, at = last_change(current)
    return {"current": row_json(request, current), "who": who, "at": at.strftime("%H:%M %d/%m/%Y")}
