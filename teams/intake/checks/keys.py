"""What makes two rows speak of the same team or the same person."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from cdt_portal.lib.text import match_key
from teams.intake.reading import RosterRow
from teams.naming import unit_key

TeamKey = tuple[str, str]


@lru_cache(maxsize=8192)
def _team_key(commune: str, team: str) -> TeamKey:
    return match_key(commune), unit_key(team)


def team_key(row: RosterRow) -> TeamKey:
    return _team_key(row.commune, row.team)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    return match_key(name)


def by_team(rows: Iterable[RosterRow]) -> dict[TeamKey, list[RosterRow]]:
    """Rows with a team, by team, in the order of the file."""
    teams: dict[TeamKey, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.team:
            teams[team_key(row)].append(row)
    return teams


def by_phone(rows: Iterable[RosterRow]) -> dict[str, list[RosterRow]]:
    """Rows of persons with a readable phone, by its first number."""
    phones: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.full_name and (number := row.phone.first):
            phones[number].append(row)
    return phones
