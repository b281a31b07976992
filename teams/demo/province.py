"""A province's units, decisions, teams and members, with the flaws of real data in known shares."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cdt_portal.lib.decisions import decision_key
from teams import naming
from teams.demo import names
from teams.enums import DecisionKind, MemberRole, Organization, TeamKind
from teams.keys import member_keys, team_keys, unit_keys
from teams.models import Commune, Decision, Member, ResidentialUnit, Team, TeamCoverage, TeamDecision
from teams.services.bulk import copy, new_ids

# Shares of what is wrong in real rosters; tests and the overview's demo count on them.
WITHOUT_TEAM = 0.03  # of villages
WITHOUT_DECISION = 0.05  # of teams
WITHOUT_LEADER = 0.03  # of teams
WITHOUT_PHONE = 0.04  # of members
SHARED_PHONE = 0.01  # of members: the phone of the member before
BELOW_NORM = 0.03  # of teams: two members only


@dataclass(frozen=True, slots=True)
class TeamSeed:
    """A team on its way into the tables."""

    id: int
    commune: Commune
    unit_id: int
    unit_name: str
    decision_id: int | None
    founded_on: date | None
    size: int


def spread(rng: Random, total: int, parts: int, least: int) -> list[int]:
    """`parts` numbers that add up to `total` (or to parts * least when that is more), each at least `least`."""
    weights = [rng.uniform(0.5, 1.6) for _ in range(parts)]
    free = max(0, total - parts * least)
    numbers = [least + int(free * weight / sum(weights)) for weight in weights]
    for index in range(max(0, total - sum(numbers))):
        numbers[index % parts] += 1
    return numbers


def seed_communes(rng: Random, communes: list[Commune], teams: int, members: int) -> None:
    """Fill `communes` with `teams` teams and `members` members, a few villages more than teams."""
    villages = round(teams / (1 - WITHOUT_TEAM))
    units = list(write_units(rng, plan_units(rng, communes, villages)))
    covered = sorted(rng.sample(range(len(units)), min(teams, len(units))))
    seeds = list(make_teams(rng, [units[index] for index in covered], members))
    write_teams(seeds)
    copy_members(rng, seeds)


def plan_units(rng: Random, communes: list[Commune], total: int) -> list[tuple[Commune, str]]:
    """(commune, village name) for `total` villages."""
    return [
        (commune, name)
        for commune, count in zip(communes, spread(rng, total, len(communes), 4), strict=True)
        for name in names.villages(rng, count, commune.kind)
    ]


def write_units(rng: Random, plans: list[tuple[Commune, str]]) -> Iterator[tuple[Commune, int, str]]:
    """Write the villages; yields (commune, unit id, name) for each."""
    ids = new_ids(ResidentialUnit, len(plans))
    columns = [
        "id", "province_id", "commune_id", "kind", "name", "match_key", "sort_key", "households", "valid_from",
        "version",
    ]  # fmt: skip
    copy(
        ResidentialUnit,
        columns,
        (
            [
                pk, commune.province_id, commune.pk, naming.unit_kind(name, commune.kind), name,
                *unit_keys(name).values(), rng.randint(60, 420), commune.valid_from, 1,
            ]
            for pk, (commune, name) in zip(ids, plans, strict=True)
        ),
    )  # fmt: skip
    for pk, (commune, name) in zip(ids, plans, strict=True):
        yield commune, pk, name


def make_teams(rng: Random, units: list[tuple[Commune, int, str]], members: int) -> Iterator[TeamSeed]:
    decisions = make_decisions(rng, list({unit[0].pk: unit[0] for unit in units}.values()))
    sizes = spread(rng, members, len(units), 3)
    ids = new_ids(Team, len(units))
    for pk, (commune, unit_id, name), size in zip(ids, units, sizes, strict=True):
        decision_id, day = (None, None) if rng.random() < WITHOUT_DECISION else decisions[commune.pk]
        small = 2 if rng.random() < BELOW_NORM else size
        yield TeamSeed(pk, commune, unit_id, name, decision_id, day, small)


def make_decisions(rng: Random, communes: list[Commune]) -> dict[str, tuple[int, date]]:
    """Commune code -> (decision id, day): one decision founds all teams of a commune."""
    ids = new_ids(Decision, len(communes))
    rows, result = [], {}
    for pk, commune in zip(ids, communes, strict=True):
        number, day = str(rng.randint(12, 2400)), date(2025, 7, 8) + timedelta(days=rng.randrange(145))
        raw = f"{number}/QĐ-UBND ngày {day:%d/%m/%Y}"
        subject = "về việc thành lập Tổ công nghệ số cộng đồng"
        rows.append(
            [
                pk, commune.province_id, commune.pk, DecisionKind.ESTABLISH, number, "QĐ-UBND", day,
                f"Ủy ban nhân dân {commune.name[0].lower()}{commune.name[1:]}", subject, raw,
                decision_key(number, "QĐ-UBND"), "", 1,
            ]
        )  # fmt: skip
        result[commune.pk] = (pk, day)
    columns = [
        "id", "province_id", "commune_id", "kind", "number", "symbol", "issued_on", "issuer", "subject", "raw_text",
        "match_key", "scan", "version",
    ]  # fmt: skip
    copy(Decision, columns, rows)
    return result


def write_teams(seeds: list[TeamSeed]) -> None:
    columns = [
        "id", "province_id", "commune_id", "kind", "name", "match_key", "sort_key", "decision_id", "zalo_url",
        "founded_on", "version",
    ]  # fmt: skip
    copy(
        Team,
        columns,
        (
            [
                seed.id, seed.commune.province_id, seed.commune.pk, TeamKind.VILLAGE_TEAM, seed.unit_name,
                *team_keys(seed.unit_name).values(), seed.decision_id, "", seed.founded_on, 1,
            ]
            for seed in seeds
        ),
    )  # fmt: skip
    copy(
        TeamCoverage,
        ["province_id", "commune_id", "team_id", "unit_id", "valid_from"],
        ([s.commune.province_id, s.commune.pk, s.id, s.unit_id, s.founded_on] for s in seeds),
    )
    copy(
        TeamDecision,
        ["province_id", "commune_id", "team_id", "decision_id", "kind", "effective_on"],
        (
            [s.commune.province_id, s.commune.pk, s.id, s.decision_id, DecisionKind.ESTABLISH, s.founded_on]
            for s in seeds
            if s.decision_id
        ),
    )


MEMBER_COLUMNS = [
    "province_id", "commune_id", "team_id", "person", "position", "full_name", "match_key", "sort_key", "search_key",
    "role", "phone", "other_phone", "organization", "note", "joined_on", "left_reason", "version",
]  # fmt: skip


def copy_members(rng: Random, seeds: list[TeamSeed], *, flawless: bool = False) -> None:
    """With `flawless` every team has its leader; phones lack as everywhere."""
    copy(Member, MEMBER_COLUMNS, (row for seed in seeds for row in member_rows(rng, seed, flawless)))


def member_rows(rng: Random, seed: TeamSeed, flawless: bool) -> Iterator[list]:
    organizations = Organization.values
    leaderless = rng.random() < WITHOUT_LEADER and not flawless
    phone = ""
    for position in range(1, seed.size + 1):
        name = names.full_name(rng)
        draw = rng.random()
        if draw < WITHOUT_PHONE:
            phone = ""
        elif draw > SHARED_PHONE + WITHOUT_PHONE or not phone:
            phone = names.phone(rng)
        yield [
            seed.commune.province_id, seed.commune.pk, seed.id, uuid.UUID(int=rng.getrandbits(128), version=4),
            position, name, *member_keys(name).values(), role_of(position, seed.size, leaderless), phone, "",
            rng.choice(organizations) if rng.random() < 0.8 else "", "", seed.founded_on, "", 1,
        ]  # fmt: skip


def role_of(position: int, size: int, leaderless: bool) -> str:
    if position == 1 and not leaderless:
        return MemberRole.LEADER
    return MemberRole.DEPUTY_LEADER if position == 2 and size > 3 else MemberRole.MEMBER
