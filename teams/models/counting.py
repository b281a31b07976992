"""What keeps `CommuneCounters` right: triggers that note the communes a statement touched, and one that counts them.

They are the database's own, so that services, bulk writes, COPY and raw SQL count alike; see docs/adr/0008-counters.md.
"""

import pgtrigger
from django.db import models

from teams.enums import MemberRole, Organization, TeamKind

NOTE = "INSERT INTO teams_counternote (communes) SELECT array_agg(code) FROM ({touched}) AS touched HAVING count(*) > 0"
OF_COMMUNE = {
    pgtrigger.Insert: "SELECT {code} AS code FROM new_values GROUP BY 1",
    pgtrigger.Update: "SELECT {code} AS code FROM old_values UNION SELECT {code} FROM new_values",
    pgtrigger.Delete: "SELECT {code} AS code FROM old_values GROUP BY 1",
}
REFERENCING = {
    pgtrigger.Insert: pgtrigger.Referencing(new="new_values"),
    pgtrigger.Update: pgtrigger.Referencing(old="old_values", new="new_values"),
    pgtrigger.Delete: pgtrigger.Referencing(old="old_values"),
}
OF_A_NORM = """
    SELECT code FROM teams_commune WHERE province_id IN (
        SELECT code FROM old_values JOIN new_values USING (code) WHERE old_values.size_norm <> new_values.size_norm
    )
"""


def counted(code: str = "commune_id"):
    """Model decorator: its rows count for the commune whose code stands in that column."""

    def decorate(model: type[models.Model]) -> type[models.Model]:
        for operation, touched in OF_COMMUNE.items():
            pgtrigger.register(_noting(operation, touched.format(code=code)))(model)
        return model

    return decorate


def norm_counted(model: type[models.Model]) -> type[models.Model]:
    """Model decorator for provinces, whose norm counts in all their communes."""
    return pgtrigger.register(_noting(pgtrigger.Update, OF_A_NORM))(model)


def _noting(operation: pgtrigger.Operation, touched: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"counted_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=REFERENCING[operation],
        func=_one_line(f"{NOTE.format(touched=touched)}; RETURN NULL;"),
    )


def recount() -> pgtrigger.Trigger:
    """Fires for each note at the end of the transaction and counts once, at the last note, what all of them name.

    Nobody sees a note of another transaction: each takes its own away before it commits. The counters are locked before
    the rows are counted, always in one order, and each statement of the function sees what was committed before it: of
    two transactions in one commune the second counts the rows of both. Planned once a session: for one commune planning
    takes as long as counting. For many communes each time, without nested loops: tables that were filled a moment ago
    have no statistics, and loops over all communes inside loops over all communes took longer than a statement may.
    """
    return pgtrigger.Trigger(
        name="recount",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("codes", "varchar[]"), ("today", "date")],
        func=_one_line(_recount_sql()),
    )


def _recount_sql() -> str:
    organizations = {name: f"count(*) FILTER (WHERE m.organization = '{name}')" for name in Organization.values}
    sums = {
        name: f"sum(size.{name}) FILTER (WHERE {VILLAGE_TEAM})" for name in ("members", "reachable", *organizations)
    }
    teams = {
        name: f"count(*) FILTER (WHERE {VILLAGE_TEAM}{condition})"
        for name, condition in (
            ("teams", ""),
            ("without_members", " AND size.members IS NULL"),
            ("without_leader", " AND size.led IS NOT TRUE"),
            ("without_deputy", " AND size.assisted IS NOT TRUE"),
            ("without_decision", " AND t.decision_id IS NULL"),
            ("below_norm", " AND size.members < COALESCE(NULLIF(c.size_norm, 0), p.size_norm)"),
        )
    } | {
        kind: f"count(*) FILTER (WHERE t.kind = '{kind}')" for kind in TeamKind.values if kind != TeamKind.VILLAGE_TEAM
    }
    written = ", ".join(f"{name} = COALESCE({name}_now, 0)" for name in ("villages", "covered", *teams, *sums))
    return RECOUNT.format(
        few=FEW,
        village_team=VILLAGE_TEAM,
        leader=MemberRole.LEADER,
        deputy=MemberRole.DEPUTY_LEADER,
        organizations=_columns(organizations, ""),
        of_teams=_columns(teams | sums, "_now"),
        written=written,
        unit_in_force=_in_force("u.valid_from", "u.ended_on"),
        coverage_in_force=_in_force("v.valid_from", "v.ended_on"),
        member_in_force=_in_force("m.joined_on", "m.left_on"),
        team_in_force=_in_force("t.founded_on", "t.dissolved_on"),
    )


