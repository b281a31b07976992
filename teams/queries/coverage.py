"""The register's figures by commune or province: of today from the maintained counters, of any other day by one
GROUP BY for each kind of row, whatever the number of units.

Coverage is villages with at least one active village team over the villages valid on the day, never teams over
villages: two teams on one village cover it once.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from teams.enums import MemberRole, Organization, TeamKind
from teams.figures import RosterFigures
from teams.models import Member, ResidentialUnit, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.counters import counted_figures
from teams.queries.decisions import decided_by


def figures_by_commune(where: Q, day: date) -> dict[str, RosterFigures]:
    """Commune code -> figures on `day` of the rows that `where` (as `Scope.where()` makes it) lets through.

    A commune without any row answers with zeros.
    """
    return _figures("commune_id", where, day)


def figures_by_province(where: Q, day: date) -> dict[str, RosterFigures]:
    """Province code -> figures on `day`, as `figures_by_commune`."""
    return _figures("province_id", where, day)


def active_teams(day: date, path: str = "") -> Q:
    """The condition on teams (behind `path`) that exist on `day`."""
    return in_force(day, f"{path}founded_on", f"{path}dissolved_on")


def _figures(unit: str, where: Q, day: date) -> dict[str, RosterFigures]:
    counted = counted_figures(unit, where, day)
    return defaultdict(RosterFigures, grouped_figures(unit, where, day) if counted is None else counted)


def grouped_figures(unit: str, where: Q, day: date) -> dict[str, RosterFigures]:
    """`unit` ("commune_id" or "province_id") -> figures, from the rows themselves: what the counters must agree with.
    Units without any row are absent."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for query in (valid_villages, covered_villages, standing_teams, _members):
        for row in query(where, day).order_by().values(unit).annotate(**COUNTS[query]):
            counts[row.pop(unit)].update(row)
    past = day < timezone.localdate()
    return {code: _figures_of(row, past=past) for code, row in counts.items()}


def _figures_of(row: dict[str, int], *, past: bool) -> RosterFigures:
    """Of a `past` day nobody's phone is missing: those of people who left since are erased."""
    teams, led, assisted = row.get("teams", 0), row.pop("led", 0), row.pop("assisted", 0)
    if past and "members" in row:
        row["reachable"] = row["members"]
    return RosterFigures(**row, without_leader=teams - led, without_deputy=teams - assisted)


def valid_villages(where: Q, day: date) -> QuerySet:
    """The denominator of coverage."""
    return ResidentialUnit.objects.filter(where, in_force(day))


def covered_villages(where: Q, day: date) -> QuerySet:
    """`TeamCoverage` rows by which a valid village counts as covered."""
    return TeamCoverage.objects.filter(
        where,
        in_force(day),
        in_force(day, "unit__valid_from", "unit__ended_on"),
        active_teams(day, "team__"),
        team__kind=TeamKind.VILLAGE_TEAM,
    )


def standing_teams(where: Q, day: date) -> QuerySet:
    """Teams of every kind, to be asked for `decided`, `size` (members) and `norm`."""
    members = Member.objects.filter(in_force(day, "joined_on", "left_on"), team=OuterRef("pk")).order_by()
    return Team.objects.filter(where, active_teams(day)).alias(
        decided=decided_by(day),
        size=Coalesce(Subquery(members.values("team").annotate(size=Count("pk")).values("size")), 0),
        norm=Coalesce(NullIf("commune__size_norm", 0), "province__size_norm"),
    )


def _members(where: Q, day: date) -> QuerySet:
    return Member.objects.filter(
        where,
        in_force(day, "joined_on", "left_on"),
        active_teams(day, "team__"),
        team__kind=TeamKind.VILLAGE_TEAM,
    )


_VILLAGE_TEAM = Q(kind=TeamKind.VILLAGE_TEAM)
LACKING = {  # of teams as `standing_teams` makes them
    "without_members": Q(size=0),
    "without_decision": Q(decided=False),
    "below_norm": Q(size__gt=0, size__lt=F("norm")),
}
COUNTS = {
    valid_villages: {"villages": Count("pk")},
    covered_villages: {"covered": Count("unit_id", distinct=True)},
    standing_teams: {
        "teams": Count("pk", filter=_VILLAGE_TEAM),
        **{name: Count("pk", filter=_VILLAGE_TEAM & lacking) for name, lacking in LACKING.items()},
        "rapid_response": Count("pk", filter=Q(kind=TeamKind.RAPID_RESPONSE)),
        "steering_team": Count("pk", filter=Q(kind=TeamKind.STEERING_TEAM)),
        "steering_committee": Count("pk", filter=Q(kind=TeamKind.STEERING_COMMITTEE)),
    },
    _members: {
        "members": Count("pk"),
        "reachable": Count("pk", filter=~Q(phone="")),
        "led": Count("team_id", distinct=True, filter=Q(role=MemberRole.LEADER)),
        "assisted": Count("team_id", distinct=True, filter=Q(role=MemberRole.DEPUTY_LEADER)),
        **{each.value: Count("pk", filter=Q(organization=each)) for each in Organization},
    },
}
