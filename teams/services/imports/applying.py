"""Writes a rehearsed import into the register: one transaction, a handful of statements, all or nothing."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams import naming
from teams.enums import DecisionKind, ImportState, RowOutcome
from teams.keys import team_keys, unit_keys
from teams.models import Commune, Decision, ResidentialUnit, RosterImport, Team, TeamCoverage, TeamDecision
from teams.services.bulk import copy, new_ids
from teams.services.concurrency import lock_communes
from teams.services.imports.register import stamp


class RegisterMoved(Exception):
    """The register changed after the rehearsal: what was confirmed is no longer what would be written."""


@transaction.atomic
def apply(*, roster_import: RosterImport, by: User | None) -> RosterImport:
    """Write what was rehearsed; an import that is already applied is returned as it is (safe to repeat).

    Raises RegisterMoved, with nothing written, when anybody changed these communes since the rehearsal, and
    ValidationError when the import no longer waits to be written.
    """
    current = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if current.state == ImportState.APPLIED:
        return current
    if current.state not in {ImportState.REHEARSED, ImportState.APPLYING}:
        raise ValidationError("Lần nhập này không còn chờ ghi.")
    lock_communes(current.plan["communes"])
    list(Team.objects.select_for_update().filter(commune__in=current.plan["communes"]).values_list("pk"))
    if stamp(set(current.plan["communes"])) != current.stamp:
        raise RegisterMoved
    write_members(current, write_teams(current))
    current.state = ImportState.APPLIED
    current.applied_at = timezone.now()
    current.save()
    return current


def written_refs(roster_import: RosterImport) -> set[int]:
    """Teams of which something goes in: a team all of whose rows were rejected is not founded."""
    rows = roster_import.rows.exclude(outcome__in=[RowOutcome.REJECTED, RowOutcome.IGNORED])
    return set(rows.values_list("team_ref", flat=True).distinct())


def write_teams(roster_import: RosterImport) -> list[dict]:
    """Villages, decisions and teams of the plan; returns the plans of written teams and keeps the ids in them."""
    wanted = written_refs(roster_import)
    plans = [plan for plan in roster_import.plan["teams"] if plan["ref"] in wanted]
    provinces = dict(Commune.objects.filter(pk__in=roster_import.plan["communes"]).values_list("pk", "province_id"))
    create_units(plans, provinces)
    decisions = create_decisions(roster_import.plan["decisions"], plans, provinces)
    for plan in plans:
        if plan["new_decision"] is not None:
            plan["decision_id"] = decisions[plan["new_decision"]]
    found_teams([plan for plan in plans if plan["status"] == "new"], provinces)
    change_decisions([plan for plan in plans if plan["status"] == "changed"])
    link_decisions([plan for plan in plans if plan["decision_changes"]], provinces)
    roster_import.plan["created_decisions"] = sorted(decisions.values())
    return plans


def create_units(plans: list[dict], provinces: dict[str, str]) -> None:
    """The villages somebody chose to create; two teams of one new village share it."""
    kinds = dict(Commune.objects.filter(pk__in=provinces).values_list("pk", "kind"))
    units: dict[tuple[str, str], ResidentialUnit] = {}
    for plan in plans:
        if plan["new_unit"]:
            keys = unit_keys(plan["new_unit"])
            units[plan["commune"], keys["match_key"]] = ResidentialUnit(
                province_id=provinces[plan["commune"]],
                commune_id=plan["commune"],
                name=plan["new_unit"],
                kind=naming.unit_kind(plan["new_unit"], kinds[plan["commune"]]),
                **keys,
            )
    ResidentialUnit.objects.bulk_create(units.values())
    for plan in plans:
        if plan["new_unit"]:
            plan["unit_id"] = units[plan["commune"], unit_keys(plan["new_unit"])["match_key"]].pk


def create_decisions(planned: list[dict], plans: list[dict], provinces: dict[str, str]) -> dict[int, int]:
    """Index in `planned` -> id, for those that some written team stands on."""
    founding = {plan["new_decision"] for plan in plans if plan["status"] == "new"}
    decisions = {
        index: Decision(
            province_id=provinces[planned[index]["commune"]],
            commune_id=planned[index]["commune"],
            kind=DecisionKind.ESTABLISH if index in founding else DecisionKind.CONSOLIDATE,
            **{name: value for name, value in planned[index].items() if name not in {"commune", "issued_on"}},
            issued_on=day(planned[index]["issued_on"]),
        )
        for index in {plan["new_decision"] for plan in plans} - {None}
    }
    Decision.objects.bulk_create(decisions.values())
    return {index: decision.pk for index, decision in decisions.items()}


def found_teams(plans: list[dict], provinces: dict[str, str]) -> None:
    days = dict(Decision.objects.filter(pk__in={p["decision_id"] for p in plans}).values_list("pk", "issued_on"))
    for plan, pk in zip(plans, new_ids(Team, len(plans)), strict=True):
        plan["team_id"] = pk
    columns = [
        "id", "province_id", "commune_id", "kind", "name", "match_key", "sort_key", "decision_id", "zalo_url",
        "founded_on", "version",
    ]  # fmt: skip
    copy(
        Team,
        columns,
        (
            [
                plan["team_id"], provinces[plan["commune"]], plan["commune"], plan["kind"], plan["name"],
                *team_keys(plan["name"]).values(), plan["decision_id"], "", days.get(plan["decision_id"]), 1,
            ]
            for plan in plans
        ),
    )  # fmt: skip
    copy(
        TeamCoverage,
        ["province_id", "commune_id", "team_id", "unit_id", "valid_from"],
        (
            [
                provinces[plan["commune"]], plan["commune"], plan["team_id"], plan["unit_id"],
                days.get(plan["decision_id"]),
            ]
            for plan in plans
            if plan["unit_id"]
        ),
    )  # fmt: skip


def change_decisions(plans: list[dict]) -> None:
    """Existing teams move to the decision the file names; the one before stays in their history."""
    teams = Team.objects.in_bulk([plan["team_id"] for plan in plans])
    for plan in plans:
        team = teams[plan["team_id"]]
        plan["before_decision"] = team.decision_id
        team.decision_id = plan["decision_id"]
        team.version += 1
    Team.objects.bulk_update(teams.values(), ["decision", "version"], batch_size=2000)


def link_decisions(plans: list[dict], provinces: dict[str, str]) -> None:
    """Each team's history gets its decision; `linked` remembers which of them this import wrote."""
    teams = [plan["team_id"] for plan in plans if plan["status"] != "new"]  # a new one has no history yet
    known = set(TeamDecision.objects.filter(team__in=teams).values_list("team", "decision"))
    for plan in plans:
        plan["linked"] = (plan["team_id"], plan["decision_id"]) not in known
    copy(
        TeamDecision,
        ["province_id", "commune_id", "team_id", "decision_id", "kind"],
        (
            [
                provinces[plan["commune"]], plan["commune"], plan["team_id"], plan["decision_id"],
                DecisionKind.CONSOLIDATE if plan["decision_was"] else DecisionKind.ESTABLISH,
            ]
            for plan in plans
            if plan["linked"]
        ),
    )  # fmt: skip


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


