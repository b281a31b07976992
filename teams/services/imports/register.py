"""What stands in the register for the communes a file may speak of, read once in a constant number of queries."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from cdt_portal.lib.decisions import decision_title
from teams.enums import TeamKind
from teams.models import Commune, Decision, Member, ResidentialUnit, RosterImport, Team, TeamCoverage


class StoredTeam(NamedTuple):
    id: int
    commune: str
    kind: str
    key: str
    name: str
    decision: int | None
    version: int


class StoredMember(NamedTuple):
    id: int
    person: UUID
    team: int
    full_name: str
    key: str
    role: str
    phone: str
    other_phone: str
    organization: str
    note: str
    version: int


@dataclass(slots=True)
class Register:
    """Live rows only; every mapping's key begins with the commune's code."""

    communes: list[Commune]
    teams: dict[tuple[str, str, str], StoredTeam] = field(default_factory=dict)  # commune, kind, match key
    team_of_unit: dict[int, list[StoredTeam]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # commune -> match key -> id
    decisions: dict[tuple[str, str, date | None], int] = field(default_factory=dict)  # commune, match key, day
    decision_of: dict[int, tuple[str, date | None, str]] = field(default_factory=dict)  # id -> match key, day, title
    members: dict[int, list[StoredMember]] = field(default_factory=lambda: defaultdict(list))  # team id
    by_id: dict[int, StoredMember] = field(default_factory=dict)
    phones: dict[str, list[StoredMember]] = field(default_factory=lambda: defaultdict(list))
    team_names: dict[int, str] = field(default_factory=dict)
    numbers: dict[tuple[str, str, date | None], list[int]] = field(default_factory=lambda: defaultdict(list))

    def namesake(self, commune: str, key: str) -> StoredTeam | None:
        """The squad or steering team that bears this name alone: its kind is known here, not from the name."""
        kinds = [kind for kind in TeamKind if (commune, kind, key) in self.teams]
        return self.teams[commune, kinds[0], key] if len(kinds) == 1 else None

    def find_decision(self, commune: str, key: str, day: date | None, *, has_symbol: bool) -> int | None:
        """The stored decision; a text without a symbol ("số 1907 ngày …") fits the only one of that number and day."""
        exact = self.decisions.get((commune, key, day))
        same_number = self.numbers[commune, key.rpartition("/")[0], day]
        if exact is not None or has_symbol or not day:
            return exact
        return same_number[0] if len(same_number) == 1 else None


def communes_of(roster_import: RosterImport) -> list[Commune]:
    """All communes of the province: the file may name them, even where only one of them may be changed."""
    return list(Commune.objects.filter(province=roster_import.province_id, ended_on=None))


def load(communes: list[Commune], concerned: set[str]) -> Register:
    """The register of the `concerned` communes (codes)."""
    register = Register(communes)
    teams = Team.objects.filter(commune__in=concerned, dissolved_on=None).values_list(
        "pk", "commune_id", "kind", "match_key", "name", "decision_id", "version"
    )
    for team in map(StoredTeam._make, teams):
        register.teams[team.commune, team.kind, team.key] = team
        register.team_names[team.id] = team.name
    by_id = {team.id: team for team in register.teams.values()}
    units = ResidentialUnit.objects.filter(commune__in=concerned, ended_on=None)
    for unit_id, commune, key in units.values_list("pk", "commune_id", "match_key"):
        register.units[commune][key] = unit_id
    coverages = TeamCoverage.objects.filter(commune__in=concerned, ended_on=None).values_list("team_id", "unit_id")
    for team_id, unit_id in coverages:
        if team_id in by_id:
            register.team_of_unit[unit_id].append(by_id[team_id])
    for pk, commune, key, day, number, symbol, raw in Decision.objects.filter(commune__in=concerned).values_list(
        "pk", "commune_id", "match_key", "issued_on", "number", "symbol", "raw_text"
    ):
        register.decisions[commune, key, day] = pk
        register.decision_of[pk] = key, day, decision_title(number, symbol, day) or raw
        register.numbers[commune, key.rpartition("/")[0], day].append(pk)
    load_members(register, concerned)
    return register


def load_members(register: Register, concerned: set[str]) -> None:
    columns = [
        "pk", "person", "team_id", "full_name", "match_key", "role", "phone", "other_phone", "organization", "note",
        "version",
    ]  # fmt: skip
    rows = Member.objects.filter(commune__in=concerned, left_on=None, team__dissolved_on=None)
    for values in rows.order_by("team_id", "position", "pk").values_list(*columns):
        member = StoredMember(*values)
        register.members[member.team].append(member)
        register.by_id[member.id] = member
        if member.phone:
            register.phones[member.phone].append(member)


STAMPED = ["teams_decision", "teams_member", "teams_residentialunit", "teams_team"]
STAMP_SQL = " UNION ALL ".join(
    f"SELECT '{table}', commune_id, count(*), sum(version), max(id) FROM {table}"  # noqa: S608  our own table names
    " WHERE commune_id = ANY(%(codes)s) GROUP BY commune_id"
    for table in STAMPED
)


def stamp(codes: set[str]) -> str:
    """A hash of these communes' rosters that any edit changes: what was rehearsed must still stand at the apply."""
    with connection.cursor() as cursor:
        cursor.execute(f"{STAMP_SQL} ORDER BY 1, 2", {"codes": sorted(codes)})
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
