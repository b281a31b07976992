"""Who learned what: a person who completed a class, here or elsewhere, whichever of their rows in the register it
stands on. The one query behind whom a commune may name again, whom a plan seats last, and how many leaders are trained.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from teams.models import Member
from training.enums import HOLDS_A_SEAT, Outcome
from training.models import ExternalTraining, Result, Topic


@dataclass(frozen=True, slots=True)
class Completion:
    """`code` is that of the topic, which a later wording of it keeps; "" for a course that belongs to none. `what` is
    the topic's name, or the course's; `where` the class, or who held the course."""

    person: UUID
    day: date
    code: str
    what: str
    where: str


def completions(
    people: QuerySet[Member], *, topics: Collection[Topic] | None = None, day: date | None = None
) -> Iterator[Completion]:
    """What the people of these rows completed: of these topics, or of all; by the end of that day, or whenever. Two
    queries."""
    # Distinct, so that the people are found first, whatever the planner believes of tables that have just been filled.
    persons = people.order_by().values("person").distinct()
    codes = None if topics is None else {topic.code for topic in topics}
    yield from _here(persons, codes, day)
    yield from _elsewhere(persons, codes, day)


def _here(persons: QuerySet, codes: set[str] | None, day: date | None) -> Iterator[Completion]:
    of_topics = Q() if codes is None else Q(enrolment__training_class__topic__code__in=codes)
    by_then = Q() if day is None else Q(enrolment__training_class__ends_at__date__lte=day)
    found = Result.objects.filter(
        of_topics,
        by_then,
        outcome=Outcome.COMPLETED,
        enrolment__state__in=HOLDS_A_SEAT,
        enrolment__member__person__in=persons,
    ).values_list(
        "enrolment__member__person",
        "enrolment__training_class__ends_at__date",
        "enrolment__training_class__topic__code",
        "enrolment__training_class__topic__name",
        "enrolment__training_class__title",
    )
    yield from (Completion(*row) for row in found.order_by())


def _elsewhere(persons: QuerySet, codes: set[str] | None, day: date | None) -> Iterator[Completion]:
    of_topics = Q() if codes is None else Q(topic__code__in=codes)
    by_then = Q() if day is None else Q(finished_on__lte=day)
    found = ExternalTraining.objects.filter(of_topics, by_then, member__person__in=persons).values_list(
        "member__person", "finished_on", "topic__code", "topic__name", "title", "provider"
    )
    for person, finished_on, code, topic, title, provider in found.order_by():
        yield Completion(person, finished_on, code or "", topic or title, provider)
