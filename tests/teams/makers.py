"""Rows that the tests of the register start from, made as the portal itself makes them."""

from datetime import date

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import parse_decision
from teams.enums import MemberRole, Share, TeamKind, UnitKind
from teams.keys import member_keys
from teams.models import Commune, Decision, Member, ResidentialUnit, Team, UnitPlan
from teams.services.decisions import find_or_create_decision
from teams.services.teams import TeamFields, create_team
from teams.services.unit_changes import NewUnit, UnitEvent
from teams.services.unit_plans import draft_plan
from teams.services.units import UnitDraft, add_units

JULY = date(2025, 7, 10)


def make_units(commune: Commune, *names: str, by: User, since: date | None = None) -> list[ResidentialUnit]:
    drafts = [UnitDraft(name, UnitKind.VILLAGE) for name in names]
    return add_units(commune=commune, drafts=drafts, valid_from=since, by=by)


def make_team(
    commune: Commune,
    name: str,
    *units: ResidentialUnit,
    by: User,
    kind: TeamKind = TeamKind.VILLAGE_TEAM,
    founded_on: date | None = None,
    decision: Decision | None = None,
) -> Team:
    fields = TeamFields(kind, name, founded_on, "", list(units))
    return create_team(commune=commune, fields=fields, decision=decision, by=by)


def make_member(team: Team, full_name: str, role: str = MemberRole.MEMBER, **more) -> Member:
    return Member.objects.create(
        team=team,
        province_id=team.province_id,
        commune_id=team.commune_id,
        full_name=full_name,
        role=role,
        **member_keys(full_name),
        **more,
    )


def make_decision(commune: Commune, line: str, by: User) -> Decision:
    return find_or_create_decision(commune=commune, reading=parse_decision(line), by=by)


def make_plan(
    olds: list[ResidentialUnit], *news: str, by: User, day: date = date(2026, 1, 1), share: Share = Share.WHOLE
) -> UnitPlan:
    """A draft: each old village goes into each new one of the first one's commune."""
    commune = olds[0].commune
    drafts = [UnitDraft(name, UnitKind.VILLAGE) for name in news]
    return draft_plan(
        province=commune.province,
        commune=commune,
        event=UnitEvent(day, "Nghị quyết 05/NQ-HĐND ngày 01/12/2025"),
        rows=[NewUnit(commune.pk, draft, {old.pk: share for old in olds}) for draft in drafts],
        seen={old.pk: old.version for old in olds},
        by=by,
    )
