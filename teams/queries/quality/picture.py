"""The register of some communes on a day, read in a constant number of queries, for rules to look at."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from teams.enums import LeaveReason, MemberRole, TeamKind
from teams.figures import missing_in
from teams.models import Commune, Decision, FocalOfficer, Member, ResidentialUnit, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.coverage import active_teams
from teams.queries.findings import Surroundings, grouped, numbers_of

TEAM_COLUMNS = ("province", "commune", "kind", "name", "match_key", "decision", "founded_on")
MEMBER_COLUMNS = (
    "province", "commune", "team", "person", "full_name", "match_key", "role", "phone", "other_phone", "joined_on",
    "left_on",
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """`units`, `teams` and `members` are those in force on `day`; members by team id, all with their team in place.

    `coverages` hold on `day` and are of active teams, each with its unit, which may have ended. `past_leaders` led an
    active team and left, by team id. `supervised` are codes of communes with a focal officer.
    """

    day: date
    communes: dict[str, Commune]
    units: list[ResidentialUnit]
    teams: dict[int, Team]
    coverages: list[TeamCoverage]
    members: dict[int, list[Member]]
    past_leaders: dict[int, list[Member]]
    decisions: list[Decision]
    supervised: frozenset[str]

    def norm_of(self, team: Team) -> int:
        """The fewest members that the team may have; 0 where no norm holds."""
        commune = self.communes[team.commune_id]
        return (commune.size_norm or commune.province.size_norm) if team.kind == TeamKind.VILLAGE_TEAM else 0

    def lacks(self, team: Team) -> tuple[str, ...]:
        """As a team's line on its commune's page says it."""
        members = self.members[team.pk]
        return missing_in(
            size=len(members),
            reachable=sum(bool(member.phone) for member in members),
            led=any(member.role == MemberRole.LEADER for member in members),
            decided=team.decision_id is not None,
            norm=self.norm_of(team),
        )

    @cached_property
    def surroundings(self) -> dict[int, Surroundings]:
        """Team id -> who shares a name in the team, or a phone or person in the commune, as a row's findings ask it."""
        by_commune: dict[str, list[Member]] = defaultdict(list)
        for team in self.teams.values():
            by_commune[team.commune_id] += self.members[team.pk]
        wide = {
            code: (grouped(members, numbers_of), grouped(members, lambda member: [member.person]))
            for code, members in by_commune.items()
        }
        return {
            pk: Surroundings(grouped(self.members[pk], lambda member: [member.match_key]), *wide[team.commune_id])
            for pk, team in self.teams.items()
        }


def take_picture(codes: Collection[str], day: date) -> Picture:
    """Eight queries. Codes of communes that are not there, or have ended, are left out; so is what belongs to a team
    that somebody committed after the teams were read: the check that follows that commit sees it whole."""
    communes = Commune.objects.select_related("province").filter(in_force(day), pk__in=codes).in_bulk()
    of_these = Q(commune__in=communes)
    teams = Team.objects.filter(of_these, active_teams(day)).only(*TEAM_COLUMNS).in_bulk()
    coverages = TeamCoverage.objects.filter(of_these, in_force(day), active_teams(day, "team__"))
    officers = FocalOfficer.objects.filter(of_these, in_force(day, "started_on", "ended_on"))
    active = Member.objects.filter(of_these, in_force(day, "joined_on", "left_on"))
    past_leaders = Member.objects.filter(of_these, role=MemberRole.LEADER, left_on__lte=day)
    past_leaders = past_leaders.exclude(left_reason=LeaveReason.MISTAKE)
    return Picture(
        day=day,
        communes=communes,
        units=list(ResidentialUnit.objects.filter(of_these, in_force(day)).order_by("sort_key", "pk")),
        teams=teams,
        coverages=[row for row in coverages.select_related("unit").order_by("pk") if row.team_id in teams],
        members=_by_team(active.order_by("position", "pk"), teams),
        past_leaders=_by_team(past_leaders.order_by("left_on", "pk"), teams),
        decisions=list(Decision.objects.filter(of_these).order_by("issued_on", "pk")),
        supervised=frozenset(officers.order_by().values_list("commune_id", flat=True)),
    )


def _by_team(rows, teams: dict[int, Team]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = defaultdict(list)
    for member in rows.only(*MEMBER_COLUMNS):
        if team := teams.get(member.team_id):
            member.team = team
            found[team.pk].append(member)
    return found
