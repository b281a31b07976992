"""What one person learned: the portal's classes and courses elsewhere, newest first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from teams.access import Scope
from teams.models import Member
from training.enums import ClassState, EnrolmentState, Outcome
from training.models import Certificate, Enrolment, ExternalTraining


@dataclass(frozen=True, slots=True)
class Learned:
    """`status` in words; `good`: completed. One of `enrolment` and `external` is there."""

    day: date
    title: str
    where: str
    hours: Decimal | None
    status: str
    good: bool
    enrolment: Enrolment | None = None
    certificate: Certificate | None = None
    external: ExternalTraining | None = None


def history_of(member: Member, scope: Scope) -> list[Learned]:
    """All rows of the register that are this person's count, as far as they are in scope. Three queries."""
    enrolments = scope.narrow(Enrolment.objects.filter(member__person=member.person)).exclude(
        training_class__state=ClassState.PROPOSED
    )
    rows = list(enrolments.select_related("training_class__venue", "result"))
    valid = {row.enrolment_id: row for row in Certificate.objects.filter(enrolment__in=rows, voided_on=None)}
    externals = scope.narrow(ExternalTraining.objects.filter(member__person=member.person)).select_related("topic")
    found = [*(_of_class(row, valid.get(row.pk)) for row in rows), *map(_elsewhere, externals)]
    return sorted(found, key=lambda each: each.day, reverse=True)


def _of_class(enrolment: Enrolment, certificate: Certificate | None) -> Learned:
    training_class, result = enrolment.training_class, getattr(enrolment, "result", None)
    is_off = training_class.state == ClassState.CANCELLED
    if is_off or enrolment.state != EnrolmentState.SEATED or result is None:
        outcome, status = "", (training_class if is_off else enrolment).get_state_display()
    else:
        outcome, status = result.outcome, result.get_outcome_display()
    return Learned(
        day=timezone.localdate(training_class.starts_at),
        title=training_class.title,
        where=training_class.venue.name,
        hours=training_class.hours,
        status=status,
        good=outcome == Outcome.COMPLETED,
        enrolment=enrolment,
        certificate=certificate,
    )


def _elsewhere(external: ExternalTraining) -> Learned:
    return Learned(
        day=external.finished_on,
        title=external.title,
        where=external.provider,
        hours=external.hours,
        status="Hoàn thành",
        good=True,
        external=external,
    )