FEW = 20  # communes
VILLAGE_TEAM = f"t.kind = '{TeamKind.VILLAGE_TEAM}'"
RECOUNT = """
    IF EXISTS (SELECT FROM teams_counternote WHERE id > NEW.id) THEN
        RETURN NULL;
    END IF;
    WITH notes AS (DELETE FROM teams_counternote RETURNING communes)
    SELECT array_agg(DISTINCT code) INTO codes FROM notes, unnest(notes.communes) AS code;
    IF cardinality(codes) > {few} THEN
        SET LOCAL plan_cache_mode = force_custom_plan;
        SET LOCAL enable_nestloop = off;
    ELSE
        SET LOCAL plan_cache_mode = force_generic_plan;
    END IF;
    today := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    INSERT INTO teams_communecounters (commune_id, province_id, counted_on)
    SELECT code, province_id, today FROM teams_commune WHERE code = ANY(codes) ORDER BY code
    ON CONFLICT DO NOTHING;
    PERFORM FROM teams_communecounters WHERE commune_id = ANY(codes) ORDER BY commune_id FOR NO KEY UPDATE;
    UPDATE teams_communecounters AS counters
    SET province_id = c.province_id, counted_on = today, {written}
    FROM teams_commune c
    LEFT JOIN (
        SELECT u.commune_id, count(*) AS villages_now FROM teams_residentialunit u
        WHERE u.commune_id = ANY(codes) AND {unit_in_force} GROUP BY 1
    ) AS units ON units.commune_id = c.code
    LEFT JOIN (
        SELECT v.commune_id, count(DISTINCT v.unit_id) AS covered_now FROM teams_teamcoverage v
        JOIN teams_residentialunit u ON u.id = v.unit_id JOIN teams_team t ON t.id = v.team_id
        WHERE v.commune_id = ANY(codes) AND {village_team} AND {coverage_in_force} AND {unit_in_force}
            AND {team_in_force}
        GROUP BY 1
    ) AS coverage ON coverage.commune_id = c.code
    LEFT JOIN (
        SELECT t.commune_id, {of_teams} FROM teams_team t
        JOIN teams_commune c ON c.code = t.commune_id JOIN teams_province p ON p.code = c.province_id
        LEFT JOIN (
            SELECT m.team_id, count(*) AS members, count(*) FILTER (WHERE m.phone <> '') AS reachable,
                bool_or(m.role = '{leader}') AS led,
                bool_or(m.role = '{deputy}') AS assisted, {organizations}
            FROM teams_member m WHERE m.commune_id = ANY(codes) AND {member_in_force} GROUP BY 1
        ) AS size ON size.team_id = t.id
        WHERE t.commune_id = ANY(codes) AND {team_in_force} GROUP BY 1
    ) AS teams ON teams.commune_id = c.code
    WHERE counters.commune_id = c.code AND c.code = ANY(codes);
    RETURN NULL;
"""


def _columns(columns: dict[str, str], ending: str) -> str:
    return ", ".join(f"{expression} AS {name}{ending}" for name, expression in columns.items())


def _in_force(start: str, end: str) -> str:
    """As `models.base.in_force`, of today."""
    return f"({start} IS NULL OR {start} <= today) AND ({end} IS NULL OR {end} > today)"


def _one_line(sql: str) -> str:
    return " ".join(sql.split())
