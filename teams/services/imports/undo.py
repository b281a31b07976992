"""Takes an applied import back, row by row: reversed, kept because somebody edited it since, or failed."""

import json
from collections import Counter

from django.db import connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import ImportState, UndoOutcome
from teams.models import Decision, Member, ResidentialUnit, RosterImport, Team, TeamDecision
from teams.services.concurrency import lock_communes

# Rows of members that this import made and nobody touched since.
DELETE_NEW = """
    WITH removed AS (
        DELETE FROM teams_member m USING teams_stagedrow s
        WHERE s.roster_import_id = %(id)s AND s.outcome = 'new' AND m.id = s.member_id AND m.version = s.written_version
        RETURNING m.id
    )
    UPDATE teams_stagedrow s SET undo = 'reversed' FROM removed
    WHERE s.roster_import_id = %(id)s AND s.member_id = removed.id
"""

RESTORE_CHANGED = """
    WITH restored AS (
        UPDATE teams_member m SET
            full_name = COALESCE(s.before->>'full_name', m.full_name),
            match_key = COALESCE(s.before->>'match_key', m.match_key),
            sort_key = COALESCE(s.before->>'sort_key', m.sort_key),
            search_key = COALESCE(s.before->>'search_key', m.search_key),
            role = COALESCE(s.before->>'role', m.role),
            phone = COALESCE(s.before->>'phone', m.phone),
            other_phone = COALESCE(s.before->>'other_phone', m.other_phone),
            organization = COALESCE(s.before->>'organization', m.organization),
            note = COALESCE(s.before->>'note', m.note),
            version = m.version + 1
        FROM teams_stagedrow s
        WHERE s.roster_import_id = %(id)s AND s.outcome = 'changed' AND m.id = s.member_id
            AND m.version = s.written_version AND (m.role = 'leader') = %(leaders)s AND s.undo = ''
        RETURNING m.id
    )
    UPDATE teams_stagedrow s SET undo = 'reversed' FROM restored
    WHERE s.roster_import_id = %(id)s AND s.member_id = restored.id
"""

MARK_KEPT = """
    UPDATE teams_stagedrow SET undo = 'kept'
    WHERE roster_import_id = %(id)s AND written_version IS NOT NULL AND undo = ''
"""

RETURN_LEAVERS = """
    UPDATE teams_member m SET left_on = NULL, left_reason = '', phone = old.phone, other_phone = old.other_phone,
        version = m.version + 1
    FROM jsonb_to_recordset(%(leavers)s) AS old (id bigint, version int, phone text, other_phone text)
    WHERE m.id = old.id AND m.version = old.version + 1
"""

PROMOTE = """
    UPDATE teams_member m SET role = 'leader', version = m.version + 1
    FROM jsonb_to_recordset(%(demoted)s) AS old (id bigint, version int)
    WHERE m.id = old.id AND m.version = old.version + 1
        AND NOT EXISTS (
            SELECT FROM teams_member o WHERE o.team_id = m.team_id AND o.role = 'leader' AND o.left_on IS NULL
        )
"""


class NotUndoable(Exception):
    """The import was never applied, or is already undone."""


@transaction.atomic
def undo(*, roster_import: RosterImport, by: User | None) -> dict[str, int]:
    """Reverse what can be reversed; returns {outcome: rows}. Raises NotUndoable."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state != ImportState.APPLIED:
        raise NotUndoable("Lần nhập này chưa được ghi, hoặc đã hoàn tác rồi.")
    lock_communes(current.plan["communes"])
    restore_members(current)
    restore_teams(current.plan)
    current.state, current.undone_at = ImportState.UNDONE, timezone.now()
    current.save()
    outcomes = Counter(current.rows.exclude(undo="").values_list("undo", flat=True))
    return {outcome: outcomes[outcome] for outcome in UndoOutcome.values}


def restore_members(roster_import: RosterImport) -> None:
    """New members go first, then leaders step back, then the rest: no team ever has two leaders."""
    parameters = {"id": roster_import.pk}
    plan = roster_import.plan
    leavers = [member for member in plan["absent"] if member["leaves"]]
    with connection.cursor() as cursor:
        cursor.execute(DELETE_NEW, parameters)
        cursor.execute(RESTORE_CHANGED, parameters | {"leaders": True})
        cursor.execute(RESTORE_CHANGED, parameters | {"leaders": False})
        cursor.execute(RETURN_LEAVERS, {"leavers": json.dumps(leavers)})
        cursor.execute(PROMOTE, {"demoted": json.dumps(plan["demoted"])})
        cursor.execute(MARK_KEPT, parameters)


def restore_teams(plan: dict) -> None:
    """Decisions go back; teams, villages and decisions that the import made and nothing uses any more are removed."""
    written = [team for team in plan["teams"] if team["team_id"]]
    for team in written:
        if "before_decision" in team:
            Team.objects.filter(pk=team["team_id"], version=team["version"] + 1).update(
                decision=team["before_decision"], version=F("version") + 1
            )
            TeamDecision.objects.filter(team=team["team_id"], decision=team["decision_id"]).delete()
    made = [team["team_id"] for team in written if team["status"] == "new"]
    used = set(Member.objects.filter(team__in=made).values_list("team", flat=True))
    Team.objects.filter(pk__in=set(made) - used, version=1).delete()
    units = [team["unit_id"] for team in written if team["new_unit"]]
    ResidentialUnit.objects.filter(pk__in=units, version=1, coverages=None).delete()
    for decision in Decision.objects.filter(pk__in=plan.get("created_decisions", []), version=1, teams=None):
        try:
            with transaction.atomic():
                decision.delete()
        except ProtectedError:  # a team somebody founded on it since
            continue
