from datetime import date

from django.db.models import Count, Q, QuerySet

from cdt_portal.lib.decisions import decision_key
from teams.models import Commune, Decision, TeamDecision


def decisions_of(commune: Commune) -> QuerySet[Decision]:
    """The commune's decisions with `team_count`, how many teams each one speaks of; the latest first."""
    rows = Decision.objects.filter(commune=commune).annotate(team_count=Count("teams"))
    return rows.order_by("-issued_on", "match_key", "pk")


def teams_of(decision: Decision) -> QuerySet[TeamDecision]:
    return decision.teams.select_related("team").order_by("team__sort_key", "pk")


def similar_decisions(
    commune: Commune, *, number: str, symbol: str, issued_on: date | None, except_id: int | None = None
) -> list[Decision]:
    """Those of the same number and symbol in the same year (numbers restart each year), or of an unknown one."""
    rows = Decision.objects.filter(commune=commune, match_key=decision_key(number, symbol)).exclude(pk=except_id)
    if issued_on:
        rows = rows.filter(Q(issued_on=None) | Q(issued_on__year=issued_on.year))
    return list(rows.order_by("-issued_on", "pk")) if number else []
