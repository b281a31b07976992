"""Coverage of past days as if the villages of a later day had stood then: what decrees merged or split in between no
longer looks like teams won or lost."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from teams.enums import TeamKind, UnitChangeKind
from teams.lineage import recast
from teams.models import ResidentialUnit, TeamCoverage, UnitChange, UnitLineage
from teams.models.base import holds

Life = tuple[date | None, date | None]


def were_rearranged(where: Q, first: date, last: date) -> bool:
    """Whether villages that `where` lets through became others after `first`, up to `last`. One query."""
    changes = UnitChange.objects.filter(where, effective_on__gt=first, effective_on__lte=last)
    return changes.exclude(kind=UnitChangeKind.RENAME).exists()


def recast_coverage(days: Mapping[str, Collection[date]], last: date) -> dict[tuple[str, date], tuple[int, int]]:
    """(province code, one of its `days`) -> what to add to that day's valid and covered villages to have them as those
    of `last`. A village of `last` counts as covered when one of those it was made of was; villages that nothing
    followed stay as they were. Pairs to which nothing is to be added are absent. Three queries."""
    first = min((day for each in days.values() for day in each), default=last)
    lineages = UnitLineage.objects.filter(
        change__province__in=days, change__effective_on__gt=first, change__effective_on__lte=last
    )
    made: dict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for province, *row in lineages.values_list("change__province_id", "change__effective_on", "old_id", "new_id"):
        made[province].append(tuple(row))
    touched = _lives_of({pk for rows in made.values() for _, *pair in rows for pk in pair})
    found = {}
    for province, rows in made.items():
        for day in days[province]:
            added = _added([(old, new) for on, old, new in rows if on > day], touched, day, last)
            if any(added):
                found[province, day] = added
    return found


@dataclass(frozen=True, slots=True)
class _Lives:
    units: dict[int, Life]
    covered: dict[int, list[tuple[Life, Life]]]  # of the coverage, and of its team

    def valid(self, units: Iterable[int], day: date) -> list[int]:
        return [pk for pk in units if holds(day, *self.units[pk])]

    def is_covered(self, unit: int, day: date) -> bool:
        return any(holds(day, *own) and holds(day, *team) for own, team in self.covered[unit])


def _lives_of(units: Collection[int]) -> _Lives:
    rows = ResidentialUnit.objects.filter(pk__in=units).values_list("pk", "valid_from", "ended_on")
    covering = TeamCoverage.objects.filter(unit__in=units, team__kind=TeamKind.VILLAGE_TEAM)
    covered = defaultdict(list)
    for pk, *days in covering.values_list("unit", "valid_from", "ended_on", "team__founded_on", "team__dissolved_on"):
        covered[pk].append(((days[0], days[1]), (days[2], days[3])))
    return _Lives({pk: (start, end) for pk, start, end in rows}, covered)


def _added(pairs: list[tuple[int, int]], touched: _Lives, day: date, last: date) -> tuple[int, int]:
    units = {pk for pair in pairs for pk in pair}
    villages = covered = 0
    for group in recast(pairs, touched.valid(units, day), touched.valid(units, last)):
        if group.olds and group.news:
            held = sum(touched.is_covered(old, day) for old in group.olds)
            villages += len(group.news) - len(group.olds)
            covered += (len(group.news) if held else 0) - held
    return villages, covered
