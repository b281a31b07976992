"""Decisions of a commune, and which of them a team stood on. Without a day of its own, a team's decision holds from
the day it was issued; without that either it is the oldest of all."""

from datetime import date

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cdt_portal.lib.decisions import decision_key
from teams.models import Commune, Decision, Team, TeamDecision

TAKEN_ON = Coalesce("effective_on", "decision__issued_on")
LATEST_FIRST = (TAKEN_ON.desc(nulls_last=True), "-pk")


def taken_by(day: date) -> Q:
    """The condition on `TeamDecision` rows, annotated with `taken_on`, that hold on `day`."""
    return Q(taken_on=None) | Q(taken_on__lte=day)


def decision_on(day: date) -> F | Subquery:
    """The id of the decision that a team (the outer row) stood on at `day`; of today its own column knows."""
    if day >= timezone.localdate():
        return F("decision_id")
    rows = TeamDecision.objects.filter(team=OuterRef("pk")).alias(taken_on=TAKEN_ON).filter(taken_by(day))
    return Subquery(rows.order_by(*LATEST_FIRST).values("decision_id")[:1])


def decided_by(day: date) -> ExpressionWrapper | Exists:
    """Whether a team (the outer row) stood on any decision at `day`: as `decision_on`, for many teams."""
    if day >= timezone.localdate():
        return ExpressionWrapper(Q(decision__isnull=False), BooleanField())
    return Exists(TeamDecision.objects.alias(taken_on=TAKEN_ON).filter(taken_by(day), team=OuterRef("pk")))


def decision_of(team: Team, day: date) -> Decision | None:
    """The decision that the team stood on at `day`: the same as `decision_on`, for one team."""
    if day >= timezone.localdate():
        return team.decision
    row = team_decisions(team).filter(taken_by(day)).first()
    return row.decision if row else None


def team_decisions(team: Team) -> QuerySet[TeamDecision]:
    """Everything that decisions did to the team, with `taken_on`; the latest first."""
    return team.decisions.select_related("decision").annotate(taken_on=TAKEN_ON).order_by(*LATEST_FIRST)


def decisions_of(commune: Commune) -> QuerySet[Decision]:
    """The commune's decisions with `team_count`, how many teams each one speaks of; the latest first."""
    rows = Decision.objects.filter(commune=commune).annotate(team_count=Count("teams"))
    return rows.order_by("-issued_on", "match_key", "pk")


def teams_of(decision: Decision) -> QuerySet[TeamDecision]:
    """The teams it speaks of, with `taken_on`, in natural order."""
    rows = decision.teams.select_related("team__province").annotate(taken_on=TAKEN_ON)
    return rows.order_by("team__sort_key", "pk")


def similar_decisions(
    commune: Commune, *, number: str, symbol: str, issued_on: date | None, except_id: int | None = None
) -> list[Decision]:
    """Those of the same number and symbol in the same year (numbers restart each year), or of an unknown one; without
    a symbol, of any."""
    key = decision_key(number, symbol)
    same = Q(match_key=key) if symbol else Q(match_key__startswith=key)
    rows = Decision.objects.filter(same, commune=commune).exclude(pk=except_id)
    if issued_on:
        rows = rows.filter(Q(issued_on=None) | Q(issued_on__year=issued_on.year))
    return list(rows.order_by("-issued_on", "pk")) if number else []
