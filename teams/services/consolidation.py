"""Kiện toàn: a decision renews teams, one or all of a commune; who stays, who leaves, who joins, who changes role.

The past keeps standing: who leaves or changes role keeps the old row, ended on the day of the decision, and the next
row of the same `person` begins on that day.
"""

from dataclasses import asdict, dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import DecisionKind, LeaveReason, MemberRole, Organization
from teams.models import Commune, Decision, Member, Team
from teams.services.actions import register_action
from teams.services.concurrency import Conflict, lock_communes
from teams.services.decisions import record_decision
from teams.services.members import columns_of


@dataclass(frozen=True, slots=True)
class Joining:
    """A new member, as typed: see `teams.services.members` for the cells."""

    full_name: str
    role: MemberRole = MemberRole.MEMBER
    phone: str = ""
    organization: Organization | str = ""


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """What happens to one team. Members not named stay as they are.

    `seen` is member id -> version for everybody whom the plan touches: the plan was made for that state.
    """

    team: Team
    leaves: dict[int, LeaveReason] = field(default_factory=dict)
    roles: dict[int, MemberRole] = field(default_factory=dict)
    joins: tuple[Joining, ...] = ()
    seen: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consolidated:
    """How many members stayed, left, joined and changed role (those are among the stayed as well)."""

    kept: int
    left: int
    joined: int
    changed: int


@register_action
def consolidate(
    *, commune: Commune, decision: Decision, effective_on: date, plans: list[TeamPlan], by: User
) -> Consolidated:
    """Carry the plans out, all or none. Raises ValidationError, and Conflict when a touched member was edited since."""
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": "Ngày kiện toàn chưa đến: hãy ghi khi quyết định có hiệu lực."})
    lock_communes([commune.pk])
    teams = _locked([plan.team for plan in plans])
    if not teams or any(team.commune_id != commune.pk or team.dissolved_on for team in teams):
        raise ValidationError("Hãy chọn các tổ đang hoạt động của xã.")
    young = [team.name for team in teams if team.founded_on and effective_on < team.founded_on]
    if young:
        raise ValidationError({"effective_on": f"Ngày kiện toàn trước ngày thành lập của {', '.join(young)}."})
    before = _members(teams)
    for plan in plans:
        _refuse_stale(plan, before)
        _refuse_two_leaders(plan, before)
    leavers = {pk: reason for plan in plans for pk, reason in plan.leaves.items()}
    movers = {pk: role for plan in plans for pk, role in plan.roles.items() if before[pk].role != role}
    _end(leavers | dict.fromkeys(movers, LeaveReason.ROLE_CHANGED), before, effective_on)
    _begin(_next_rows(movers, before) + _joining_rows(plans), effective_on)
    record_decision(teams=teams, decision=decision, kind=DecisionKind.CONSOLIDATE, effective_on=effective_on, by=by)
    joined = sum(len(plan.joins) for plan in plans)
    return Consolidated(len(before) - len(leavers), len(leavers), joined, len(movers))


def _locked(teams: list[Team]) -> list[Team]:
    """Teams before members, as every other writer of a roster takes them."""
    return list(Team.objects.select_for_update().filter(pk__in=[team.pk for team in teams]).order_by("pk"))


def _members(teams: list[Team]) -> dict[int, Member]:
    rows = Member.objects.select_for_update(of=("self",)).select_related("team").filter(team__in=teams, left_on=None)
    return {member.pk: member for member in rows.order_by("pk")}


def _refuse_stale(plan: TeamPlan, before: dict[int, Member]) -> None:
    for pk in plan.leaves.keys() | plan.roles.keys():
        member = before.get(pk)
        if member is None or member.team_id != plan.team.pk or member.version != plan.seen.get(pk):
            raise Conflict(member)


def _refuse_two_leaders(plan: TeamPlan, before: dict[int, Member]) -> None:
    staying = [m for pk, m in before.items() if m.team_id == plan.team.pk and pk not in plan.leaves]
    roles = [plan.roles.get(member.pk, member.role) for member in staying] + [each.role for each in plan.joins]
    if roles.count(MemberRole.LEADER) > 1:
        raise ValidationError(f"{plan.team.name}: mỗi tổ chỉ có một tổ trưởng, hãy xem lại chức vụ.")


def _end(reasons: dict[int, LeaveReason], before: dict[int, Member], day: date) -> None:
    """Close the rows; a former row keeps name and role, its phones go."""
    late = [before[pk] for pk in reasons if (before[pk].joined_on or day) > day]
    if late:
        names = ", ".join(f"{member.full_name} ({member.team.name})" for member in late)
        raise ValidationError(f"Ngày kiện toàn trước ngày tham gia của {names}.")
    for reason in set(reasons.values()):
        Member.objects.filter(pk__in=[pk for pk, each in reasons.items() if each == reason]).update(
            left_on=day, left_reason=reason, phone="", other_phone="", version=F("version") + 1
        )


def _next_rows(movers: dict[int, MemberRole], before: dict[int, Member]) -> list[Member]:
    rows = []
    for pk, role in movers.items():
        old = before[pk]
        kept = {f.attname: getattr(old, f.attname) for f in Member._meta.concrete_fields if not f.primary_key}
        rows.append(Member(**kept | {"role": role, "version": 1}))
    return rows


def _joining_rows(plans: list[TeamPlan]) -> list[Member]:
    teams = [plan.team for plan in plans]
    last = dict(Member.objects.filter(team__in=teams).values_list("team").annotate(Max("position")).order_by())
    return [
        Member(
            team=plan.team,
            province_id=plan.team.province_id,
            commune_id=plan.team.commune_id,
            position=last.get(plan.team.pk, 0) + number,
            **columns_of(asdict(each)),
        )
        for plan in plans
        for number, each in enumerate(plan.joins, start=1)
    ]


def _begin(rows: list[Member], day: date) -> None:
    for row in rows:
        row.joined_on = day
    try:
        with transaction.atomic():
            Member.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ValidationError("Có tổ hai tổ trưởng: hãy xem lại chức vụ.") from error
