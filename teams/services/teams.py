"""Teams: founded, corrected, dissolved; and which villages they look after, from when until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import DecisionKind, LeaveReason, TeamKind
from teams.keys import team_keys
from teams.models import Commune, Decision, Member, ResidentialUnit, Team, TeamCoverage
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged
from teams.services.decisions import record_decision


@dataclass(frozen=True, slots=True)
class TeamFields:
    """What the form of a team says; `units` are the villages it looks after."""

    kind: TeamKind
    name: str
    founded_on: date | None
    zalo_url: str
    units: list[ResidentialUnit]


@action
def create_team(*, commune: Commune, fields: TeamFields, decision: Decision | None, by: User) -> Team:
    """Raises ValidationError when the commune has a living team of this kind and name."""
    team = Team(commune=commune, province_id=commune.province_id, **_columns(fields))
    with _name_is_free():
        team.save(force_insert=True)
    _cover(team, fields.units, fields.founded_on)
    if decision:
        record_decision(
            teams=[team], decision=decision, kind=DecisionKind.ESTABLISH, effective_on=fields.founded_on, by=by
        )
    return team


@action
def update_team(*, team: Team, version: int, fields: TeamFields, by: User) -> Team:
    """Raises Conflict. Villages added or taken away are so from today; earlier days keep what they had."""
    founded_on = team.founded_on
    with _name_is_free():
        team = save_if_unchanged(team, version=version, fields=_columns(fields))
    if team.founded_on != founded_on:  # a corrected founding day moves the coverage that began with it
        TeamCoverage.objects.filter(team=team, valid_from=founded_on).update(valid_from=team.founded_on)
    today = timezone.localdate()
    dropped = TeamCoverage.objects.filter(team=team, ended_on=None).exclude(unit__in=fields.units)
    dropped.filter(valid_from__gte=today).delete()  # never held for a whole day: a slip, not history
    dropped.update(ended_on=today)
    kept = set(TeamCoverage.objects.filter(team=team, ended_on=None).values_list("unit_id", flat=True))
    _cover(team, [unit for unit in fields.units if unit.pk not in kept], today)
    return team


@action
def dissolve_team(*, team: Team, version: int, dissolved_on: date, decision: Decision | None, by: User) -> Team:
    """End the team, its coverage and its memberships on that day; former members' phones go.

    Raises Conflict, or ValidationError for a day to come (phones go at once) or before the founding.
    """
    if team.dissolved_on:
        raise Conflict(team)
    if dissolved_on > timezone.localdate():
        raise ValidationError({"dissolved_on": "Ngày giải thể chưa đến: hãy ghi khi quyết định có hiệu lực."})
    if team.founded_on and dissolved_on < team.founded_on:
        raise ValidationError({"dissolved_on": "Ngày giải thể phải sau ngày thành lập."})
    team = save_if_unchanged(team, version=version, fields={"dissolved_on": dissolved_on})
    TeamCoverage.objects.filter(Q(ended_on=None) | Q(ended_on__gt=dissolved_on), team=team).update(
        ended_on=dissolved_on
    )
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
        TeamCoverage(team=team, unit=unit, province_id=team.province_id, commune_id=team.commune_id, valid_from=since)
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
