"""Teams: founded, corrected, dissolved; and which villages they look after, from when until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.enums import DecisionKind, LeaveReason, TeamKind
from teams.keys import team_keys
from teams.models import Commune, Decision, Member, ResidentialUnit, Team, TeamCoverage
from teams.models.base import in_force
from teams.services.actions import register_action
from teams.services.concurrency import Conflict, lock_communes, save_if_unchanged
from teams.services.coverage import coverage_after, end_coverage
from teams.services.decisions import record_decision


@dataclass(frozen=True, slots=True)
class TeamFields:
    """What the form of a team says; `units` are the villages it looks after."""

    kind: TeamKind
    name: str
    founded_on: date | None
    zalo_url: str
    units: list[ResidentialUnit]


@register_action
def create_team(*, commune: Commune, fields: TeamFields, decision: Decision | None, by: User) -> Team:
    """Raises ValidationError when the commune has a living team of this kind and name."""
    lock_communes([commune.pk])
    team = Team(commune=commune, province_id=commune.province_id, **_columns(fields))
    with _name_is_free():
        team.save(force_insert=True)
    _cover(team, fields.units, fields.founded_on)
    if decision:
        record_decision(
            teams=[team], decision=decision, kind=DecisionKind.ESTABLISH, effective_on=fields.founded_on, by=by
        )
    return team


@register_action
def update_team(*, team: Team, version: int, fields: TeamFields, by: User) -> Team:
    """Villages added or taken away are so from today; earlier days, and villages not valid today, keep what they had.

    Raises Conflict, or ValidationError for a dissolved team or a name that is taken.
    """
    lock_communes([team.commune_id])
    if team.dissolved_on:
        raise ValidationError(dissolved_words(team))
    founded_on = team.founded_on
    with _name_is_free():
        team = save_if_unchanged(team, version=version, fields=_columns(fields))
    if team.founded_on != founded_on:
        _move_first_day(team, founded_on)
    today = timezone.localdate()
    offered = in_force(today, "unit__valid_from", "unit__ended_on")
    end_coverage(coverage_after(today).filter(offered, team=team).exclude(unit__in=fields.units), today)
    kept = set(coverage_after(today).filter(team=team).values_list("unit_id", flat=True))
    _cover(team, [unit for unit in fields.units if unit.pk not in kept], today)
    return team


def dissolved_words(team: Team) -> str:
    return f"Tổ đã giải thể từ ngày {format_date(team.dissolved_on)}, không sửa được nữa."


def _move_first_day(team: Team, before: date | None) -> None:
    """A corrected founding day moves the coverage that began with it; what ended before the new day never held."""
    first = TeamCoverage.objects.filter(team=team, valid_from=before)
    if team.founded_on:
        first.filter(ended_on__lte=team.founded_on).delete()
    first.update(valid_from=team.founded_on)


@register_action
def dissolve_team(*, team: Team, version: int, dissolved_on: date, decision: Decision | None, by: User) -> Team:
    """End the team, its coverage and its memberships on that day; former members' phones go.

    Raises Conflict, or ValidationError for a day to come (phones go at once), before the founding, or before somebody
    joined.
    """
    lock_communes([team.commune_id])
    if team.dissolved_on:
        raise Conflict(team)
    if dissolved_on > timezone.localdate():
        raise ValidationError({"dissolved_on": "Ngày giải thể chưa đến: hãy ghi khi quyết định có hiệu lực."})
    if team.founded_on and dissolved_on < team.founded_on:
        raise ValidationError({"dissolved_on": "Ngày giải thể phải sau ngày thành lập."})
    team = save_if_unchanged(team, version=version, fields={"dissolved_on": dissolved_on})
    late = Member.objects.filter(team=team, left_on=None, joined_on__gt=dissolved_on)
    if late:
        names = ", ".join(member.full_name for member in late)
        raise ValidationError({"dissolved_on": f"Có người tham gia sau ngày này: {names}."})
    end_coverage(TeamCoverage.objects.filter(team=team), dissolved_on)
    Member.objects.filter(team=team, left_on=None).update(
        left_on=dissolved_on, left_reason=LeaveReason.DISSOLVED, phone="", other_phone="", version=F("version") + 1
    )
    if decision:
        record_decision(teams=[team], decision=decision, kind=DecisionKind.DISSOLVE, effective_on=dissolved_on, by=by)
        team.refresh_from_db()
    return team


def _columns(fields: TeamFields) -> dict[str, object]:
    return {
        "kind": fields.kind,
        "name": fields.name,
        "founded_on": fields.founded_on,
        "zalo_url": fields.zalo_url,
        **team_keys(fields.name),
    }


def _cover(team: Team, units: list[ResidentialUnit], since: date | None) -> None:
    TeamCoverage.objects.bulk_create(
        TeamCoverage(
            team=team,
            unit=unit,
            province_id=team.province_id,
            commune_id=team.commune_id,
            valid_from=since,
            ended_on=unit.ended_on,
        )
        for unit in units
    )


@contextmanager
def _name_is_free() -> Iterator[None]:
    """The constraint on living teams' names, told in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ValidationError({"name": "Xã đã có tổ cùng loại, cùng tên đang hoạt động."}) from error
