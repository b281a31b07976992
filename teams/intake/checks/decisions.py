"""Does each team's decision say number, symbol and date?"""

from collections.abc import Iterator

from cdt_portal.lib.decisions import FLAG_LABELS
from teams.intake.checks.cells import is_broken
from teams.intake.checks.keys import Roster, team_key
from teams.intake.reading import Finding, short, warning


def decision_odd(roster: Roster) -> Iterator[Finding]:
    """Once for each decision text of a team, at the row where it first stands."""
    told = set()
    for row in roster.rows:
        flags = row.decision.flags
        if not flags or not row.team or is_broken(row.decision.raw):
            continue
        place = (team_key(row), row.decision.raw)
        if place not in told:
            told.add(place)
            quoted = f"“{short(' '.join(row.decision.raw.split()))}”: " if row.decision.raw else f"{short(row.team)}: "
            for flag in flags:
                label = FLAG_LABELS[flag]
                yield warning(row, "decision", f"decision_{flag}", quoted + label[:1].lower() + label[1:])
