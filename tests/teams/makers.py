"""Rows that the tests of the register start from, made as the portal itself makes them."""

from datetime import date

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import parse_decision
from teams.enums import MemberRole, TeamKind, UnitKind
from teams.keys import member_keys
from teams.models import Commune, Decision, Member, ResidentialUnit, Team
from teams.services.decisions import find_or_create_decision
from teams.services.teams import TeamFields, create_team
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
