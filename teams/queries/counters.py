"""What the maintained counters say, which is today's register: one cheap query whatever its size."""

from datetime import date

from django.db.models import Min, Q, Sum
from django.utils import timezone

from teams.figures import FIGURES, RosterFigures
from teams.models import CommuneCounters


def counted_figures(unit: str, where: Q, day: date) -> dict[str, RosterFigures] | None:
    """`unit` ("commune_id" or "province_id") -> figures; None when the counters do not speak of that day, as all of
    them do of today but between midnight and the first job of the night."""
    if day != timezone.localdate():
        return None
    rows = CommuneCounters.objects.filter(where).order_by()
    if unit == "commune_id":
        found = rows.values_list(unit, "counted_on", *FIGURES)
    else:
        found = rows.values_list(unit).annotate(Min("counted_on"), *map(Sum, FIGURES))
    figures = {code: (counted_on, RosterFigures(*row)) for code, counted_on, *row in found}
    if any(counted_on != day for counted_on, _ in figures.values()):
        return None
    return {code: row for code, (_, row) in figures.items()}
