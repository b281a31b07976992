"""How a team stops looking after villages: rows end on a day, and those that had not begun by then go."""

from datetime import date

from django.db.models import Q, QuerySet

from teams.models import TeamCoverage


def coverage_after(day: date) -> QuerySet[TeamCoverage]:
    """Rows that say something of days after `day`."""
    return TeamCoverage.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day))


def end_coverage(rows: QuerySet[TeamCoverage], day: date) -> None:
    """Nothing of `rows` stands from `day` on; a row that began that day or later never held, so it is no history."""
    rows.filter(valid_from__gte=day).delete()
    rows.filter(Q(ended_on=None) | Q(ended_on__gt=day)).update(ended_on=day)
