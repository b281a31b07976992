"""Decisions: read once, kept once, and what they did to the teams."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import DecisionReading, decision_key
from teams.enums import DecisionKind
from teams.models import Commune, Decision, Team, TeamDecision
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged

EXISTS = "Quyết định này đã có trong danh sách của xã (cùng số, ký hiệu và ngày ban hành)."


@action
def find_or_create_decision(
    *, commune: Commune, reading: DecisionReading, by: User, kind: DecisionKind = DecisionKind.ESTABLISH
) -> Decision | None:
    """The commune's decision that the reading means, made (of that kind) when it is new; None when none was written."""
    if not reading.number and not reading.symbol and not reading.issued_on:
        return None
    decision, _ = Decision.objects.get_or_create(
        commune=commune,
        match_key=reading.key,
        issued_on=reading.issued_on,
        defaults={
            "province_id": commune.province_id,
            "number": reading.number,
            "symbol": reading.symbol,
            "raw_text": reading.raw,
            "kind": kind,
        },
    )
    return decision


@action
def create_decision(*, commune: Commune, fields: dict[str, object], by: User) -> Decision:
    """A decision from the form. Raises ValidationError when the commune has it already."""
    decision = Decision(commune=commune, province_id=commune.province_id, **fields, match_key=_key(fields))
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(EXISTS) from error
    return decision


@action
def update_decision(*, decision: Decision, version: int, fields: dict[str, object], by: User) -> Decision:
    """Raises Conflict, or ValidationError when it would become another decision of the commune."""
    try:
        with transaction.atomic():
            return save_if_unchanged(decision, version=version, fields=fields | {"match_key": _key(fields)})
    except IntegrityError as error:
        raise ValidationError(EXISTS) from error


@action
def attach_scan(*, decision: Decision, scan: File, by: User) -> Decision:
    """Keep the scanned paper; the one before it stays in the store for the sake of history."""
    decision.scan.save(scan.name, scan, save=False)
    return save_if_unchanged(decision, version=decision.version, fields={"scan": decision.scan.name})


@action
def record_decision(
    *, teams: list[Team], decision: Decision, kind: DecisionKind, effective_on: date | None, by: User
) -> None:
    """Note what the decision did to the teams; each then stands on the latest of its decisions."""
    TeamDecision.objects.bulk_create(
        [
            TeamDecision(
                team=team,
                decision=decision,
                kind=kind,
                effective_on=effective_on or decision.issued_on,
                province_id=team.province_id,
                commune_id=team.commune_id,
            )
            for team in teams
        ],
        update_conflicts=True,
        unique_fields=["team", "decision"],
        update_fields=["kind", "effective_on"],
    )
    _stand_on_latest([team.pk for team in teams])


def _stand_on_latest(team_ids: list[int]) -> None:
    """Undated decisions count as the oldest; of two of one day the one recorded last wins."""
    taken_on = Coalesce("effective_on", "decision__issued_on")
    latest = (
        TeamDecision.objects.filter(team__in=team_ids)
        .order_by("team_id", taken_on.desc(nulls_last=True), "-pk")
        .distinct("team_id")
        .values_list("team_id", "decision_id")
    )
    teams_of: dict[int, list[int]] = {}
    for team_id, decision_id in latest:
        teams_of.setdefault(decision_id, []).append(team_id)
    for decision_id, ids in teams_of.items():
        other = Q(decision=None) | ~Q(decision=decision_id)
        Team.objects.filter(other, pk__in=ids).update(decision=decision_id, version=F("version") + 1)


def _key(fields: dict[str, object]) -> str:
    return decision_key(str(fields.get("number", "")), str(fields.get("symbol", "")))
