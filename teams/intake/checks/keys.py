"""What makes two rows speak of the same team or the same person."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

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


class Roster:
    """All rows with the groupings that several checks need, each made once; rows keep the order of the file."""

    def __init__(self, rows: Sequence[RosterRow]) -> None:
        self.rows = rows

    @cached_property
    def teams(self) -> dict[TeamKey, list[RosterRow]]:
        """Rows with a team, by team."""
        teams: dict[TeamKey, list[RosterRow]] = defaultdict(list)
        for row in self.rows:
            if row.team:
                teams[team_key(row)].append(row)
        return teams

    @cached_property
    def namesakes(self) -> list[list[RosterRow]]:
        """Rows of persons of one name in one team, wherever there are several."""
        namesakes = []
        for members in self.teams.values():
            persons = [row for row in members if row.full_name]
            if len({name_key(row.full_name) for row in persons}) < len(persons):  # in few teams
                named = defaultdict(list)
                for row in persons:
                    named[name_key(row.full_name)].append(row)
                namesakes += [rows for rows in named.values() if len(rows) > 1]
        return namesakes

    @cached_property
    def phones(self) -> dict[str, list[RosterRow]]:
        """Rows of persons who share a readable phone, by that number."""
        first: dict[str, RosterRow] = {}
        shared: dict[str, list[RosterRow]] = {}
        for row in self.rows:
            if row.full_name and (number := row.phone.first):
                holder = first.setdefault(number, row)
                if holder is not row:
                    shared.setdefault(number, [holder]).append(row)
        return shared
