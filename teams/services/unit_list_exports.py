"""The lists of teams and villages on the screen, taken along as workbooks with the same rows."""

from collections.abc import Iterator
from itertools import chain
from typing import IO

from django.db.models import QuerySet

from cdt_portal.lib.sheets import write_workbook
from teams.access import Scope
from teams.layouts.unit_lists import TEAMS_SHEET, VILLAGES_SHEET, TeamLine, VillageLine
from teams.queries.unit_lists import TeamFilter, VillageFilter, team_rows, teams, village_rows, villages

CHUNK = 2_000


def write_teams(target: IO[bytes], asked: TeamFilter, scope: Scope) -> int:
    """How many."""
    rows = chain.from_iterable(team_rows(ids, asked.day) for ids in _ids(teams(scope, asked)))
    lines = (
        TeamLine(row.team.commune.name, row.team.title, row.team.get_kind_display(), row.leader, row.size, row.decision)
        for row in rows
    )
    return write_workbook(target, [(TEAMS_SHEET, lines)]).records


def write_villages(target: IO[bytes], asked: VillageFilter, scope: Scope) -> int:
    """How many."""
    rows = chain.from_iterable(village_rows(ids, asked.day) for ids in _ids(villages(scope, asked)))
    lines = (
        VillageLine(
            commune=row.unit.commune.name,
            name=row.unit.name,
            kind=row.unit.get_kind_display(),
            households=row.unit.households,
            teams=", ".join(team.name for team in row.teams),
        )
        for row in rows
    )
    return write_workbook(target, [(VILLAGES_SHEET, lines)]).records


def _ids(rows: QuerySet) -> Iterator[list[int]]:
    ids = list(rows.values_list("pk", flat=True))
    return (ids[first : first + CHUNK] for first in range(0, len(ids), CHUNK))
