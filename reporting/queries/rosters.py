"""The teams of communes with their members on a day, as the appendix of a report lists them: names and roles alone."""

from collections import defaultdict
from datetime import date

from reporting.figures import TeamRoster
from teams.enums import MemberRole
from teams.models import Decision, Member, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.coverage import active_teams
from teams.queries.decisions import decision_on
from teams.queries.exports import KIND_ORDER

ROLE_ORDER = {role.value: order for order, role in enumerate(MemberRole)}
ROLE_LABELS = dict(MemberRole.choices)


def rosters(communes: list[str], day: date) -> dict[str, tuple[TeamRoster, ...]]:
    """By commune code: village teams first, each kind in natural order; of a team the leader first."""
    teams = list(
        Team.objects.filter(active_teams(day), commune_id__in=communes)
        .annotate(decided=decision_on(day))
        .select_related("province")
        .order_by(KIND_ORDER, "sort_key", "pk")
    )
    decisions = {
        pk: str(row) for pk, row in Decision.objects.in_bulk({team.decided for team in teams} - {None}).items()
    }
    members = _members(communes, day)
    units = _units(communes, day)
    found: dict[str, list[TeamRoster]] = defaultdict(list)
    for team in teams:
        roster = TeamRoster(
            team=team.title,
            units=tuple(units[team.pk]),
            decision=str(decisions.get(team.decided, "")),
            members=tuple((name, ROLE_LABELS[role]) for name, role in members[team.pk]),
            team_id=team.pk,
        )
        found[team.commune_id].append(roster)
    return {code: tuple(found[code]) for code in communes}


def _members(communes: list[str], day: date) -> dict[int, list[tuple[str, str]]]:
    rows = Member.objects.filter(in_force(day, "joined_on", "left_on"), commune_id__in=communes)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for team, name, role in rows.order_by("team_id", "position", "pk").values_list("team_id", "full_name", "role"):
        found[team].append((name, role))
    for each in found.values():
        each.sort(key=lambda member: ROLE_ORDER[member[1]])
    return found


def _units(communes: list[str], day: date) -> dict[int, list[str]]:
    rows = TeamCoverage.objects.filter(in_force(day), commune_id__in=communes)
    found: dict[int, list[str]] = defaultdict(list)
    for team, name in rows.order_by("unit__sort_key", "unit_id").values_list("team_id", "unit__name"):
        found[team].append(name)
    return found
