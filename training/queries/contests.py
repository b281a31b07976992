"""How many people registered for contests: cumulative counts by commune and day, of which the latest stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from teams.access import Can, Scope
from teams.models import Commune
from teams.models.base import in_force
from training.models import Contest, ContestCount


def counts(communes: Collection[str], day: date, *, since: date | None = None) -> dict[str, int]:
    """Commune code -> people registered by the end of `day`: the latest count of each contest, summed over the contests
    that ran at some time from `since` (or ever) to `day`. A commune that never counted is left out. One query."""
    ran = ContestCount.objects.filter(commune__in=communes, as_of__lte=day, contest__starts_on__lte=day)
    if since:
        ran = ran.filter(contest__ends_on__gte=since)
    found: dict[str, int] = {}
    for code, people in _latest(ran).values_list("commune_id", "people"):
        found[code] = found.get(code, 0) + people
    return found


def _latest(rows: QuerySet[ContestCount]) -> QuerySet[ContestCount]:
    """Of each contest and commune the last of `rows`."""
    return rows.order_by("contest_id", "commune_id", "-as_of").distinct("contest_id", "commune_id")


def communes_of(contest: Contest, scope: Scope, day: date) -> QuerySet[Commune]:
    """The communes in scope that the contest asks on that day, by name."""
    communes = scope.communes().filter(in_force(day), province=contest.province_id)
    return communes.order_by("sort_key", "pk")


def countable(contest: Contest, scope: Scope) -> set[str] | None:
    """Codes of the communes whose counts the user may write; None for all of the contest's."""
    if scope.allows(Can.RUN_TRAINING, contest.province_id):
        return None
    own = scope.communes(Can.REGISTER_NEEDS).filter(province=contest.province_id)
    return set(own.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class CountRow:
    """One commune on one day. `people` is None where nobody counted; `before` is the latest count of an earlier day."""

    commune: Commune
    people: int | None
    before: ContestCount | None

    @property
    def standing(self) -> int | None:
        """What holds on the day: a cumulative count holds until the next."""
        return self.people if self.people is not None or not self.before else self.before.people


def count_rows(contest: Contest, communes: Iterable[Commune], day: date) -> list[CountRow]:
    """Three queries for any number of communes."""
    communes = list(communes)
    of_communes = ContestCount.objects.filter(contest=contest, commune__in=communes)
    on_day = {row.commune_id: row for row in of_communes.filter(as_of=day)}
    before = {row.commune_id: row for row in _latest(of_communes.filter(as_of__lt=day))}
    return [_row(commune, on_day.get(commune.pk), before.get(commune.pk)) for commune in communes]


def _row(commune: Commune, count: ContestCount | None, before: ContestCount | None) -> CountRow:
    return CountRow(commune, count.people if count else None, before)


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contest in the list: what the user's communes counted last, and until when. `people` is None before a count."""

    contest: Contest
    people: int | None
    communes: int
    as_of: date | None


def contest_lines(contests: Iterable[Contest], scope: Scope) -> list[ContestLine]:
    """One query for any number of contests."""
    contests = list(contests)
    found: dict[int, list[ContestCount]] = {contest.pk: [] for contest in contests}
    for row in _latest(scope.narrow(ContestCount.objects.filter(contest__in=contests))):
        found[row.contest_id].append(row)
    return [_line(contest, found[contest.pk]) for contest in contests]


def _line(contest: Contest, rows: list[ContestCount]) -> ContestLine:
    if not rows:
        return ContestLine(contest, None, 0, None)
    return ContestLine(contest, sum(row.people for row in rows), len(rows), max(row.as_of for row in rows))


def days_of(contest: Contest, scope: Scope) -> list[dict]:
    """The days on which the user's communes counted, the last first: as_of, communes, people."""
    rows = scope.narrow(ContestCount.objects.filter(contest=contest)).order_by().values("as_of")
    return list(rows.annotate(communes=Count("pk"), people=Sum("people")).order_by("-as_of"))