INSERT_MEMBERS = """
    INSERT INTO teams_member (id, province_id, commune_id, team_id, person, position, full_name, match_key, sort_key,
        search_key, role, phone, other_phone, organization, note, joined_on, left_reason, version)
    SELECT s.member_id, %(province)s, places.commune, places.team, s.person,
        COALESCE(last.position, 0) + row_number() OVER (PARTITION BY places.team ORDER BY s.position),
        s.full_name, s.match_key, s.sort_key, s.search_key, s.role,
        s.phone, s.other_phone, s.organization, s.note, s.joined_on, '', 1
    FROM teams_stagedrow s
    JOIN unnest(%(refs)s::int[], %(teams)s::bigint[], %(communes)s::text[]) AS places (ref, team, commune)
        ON places.ref = s.team_ref
    LEFT JOIN (
        SELECT team_id, max(position) AS position FROM teams_member WHERE team_id = ANY(%(teams)s) GROUP BY team_id
    ) last ON last.team_id = places.team
    WHERE s.roster_import_id = %(roster_import)s AND s.outcome = 'new' AND s.full_name <> ''
"""

# A leader who becomes something else is written first: the index allows one active leader at every moment.
UPDATE_MEMBERS = """
    WITH written AS (
        UPDATE teams_member m SET full_name = s.full_name, match_key = s.match_key, sort_key = s.sort_key,
            search_key = s.search_key, role = s.role, phone = s.phone, other_phone = s.other_phone,
            organization = s.organization, note = s.note, version = m.version + 1
        FROM teams_stagedrow s
        WHERE s.roster_import_id = %(roster_import)s AND s.outcome = 'changed' AND m.id = s.member_id
            AND m.version = (s.before->>'version')::int AND (m.role = 'leader' AND s.role <> 'leader') = %(demotion)s
            AND s.written_version IS NULL
        RETURNING m.id, m.version
    )
    UPDATE teams_stagedrow s SET written_version = written.version
    FROM written WHERE s.roster_import_id = %(roster_import)s AND s.member_id = written.id
"""


