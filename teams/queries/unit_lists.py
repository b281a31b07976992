"""Villages and teams across a scope, filtered as the overview counts them: as many rows as its figures say."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cdt_portal.lib.decisions import decision_title
from teams.access import Scope
from teams.enums import MemberRole
from teams.models import Decision, Member, ResidentialUnit, Team
from teams.models.base import in_force
from teams.queries.coverage import LACKING, covered_villages, standing_teams, valid_villages
from teams.queries.decisions import decision_on
from teams.queries.search import Wanted, having_words

ORDER = ("commune_id", "sort_key", "pk")
LACKS = {
    "leader": "Tổ trưởng",
    "deputy": "Tổ phó",
    "decision": "Quyết định",
    "norm": "Đủ số thành viên",
    "members": "Thành viên",
}
COVERED = {"co": "Đã có tổ", "chua": "Chưa có tổ"}


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """What the reader asked for; "" asks for nothing. `lack` is a key of LACKS, `search` words as in the search box."""

    day: date
    province: str = ""
    commune: str = ""
    kind: str = ""
    lack: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class VillageFilter:
    """As `TeamFilter`; `covered` is a key of COVERED."""

    day: date
    province: str = ""
    commune: str = ""
    covered: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """`team` comes with its commune and province."""

    team: Team
    leader: str
    size: int
    decision: str


@dataclass(frozen=True, slots=True)
class VillageRow:
    """`unit` comes with its commune; `teams` are the village teams that look after it."""

    unit: ResidentialUnit
    teams: tuple[Team, ...]


def teams(scope: Scope, asked: TeamFilter) -> QuerySet[Team]:
    """In the order of their communes."""
    rows = standing_teams(_where(scope, asked), asked.day).filter(_lacks(asked), _has_words(Team, scope, asked.search))
    return (rows.filter(kind=asked.kind) if asked.kind else rows).order_by(*ORDER)


def villages(scope: Scope, asked: VillageFilter) -> QuerySet[ResidentialUnit]:
    """In the order of their communes."""
    where = _where(scope, asked)
    rows = valid_villages(where, asked.day).filter(_has_words(ResidentialUnit, scope, asked.search)).order_by(*ORDER)
    if not asked.covered:
        return rows
    covered = Q(pk__in=covered_villages(where, asked.day).order_by().values("unit"))
    return rows.filter(covered if asked.covered == "co" else ~covered)


def _where(scope: Scope, asked: TeamFilter | VillageFilter) -> Q:
    chosen = {"province_id": asked.province, "commune_id": asked.commune}
    return scope.where() & Q(**{name: code for name, code in chosen.items() if code})


def _has_words(model: type[Model], scope: Scope, typed: str) -> Q:
    if not typed:
        return Q()
    asked = Wanted(typed).tsquery(scope)
    return Q(pk__in=having_words(model, asked)) if asked else Q(pk__in=[])


def _lacks(asked: TeamFilter) -> Q:
    if not asked.lack:
        return Q()
    if asked.lack in ("leader", "deputy"):
        role = MemberRole.LEADER if asked.lack == "leader" else MemberRole.DEPUTY_LEADER
        return ~Q(Exists(_members(asked.day).filter(role=role)))
    return LACKING["below_norm" if asked.lack == "norm" else f"without_{asked.lack}"]


def _members(day: date) -> QuerySet[Member]:
    """Of a team (the outer row)."""
    return Member.objects.filter(in_force(day, "joined_on", "left_on"), team=OuterRef("pk")).order_by()


def team_rows(ids: Collection[int], day: date) -> list[TeamRow]:
    """Teams of these ids, in the order of `teams`. Two queries."""
    members = _members(day)
    counted = members.values("team").annotate(size=Count("pk")).values("size")
    led_by = members.filter(role=MemberRole.LEADER).order_by("position", "pk").values("full_name")[:1]
    found = list(
        Team.objects.filter(pk__in=ids)
        .annotate(headcount=Coalesce(Subquery(counted), 0), led_by=Subquery(led_by), stands_on=decision_on(day))
        .select_related("commune", "province")
        .order_by(*ORDER)
    )
    decisions = Decision.objects.in_bulk({team.stands_on for team in found if team.stands_on})
    return [TeamRow(team, team.led_by or "", team.headcount, _title(decisions.get(team.stands_on))) for team in found]


def _title(decision: Decision | None) -> str:
    return decision_title(decision.number, decision.symbol, None) or str(decision) if decision else ""


def village_rows(ids: Collection[int], day: date) -> list[VillageRow]:
    """Two queries."""
    teams: dict[int, list[Team]] = defaultdict(list)
    for row in covered_villages(Q(unit__in=ids), day).select_related("team").order_by("team__sort_key", "pk"):
        teams[row.unit_id].append(row.team)
    units = ResidentialUnit.objects.filter(pk__in=ids).select_related("commune").order_by(*ORDER)
    return [VillageRow(unit, tuple(teams[unit.pk])) for unit in units]
