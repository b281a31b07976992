"""Villages of a commune with where they came from and what became of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from teams.models import Commune, ResidentialUnit, UnitLineage
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


def ended_units(commune: Commune, day: date) -> list[ResidentialUnit]:
    """Villages of the past or of days to come: those not valid on `day`, the last ended first."""
    units = ResidentialUnit.objects.filter(commune=commune).exclude(in_force(day))
    return list(units.order_by("-ended_on", "sort_key", "pk"))


def unit_events(commune: Commune) -> list[UnitEventLine]:
    """The commune's mergers, splits and new names, the latest first."""
    rows = UnitLineage.objects.filter(Q(old__commune=commune) | Q(new__commune=commune))
    rows = rows.select_related("change", "old", "new").order_by("-change__effective_on", "-change_id", "pk")
    by_change: dict[int, list[UnitLineage]] = {}
    for row in rows:
        by_change.setdefault(row.change_id, []).append(row)
    return [_event_line(lineages) for lineages in by_change.values()]


def _event_line(rows: list[UnitLineage]) -> UnitEventLine:
    change = rows[0].change
    return UnitEventLine(
        kind=change.get_kind_display(),
        effective_on=change.effective_on,
        legal_basis=change.legal_basis,
        olds=tuple(dict.fromkeys(row.old.name for row in rows)),
        news=tuple(dict.fromkeys(row.new.name for row in rows)),
    )
