"""Villages of a commune with where they came from and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from teams.enums import UnitChangeKind, UnitKind
from teams.models import Commune, ResidentialUnit, Team, UnitLineage, UnitPlan
from teams.models.base import in_force


@dataclass(frozen=True, slots=True)
class UnitEventLine:
    """One dated change: "Thôn 1, Thôn 2 → Thôn Đông", by which paper."""

    kind: str
    effective_on: date
    legal_basis: str
    olds: tuple[str, ...]
    news: tuple[str, ...]


def units_today(commune: Commune) -> QuerySet[ResidentialUnit]:
    """Villages that a form may offer: those valid today, in natural order."""
    units = ResidentialUnit.objects.filter(in_force(timezone.localdate()), commune=commune)
    return units.order_by("sort_key", "pk")


def units_of_communes(communes: Iterable[Commune]) -> QuerySet[ResidentialUnit]:
    """As `units_today`, of several communes, for a change that may end them: those with an end already are left out."""
    units = ResidentialUnit.objects.filter(in_force(timezone.localdate()), commune__in=communes, ended_on=None)
    return units.select_related("commune").order_by("commune__sort_key", "sort_key", "pk")


def ended_units(commune: Commune, day: date) -> list[ResidentialUnit]:
    """Villages of the past or of days to come: those not valid on `day`, the last ended first."""
    units = ResidentialUnit.objects.filter(commune=commune).exclude(in_force(day))
    return list(units.order_by("-ended_on", "sort_key", "pk"))


def unit_events(commune: Commune) -> list[UnitEventLine]:
    """The commune's mergers, splits and new names, the latest first."""
    return _events(Q(old__commune=commune) | Q(new__commune=commune))


def events_of_plan(plan: UnitPlan) -> list[UnitEventLine]:
    return _events(Q(change__plan=plan))


def _events(where: Q) -> list[UnitEventLine]:
    rows = UnitLineage.objects.filter(where).select_related("change", "old", "new")
    rows = rows.order_by("-change__effective_on", "-change_id", "pk")
    by_change: dict[int, list[UnitLineage]] = {}
    for row in rows:
        by_change.setdefault(row.change_id, []).append(row)
    return [_event_line(lineages) for lineages in by_change.values()]


def teams_covering(units: Iterable[ResidentialUnit], day: date) -> list[Team]:
    """Teams that look after one of the villages on `day` or later, each once, in natural order."""
    rows = Q(coverages__unit__in=units) & (Q(coverages__ended_on=None) | Q(coverages__ended_on__gt=day))
    return list(Team.objects.filter(rows).select_related("province").order_by("sort_key", "pk").distinct())


def _old_name(row: UnitLineage) -> str:
    """A part is worth a word where the rest lives on; of a split everything is a part."""
    lives_on = not row.whole and row.change.kind != UnitChangeKind.SPLIT
    return f"{row.old.name} (một phần)" if lives_on else row.old.name


def _event_line(rows: list[UnitLineage]) -> UnitEventLine:
    change = rows[0].change
    return UnitEventLine(
        kind=change.get_kind_display(),
        effective_on=change.effective_on,
        legal_basis=change.legal_basis,
        olds=tuple(dict.fromkeys(_old_name(row) for row in rows)),
        news=tuple(dict.fromkeys(row.new.name for row in rows)),
    )


def unit_words(codes: Iterable[str], day: date) -> dict[str, str]:
    """By commune code, what its villages on `day` are called: "thôn", "tổ dân phố", or both words while it has both
    or none. One query."""
    codes = list(codes)
    rows = ResidentialUnit.objects.filter(in_force(day), commune__in=codes).order_by()
    there = set(rows.values_list("commune_id", "kind").distinct())
    found = {code: [kind.label for kind in UnitKind if (code, kind) in there] for code in codes}
    return {code: ", ".join(labels or UnitKind.labels) for code, labels in found.items()}
