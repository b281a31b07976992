"""Classes that are over, with who was there."""

from collections.abc import Sequence
from datetime import date

from cdt_portal.accounts.models import User
from teams.models import Member
from tests.training.makers import at, make_class
from training.enums import AttendanceWay, ClassState, EnrolmentState, Outcome
from training.models import Attendance, ClassSession, Enrolment, Topic, TrainingClass, Venue
from training.services.results import Mark, set_results

PDF = b"%PDF-1.7 giay"


def make_past_class(venue: Venue, topic: Topic, day: date, members: Sequence[Member], **more) -> TrainingClass:
    """With a session in the morning and one in the afternoon, and a seat for each of the members."""
    row = make_class(
        venue,
        topic,
        **{"starts_at": at(day, 7, 30), "ends_at": at(day, 16, 30), "state": ClassState.INVITED} | more,
    )
    row.sessions.all().delete()  # the one that a class begins with
    for hour in (7, 13):
        ClassSession.objects.create(training_class=row, starts_at=at(day, hour, 30), ends_at=at(day, hour + 3, 30))
    for member in members:
        Enrolment.objects.create(
            training_class=row, member=member, province_id=member.province_id, commune_id=member.commune_id
        )
    return row


def enrolment_of(training_class: TrainingClass, member: Member) -> Enrolment:
    return training_class.enrolments.get(member=member, state=EnrolmentState.SEATED)


def attend(training_class: TrainingClass, member: Member, *present: bool) -> None:
    """Whether they were in the first session, the second …"""
    for session, there in zip(training_class.sessions.order_by("starts_at"), present, strict=False):
        Attendance.objects.create(
            enrolment=enrolment_of(training_class, member),
            session=session,
            province_id=member.province_id,
            commune_id=member.commune_id,
            present=there,
            way=AttendanceWay.TICK,
            at=session.starts_at,
        )


def mark(training_class: TrainingClass, member: Member, outcome: str = Outcome.COMPLETED, **more) -> Mark:
    fields = {"score": None, "note": "", "version": 0} | more
    return Mark(enrolment_of(training_class, member).pk, outcome, **fields)


def complete(training_class: TrainingClass, members: Sequence[Member], by: User) -> None:
    marks = [mark(training_class, member) for member in members]
    set_results(training_class=training_class, marks=marks, by=by)
