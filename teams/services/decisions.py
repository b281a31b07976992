"""Decisions: read once, kept once, and what they did to the teams."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import F

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import DecisionReading, decision_key
from teams.enums import DecisionKind
from teams.models import Commune, Decision, Team, TeamDecision
from teams.queries.decisions import LATEST_FIRST, similar_decisions
from teams.services.actions import action, register_action
from teams.services.concurrency import lock_communes, save_if_unchanged

EXISTS = "Quyết định này đã có trong danh sách của xã (cùng số, ký hiệu và ngày ban hành)."


@register_action
def find_or_create_decision(
    *, commune: Commune, reading: DecisionReading, by: User, kind: DecisionKind = DecisionKind.ESTABLISH
) -> Decision | None:
    """The commune's decision that the reading means, made (of that kind) when it is new; None when none was written.

    Without a date it is the only one of that number. Raises ValidationError (decision_line) when there are several.
    """
    if not reading.number and not reading.symbol and not reading.issued_on:
        return None
    lock_communes([commune.pk])
    if not reading.issued_on:
        same = similar_decisions(commune, number=reading.number, symbol=reading.symbol, issued_on=None)
        if len(same) > 1:
            several = "; ".join(str(each) for each in same)
            raise ValidationError({"decision_line": f"Xã có nhiều quyết định số này: {several}. Hãy ghi cả ngày."})
        if same:
            return same[0]
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


@register_action
def create_decision(*, commune: Commune, fields: dict[str, object], by: User) -> Decision:
    """A decision from the form. Raises ValidationError when the commune has it already."""
    lock_communes([commune.pk])
    decision = Decision(commune=commune, province_id=commune.province_id, **fields, match_key=_key(fields))
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(EXISTS) from error
    return decision


@register_action
def update_decision(*, decision: Decision, version: int, fields: dict[str, object], by: User) -> Decision:
    """A corrected date of issue reaches the teams that stand on it.

    Raises Conflict, or ValidationError when it would become another decision of the commune.
    """
    lock_communes([decision.commune_id])
    issued_on = decision.issued_on
    try:
        with transaction.atomic():
            decision = save_if_unchanged(decision, version=version, fields=fields | {"match_key": _key(fields)})
    except IntegrityError as error:
        raise ValidationError(EXISTS) from error
    if decision.issued_on != issued_on:
        rows = TeamDecision.objects.filter(decision=decision)
        rows.filter(effective_on__in=[issued_on, decision.issued_on]).update(effective_on=None)
        _stand_on_latest(list(rows.values_list("team_id", flat=True)))
    return decision


@action
def attach_scan(*, decision: Decision, scan: File, by: User) -> Decision:
    """Keep the scanned paper; the one before it stays in the store for the sake of history."""
    decision.scan.save(scan.name, scan, save=False)
    return save_if_unchanged(decision, version=decision.version, fields={"scan": decision.scan.name})


@register_action
def record_decision(
    *, teams: list[Team], decision: Decision, kind: DecisionKind, effective_on: date | None, by: User
) -> None:
    """Note what the decision did to the teams; each then stands on the latest of its decisions.

    Raises ValidationError when it founded one of them: what else it did would take the founding's place.
    """
    lock_communes([decision.commune_id])
    founded = decision.teams.filter(team__in=teams, kind=DecisionKind.ESTABLISH).select_related("team__province")
    if kind != DecisionKind.ESTABLISH and founded:
        names = ", ".join(row.team.title for row in founded)
        raise ValidationError({"decision": f"Quyết định này đã thành lập {names}. Hãy chọn quyết định khác."})
    TeamDecision.objects.bulk_create(
        [
            TeamDecision(
                team=team,
                decision=decision,
                kind=kind,
                effective_on=effective_on if effective_on != decision.issued_on else None,
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


@register_action
def detach_decision(*, decision: Decision, team: Team, by: User) -> None:
    """Take back that the decision did anything to the team, which then stands on the latest of its others."""
    lock_communes([decision.commune_id])
    TeamDecision.objects.filter(decision=decision, team=team).delete()
    _stand_on_latest([team.pk])


def _stand_on_latest(team_ids: list[int]) -> None:
    """Undated decisions count as the oldest; of two of one day the one recorded last wins."""
    rows = TeamDecision.objects.filter(team__in=team_ids).order_by("team_id", *LATEST_FIRST).distinct("team_id")
    latest = dict(rows.values_list("team_id", "decision_id"))
    teams_of: dict[int | None, list[int]] = {}
    for team_id in team_ids:
        teams_of.setdefault(latest.get(team_id), []).append(team_id)
    for decision_id, ids in teams_of.items():
        others = Team.objects.filter(pk__in=ids).exclude(decision=decision_id)
        others.update(decision=decision_id, version=F("version") + 1)


def _key(fields: dict[str, object]) -> str:
    return decision_key(str(fields.get("number", "")), str(fields.get("symbol", "")))
