"""What may happen to a register, each way that rows are written: services, bulk writes, COPY, raw SQL."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from uuid import UUID

import psycopg2
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.demo.province import copy_members, make_teams, write_teams, write_units
from teams.enums import LeaveReason, MemberRole, Organization, Share, TeamKind, UnitKind
from teams.models import Commune, Member, Province, ResidentialUnit, Team, TeamCoverage
from teams.services.bulk import copy
from teams.services.concurrency import Conflict
from teams.services.members import add_member, end_membership, return_member, save_member
from teams.services.team_fates import Fate
from teams.services.teams import TeamFields, create_team, dissolve_team
from teams.services.unit_plans import call_off_plan, choose_fates, record_plan
from teams.services.units import UnitDraft, add_units, end_unit
from tests.teams.makers import make_decision, make_plan

# What chance asks for may be against the rules, or may not be there.
REFUSED = (ValidationError, Conflict, IntegrityError, psycopg2.IntegrityError, LookupError, ValueError)
SQL = (
    "UPDATE teams_member SET organization = 'teacher' WHERE commune_id = %s AND position = 1",
    "UPDATE teams_member SET phone = '' WHERE commune_id = %s AND position = 2",
    "DELETE FROM teams_member WHERE commune_id = %s AND position > 6",
    "DELETE FROM teams_teamcoverage WHERE commune_id = %s AND unit_id % 5 = 0",
    "UPDATE teams_team SET decision_id = NULL WHERE commune_id = %s AND id % 4 = 0",
    "UPDATE teams_team SET kind = 'rapid_response' WHERE commune_id = %s AND id % 11 = 0",
    "UPDATE teams_residentialunit SET ended_on = current_date WHERE commune_id = %s AND id % 13 = 0"
    " AND valid_from IS NULL",
)


class Chance:
    """Does something by chance in one of the communes; what the rules refuse leaves nothing behind."""

    def __init__(self, seed: int, communes: list[Commune], by: User) -> None:
        self.rng, self.communes, self.by, self.made = Random(seed), communes, by, 0
        self.label = f"{seed}"

    def act(self) -> bool:
        """Whether it was done."""
        commune = self.rng.choice(self.communes)
        names = list(OPERATIONS)
        operation = OPERATIONS[self.rng.choices(names, [WEIGHTS.get(name, 3) for name in names])[0]]
        try:
            with transaction.atomic():
                operation(self, commune)
        except REFUSED:
            return False
        return True

    def one_of(self, rows):
        return self.rng.choice(list(rows))

    def day(self) -> date:
        return timezone.localdate() + timedelta(days=self.rng.choice([-400, -30, -1, 0, 0, 1, 20]))

    def name(self, word: str) -> str:
        self.made += 1
        return f"{word} {self.label} {self.made}"

    def team(self, commune: Commune) -> Team:
        return self.one_of(Team.objects.filter(commune=commune))

    def member(self, commune: Commune) -> Member:
        return self.one_of(Member.objects.filter(commune=commune)[:60])

    def units(self, commune: Commune) -> list[ResidentialUnit]:
        return list(ResidentialUnit.objects.filter(commune=commune, ended_on=None))


def village(chance: Chance, commune: Commune) -> None:
    draft = UnitDraft(chance.name("Thôn"), UnitKind.VILLAGE)
    since = chance.rng.choice([None, chance.day()])
    add_units(commune=commune, drafts=[draft], valid_from=since, by=chance.by)


def village_ends(chance: Chance, commune: Commune) -> None:
    unit = chance.one_of(chance.units(commune))
    end_unit(unit=unit, version=unit.version, ended_on=chance.day(), by=chance.by)


def merger(chance: Chance, commune: Commune) -> None:
    units = chance.rng.sample(chance.units(commune), 2)
    plan = make_plan(units, chance.name("Thôn"), by=chance.by, day=chance.day())
    held = list(TeamCoverage.objects.filter(unit__in=units).values_list("team_id", flat=True).distinct()[:3])
    fates = {team: Fate(chance.rng.choice([held[0], None])) for team in held[1:]}
    plan = choose_fates(plan=plan, version=1, fates=fates, by=chance.by)
    plan = record_plan(plan=plan, version=plan.version, by=chance.by)
    if chance.rng.random() < 0.3:
        call_off_plan(plan=plan, version=plan.version, by=chance.by)


def division(chance: Chance, commune: Commune) -> None:
    unit = chance.one_of(chance.units(commune))
    parts = [chance.name("Thôn") for _ in range(2)]
    plan = make_plan([unit], *parts, by=chance.by, day=chance.day(), share=Share.DIVIDED)
    record_plan(plan=plan, version=1, by=chance.by)


def founding(chance: Chance, commune: Commune) -> None:
    units = chance.units(commune)
    covered = chance.rng.sample(units, min(len(units), chance.rng.randint(0, 2)))
    kind = chance.rng.choice([TeamKind.VILLAGE_TEAM] * 4 + list(TeamKind))
    decision = make_decision(commune, chance.name("01/QĐ-UBND"), chance.by) if chance.rng.random() < 0.5 else None
    fields = TeamFields(kind, chance.name("Tổ"), chance.rng.choice([None, chance.day()]), "", covered)
    create_team(commune=commune, fields=fields, decision=decision, by=chance.by)


def dissolution(chance: Chance, commune: Commune) -> None:
    team = chance.team(commune)
    dissolve_team(team=team, version=team.version, dissolved_on=chance.day(), decision=None, by=chance.by)


def joining(chance: Chance, commune: Commune) -> None:
    values = {
        "full_name": "Nguyễn Văn An",
        "role": chance.rng.choice(MemberRole.values),
        "phone": chance.rng.choice(["", f"09{chance.rng.randrange(10**8):08}"]),
        "organization": chance.rng.choice(["", *Organization.values]),
    }
    person = UUID(int=chance.rng.getrandbits(128), version=4)
    add_member(team=chance.team(commune), person=person, values=values, by=chance.by)


def correction(chance: Chance, commune: Commune) -> None:
    member = chance.member(commune)
    values = {"role": chance.rng.choice(MemberRole.values), "organization": chance.rng.choice(Organization.values)}
    save_member(member=member, version=member.version, values=values, by=chance.by)


def leaving(chance: Chance, commune: Commune) -> None:
    member = chance.member(commune)
    day = min(chance.day(), timezone.localdate())
    end_membership(member=member, version=member.version, left_on=day, reason=LeaveReason.RESIGNED, by=chance.by)


def coming_back(chance: Chance, commune: Commune) -> None:
    leaving(chance, commune)
    member = chance.one_of(Member.objects.filter(commune=commune, left_on__isnull=False))
    return_member(member=member, version=member.version, by=chance.by)


def bulk_update(chance: Chance, commune: Commune) -> None:
    Member.objects.filter(team=chance.team(commune), left_on=None).update(phone="", version=F("version") + 1)


def bulk_rows(chance: Chance, commune: Commune) -> None:
    """Some coverage by COPY: ended, of teams and villages by chance."""
    team, unit = chance.team(commune), chance.one_of(ResidentialUnit.objects.filter(commune=commune))
    columns = ["province_id", "commune_id", "team_id", "unit_id", "ended_on"]
    day = timezone.localdate() + timedelta(days=chance.rng.randint(-2, 2))
    copy(TeamCoverage, columns, [[commune.province_id, commune.pk, team.pk, unit.pk, day]])


def whole_roster(chance: Chance, commune: Commune) -> None:
    """What a large import does: villages, teams and members by COPY."""
    copy_roster(chance.rng, commune, [chance.name("Thôn") for _ in range(3)])


def copy_roster(rng: Random, commune: Commune, villages: list[str]) -> None:
    units = list(write_units(rng, [(commune, name) for name in villages]))
    seeds = list(make_teams(rng, units, 4 * len(villages)))
    write_teams(seeds)
    copy_members(rng, seeds)


def own_norm(chance: Chance, commune: Commune) -> None:
    Commune.objects.filter(pk=commune.pk).update(size_norm=chance.rng.choice([None, 0, 2, 4]))


def province_norm(chance: Chance, commune: Commune) -> None:
    Province.objects.filter(pk=commune.province_id).update(size_norm=chance.rng.randint(2, 6))


def raw_sql(chance: Chance, commune: Commune) -> None:
    with connection.cursor() as cursor:
        cursor.execute(chance.rng.choice(SQL).replace("% ", "%% "), [commune.pk])


def thought_better(chance: Chance, commune: Commune) -> None:
    """A savepoint that is taken back, and what follows it in the same transaction."""
    point = transaction.savepoint()
    whole_roster(chance, commune)
    transaction.savepoint_rollback(point)
    joining(chance, commune)


OPERATIONS: dict[str, Callable[[Chance, Commune], None]] = {
    each.__name__: each
    for each in (
        village, village_ends, merger, division, founding, dissolution, joining, correction, leaving, coming_back,
        bulk_update, bulk_rows, whole_roster, own_norm, province_norm, raw_sql, thought_better,
    )
}  # fmt: skip
WEIGHTS = {
    "joining": 20, "correction": 12, "founding": 8, "leaving": 5, "village": 5, "whole_roster": 1, "province_norm": 1,
    "thought_better": 1,
}  # fmt: skip
