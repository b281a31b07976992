"""Who sat in a class, when they were there, and how it ended for them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from teams.access import Scope
from training.enums import HOLDS_A_SEAT, Outcome
from training.models import Attendance, ClassSession, Enrolment, Result, TrainingClass


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One person of a class. `ticks`: for each session there, not there, or None where nobody noted it."""

    enrolment: Enrolment
    ticks: tuple[bool | None, ...]
    result: Result | None

    @property
    def present(self) -> int:
        return sum(tick is True for tick in self.ticks)


def seated(training_class: TrainingClass, scope: Scope) -> QuerySet[Enrolment]:
    """Those in scope who have a seat, by commune and name."""
    rows = scope.narrow(Enrolment.objects.filter(training_class=training_class, state__in=HOLDS_A_SEAT))
    return rows.select_related("member__team", "commune").order_by("commune__sort_key", "member__sort_key", "pk")


def sessions_of(training_class: TrainingClass) -> list[ClassSession]:
    return list(ClassSession.objects.filter(training_class=training_class).order_by("starts_at"))


def result_lines(training_class: TrainingClass, scope: Scope) -> list[ResultLine]:
    """Three queries."""
    sessions = sessions_of(training_class)
    noted: dict[int, dict[int, bool]] = defaultdict(dict)
    rows = Attendance.objects.filter(session__training_class=training_class).order_by()
    for enrolment, session, present in rows.values_list("enrolment_id", "session_id", "present"):
        noted[enrolment][session] = present
    return [
        ResultLine(
            enrolment=each,
            ticks=tuple(noted[each.pk].get(session.pk) for session in sessions),
            result=getattr(each, "result", None),
        )
        for each in seated(training_class, scope).select_related("member__team", "commune", "result")
    ]


def proposals(lines: list[ResultLine], share: int) -> dict[int, Outcome]:
    """Enrolment id -> what attendance says of those without a result: completed from `share` per cent of the sessions
    on. Nothing while nobody's attendance was noted: that is no absence."""
    if not any(tick is not None for line in lines for tick in line.ticks):
        return {}
    return {
        line.enrolment.pk: Outcome.COMPLETED if line.present * 100 >= share * len(line.ticks) else Outcome.NOT_COMPLETED
        for line in lines
        if line.result is None
    }
