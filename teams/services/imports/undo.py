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

LED_BY_ANOTHER = """EXISTS (
    SELECT FROM teams_member o WHERE o.team_id = m.team_id AND o.id <> m.id AND o.role = 'leader' AND o.left_on IS NULL
)"""

# Rows of members that this import made and nobody touched since.
DELETE_NEW = """
    WITH removed AS (
        DELETE FROM teams_member m USING teams_stagedrow s
        WHERE s.roster_import_id = %(id)s AND s.outcome = 'new' AND m.id = s.member_id AND m.version = 1
        RETURNING m.id
    )
    UPDATE teams_stagedrow s SET undo = 'reversed' FROM removed
    WHERE s.roster_import_id = %(id)s AND s.member_id = removed.id
"""

RESTORE_CHANGED = f"""
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
            AND NOT (COALESCE(s.before->>'role', m.role) = 'leader' AND {LED_BY_ANOTHER})
        RETURNING m.id
    )
    UPDATE teams_stagedrow s SET undo = 'reversed' FROM restored
    WHERE s.roster_import_id = %(id)s AND s.member_id = restored.id
"""  # noqa: S608  our own text alone

# Untouched since, and yet not to be reversed: the team has another leader by now.
MARK_FAILED = """
    UPDATE teams_stagedrow s SET undo = 'failed' FROM teams_member m
    WHERE s.roster_import_id = %(id)s AND s.outcome = 'changed' AND s.undo = '' AND m.id = s.member_id
        AND m.version = s.written_version
"""

MARK_KEPT = """
    UPDATE teams_stagedrow SET undo = 'kept'
    WHERE roster_import_id = %(id)s AND outcome IN ('new', 'changed') AND member_id IS NOT NULL AND undo = ''
"""

RETURN_LEAVERS = f"""
    UPDATE teams_member m SET left_on = NULL, left_reason = '', phone = old.phone, other_phone = old.other_phone,
        version = m.version + 1
    FROM jsonb_to_recordset(%(leavers)s) AS old (id bigint, version int, phone text, other_phone text)
    WHERE m.id = old.id AND m.version = old.version + 1 AND NOT (m.role = 'leader' AND {LED_BY_ANOTHER})
"""  # noqa: S608  our own text alone

PROMOTE = f"""
    UPDATE teams_member m SET role = 'leader', version = m.version + 1
    FROM jsonb_to_recordset(%(demoted)s) AS old (id bigint, version int)
    WHERE m.id = old.id AND m.version = old.version + 1
        AND NOT {LED_BY_ANOTHER}
"""  # noqa: S608  our own text alone

# Of those who left or stepped down, whom nobody touched since and the two statements above still passed over.
COUNT_FAILED = """
    SELECT count(*) FROM teams_member m
    JOIN jsonb_to_recordset(%(people)s) AS old (id bigint, version int) ON m.id = old.id AND m.version = old.version + 1
"""


class NotUndoable(Exception):
    """The import was never applied, or is already undone."""


@transaction.atomic
def undo(*, roster_import: RosterImport, by: User | None) -> dict[str, int]:
    """Reverse what can be reversed; returns {outcome: rows}. Raises NotUndoable."""
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state != ImportState.APPLIED:
        raise NotUndoable("Lần nhập này chưa được ghi, hoặc đã hoàn tác rồi.")
    if not current.file:
        raise NotUndoable("Đã quá hạn hoàn tác: dữ liệu của lần nhập này đã được xóa.")
    lock_communes(current.plan["communes"])
    tally = restore_members(current) + restore_teams(current.plan)
    tally += Counter(current.rows.exclude(undo="").values_list("undo", flat=True))
    current.counts["undo"] = {outcome: tally[outcome] for outcome in UndoOutcome.values}
    current.state, current.undone_at = ImportState.UNDONE, timezone.now()
    current.save()
    return current.counts["undo"]


def restore_members(roster_import: RosterImport) -> Counter:
    """New members go first, then leaders step back, then the rest: no team ever has two leaders.

    Counts those who left or stepped down by this import; rows of the file are counted by their mark.
    """
    parameters = {"id": roster_import.pk}
    leavers = [member for member in roster_import.plan["absent"] if member["leaves"]]
    demoted = roster_import.plan["demoted"]
    with connection.cursor() as cursor:
        cursor.execute(DELETE_NEW, parameters)
        cursor.execute(RESTORE_CHANGED, parameters | {"leaders": True})
        cursor.execute(RESTORE_CHANGED, parameters | {"leaders": False})
        cursor.execute(RETURN_LEAVERS, {"leavers": json.dumps(leavers)})
        back = cursor.rowcount
        cursor.execute(PROMOTE, {"demoted": json.dumps(demoted)})
        back += cursor.rowcount
        cursor.execute(COUNT_FAILED, {"people": json.dumps([*leavers, *demoted])})
        failed = cursor.fetchone()[0]
        cursor.execute(MARK_FAILED, parameters)
        cursor.execute(MARK_KEPT, parameters)
    kept = len(leavers) + len(demoted) - back - failed
    return Counter({UndoOutcome.REVERSED: back, UndoOutcome.KEPT: kept, UndoOutcome.FAILED: failed})


def restore_teams(plan: dict) -> Counter:
    """Decisions go back; teams, villages and decisions that the import made and nothing uses any more are removed."""
    written = [team for team in plan["teams"] if team["team_id"]]
    tally = Counter(take_decision_back(team) for team in written if "before_decision" in team)
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
    return tally


def take_decision_back(team: dict) -> UndoOutcome:
    """The team stands on its decision of before, unless somebody changed the team since."""
    untouched = Team.objects.filter(pk=team["team_id"], version=team["version"] + 1)
    if not untouched.update(decision=team["before_decision"], version=F("version") + 1):
        return UndoOutcome.KEPT
    if team["linked"]:
        TeamDecision.objects.filter(team=team["team_id"], decision=team["decision_id"]).delete()
    return UndoOutcome.REVERSED
