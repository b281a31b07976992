"""Which leaders are trained as of a day, and how many people took part in classes within a time."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from teams.enums import MemberRole, TeamKind
from teams.models import Commune, Member
from teams.models.base import in_force
from teams.queries.coverage import active_teams
from training.enums import ClassState, Outcome
from training.models import Attendance, ExternalTraining, Result, TrainingClass
from training.queries.completions import completions
from training.queries.needs import FIRST, LEADER_FIRST

HELD = ~Q(state__in=[ClassState.PROPOSED, ClassState.CANCELLED])


def leading(day: date, *roles: str) -> QuerySet[Member]:
    """The members with these roles in the village teams that stand on that day."""
    return Member.objects.filter(
        in_force(day, "joined_on", "left_on"),
        active_teams(day, "team__"),
        team__kind=TeamKind.VILLAGE_TEAM,
        role__in=roles,
    )


def leaders_trained(communes: Collection[str], day: date) -> dict[str, tuple[int, int]]:
    """Commune code -> (leaders of village teams who are trained, leaders), counted by person. Three queries for any
    number of communes; one without leaders has (0, 0)."""
    leaders = leading(day, MemberRole.LEADER).filter(commune__in=communes)
    trained = {each.person for each in completions(leaders, day=day)}
    persons: dict[str, set[UUID]] = {code: set() for code in communes}
    for code, person in leaders.order_by().values_list("commune_id", "person"):
        persons[code].add(person)
    return {code: (len(those & trained), len(those)) for code, those in persons.items()}


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A leader or deputy, and what they learned: the latest day of each topic, newest first."""

    member: Member
    learned: tuple[tuple[str, date], ...]


def leader_lines(commune: Commune, day: date) -> list[LeaderLine]:
    """The commune's leaders and deputies of village teams, by team. Three queries."""
    people = leading(day, *FIRST).filter(commune=commune)
    learned: dict[UUID, dict[str, date]] = defaultdict(dict)
    for each in completions(people, day=day):
        learned[each.person][each.what] = max(each.day, learned[each.person].get(each.what, each.day))
    rows = people.select_related("team__province").order_by("team__sort_key", "team_id", LEADER_FIRST, "position", "pk")
    return [
        LeaderLine(row, tuple(sorted(learned[row.person].items(), key=lambda item: item[1], reverse=True)))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TookPart:
    """How many classes a commune's people attended within a time, and how many people did, here or elsewhere."""

    classes: int
    people: int


def took_part(communes: Collection[str], first: date, last: date) -> dict[str, TookPart | None]:
    """Commune code -> what its people attended from `first` to the end of `last`: by attendance, by a result where no
    attendance was noted, by what was recorded of courses elsewhere. None while neither the province has held a class
    nor the commune recorded a course: nothing was entered then, which is not zero. Four queries."""
    classes: dict[str, set[int]] = defaultdict(set)
    people: dict[str, set[UUID]] = defaultdict(set)
    for code, training_class, person in _attended(communes, first, last):
        classes[code].add(training_class)
        people[code].add(person)
    elsewhere = ExternalTraining.objects.filter(commune__in=communes, finished_on__lte=last).order_by()
    known = set()
    for code, person, day in elsewhere.values_list("commune_id", "member__person", "finished_on"):
        known.add(code)
        if day >= first:
            people[code].add(person)
    held = TrainingClass.objects.filter(HELD, ends_at__date__lte=last).order_by().values("province")
    known |= set(Commune.objects.filter(pk__in=communes, province__in=held).values_list("pk", flat=True))
    return {code: TookPart(len(classes[code]), len(people[code])) if code in known else None for code in communes}


def _attended(communes: Collection[str], first: date, last: date) -> Iterator[tuple[str, int, UUID]]:
    """(commune, class, person) of each who was present, or completed a class that ended then."""
    present = Attendance.objects.filter(
        present=True, commune__in=communes, session__starts_at__date__range=(first, last)
    )
    yield from present.order_by().values_list("commune_id", "session__training_class_id", "enrolment__member__person")
    completed = Result.objects.filter(
        outcome=Outcome.COMPLETED, commune__in=communes, enrolment__training_class__ends_at__date__range=(first, last)
    )
    yield from completed.order_by().values_list(
        "commune_id", "enrolment__training_class_id", "enrolment__member__person"
    )