LEAVE = """
    UPDATE teams_member m SET left_on = GREATEST(places.day, m.joined_on), left_reason = places.reason, phone = '',
        other_phone = '', version = m.version + 1
    FROM unnest(%(ids)s::bigint[], %(versions)s::int[], %(days)s::date[], %(reasons)s::text[])
        AS places (id, version, day, reason)
    WHERE m.id = places.id AND m.version = places.version AND m.left_on IS NULL
"""

DEMOTE = """
    UPDATE teams_member m SET role = 'member', version = m.version + 1
    FROM unnest(%(ids)s::bigint[], %(versions)s::int[]) AS places (id, version)
    WHERE m.id = places.id AND m.version = places.version
"""


def write_members(roster_import: RosterImport, teams: list[dict]) -> None:
    """Those who go or step down first, then changes, then new members: no team ever has two leaders."""
    parameters = {
        "roster_import": roster_import.pk,
        "province": roster_import.province_id,
        "refs": [plan["ref"] for plan in teams],
        "teams": [plan["team_id"] for plan in teams],
        "communes": [plan["commune"] for plan in teams],
    }
    plan = roster_import.plan
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # the rows are sorted by team without going to disk
        expect(cursor, DEMOTE, people(plan["demoted"]), len(plan["demoted"]))
        leavers = [member for member in plan["absent"] if member["leaves"]]
        terms = {"days": leaving_days(plan, leavers), "reasons": [member["reason"] for member in leavers]}
        expect(cursor, LEAVE, people(leavers) | terms, len(leavers))
        cursor.execute(UPDATE_MEMBERS, parameters | {"demotion": True})
        changed = cursor.rowcount
        expect(
            cursor,
            UPDATE_MEMBERS,
            parameters | {"demotion": False},
            roster_import.counts["members"]["changed"] - changed,
        )
        expect(cursor, INSERT_MEMBERS, parameters, roster_import.counts["members"]["new"])


def expect(cursor, sql: str, parameters: dict, rows: int) -> None:
    """Run a statement that must touch exactly the rows that were shown; else nothing of the import stays."""
    cursor.execute(sql, parameters)
    if cursor.rowcount != rows:
        raise RegisterMoved


def people(members: list[dict]) -> dict[str, list[int]]:
    return {"ids": [member["id"] for member in members], "versions": [member["version"] for member in members]}


def leaving_days(plan: dict, leavers: list[dict]) -> list[date]:
    """The day of the new decision where the team gets one, else today."""
    today = timezone.localdate()
    teams = {team["ref"]: team for team in plan["teams"]}
    return [
        day(teams[member["team_ref"]]["joined_on"]) or today if teams[member["team_ref"]]["decision_changes"] else today
        for member in leavers
    ]
