"""What is noted, cell by cell, and what others noted meanwhile; when a class's attendance is open at all."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.training.after.makers import enrolment_of, make_past_class
from training.enums import AttendanceWay, ClassState, EnrolmentState
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.services.attendance import Marked, TypedMark, mark

TICK, PAPER, QR = AttendanceWay.TICK, AttendanceWay.PAPER, AttendanceWay.QR


def cell(member, session, typed: str, seen: str = "") -> TypedMark:
    return TypedMark(enrolment_of(session.training_class, member).pk, session.pk, typed, seen)


def save(by, *marks: TypedMark, way: str = TICK) -> Marked:
    return mark(training_class=TrainingClass.objects.get(), marks=marks, way=way, by=by)


def stands(member, session) -> tuple[bool, str] | None:
    """Whether they were there, and how that is known."""
    return Attendance.objects.filter(enrolment__member=member, session=session).values_list("present", "way").first()


def scan(member, session) -> Attendance:
    row = enrolment_of(session.training_class, member)
    unit = {"province_id": row.province_id, "commune_id": row.commune_id}
    return Attendance.objects.create(enrolment=row, session=session, way=QR, at=session.starts_at, **unit)


def test_present_absent_and_not_noted_are_three_things(sessions, people, staff):
    first = sessions[0]
    assert save(staff, cell(people[0], first, "x"), cell(people[1], first, "v"), way=PAPER) == Marked(2, ())
    assert [stands(each, first) for each in people[:3]] == [(True, PAPER), (False, PAPER), None]
    row = Attendance.objects.get(enrolment__member=people[0])
    assert (row.by, row.commune_id, row.at) == (staff, "11914", first.ends_at)  # it happened then, not now
    save(staff, cell(people[0], first, "", seen="x"))
    assert stands(people[0], first) is None


def test_what_the_typist_left_alone_stays_as_others_wrote_it(sessions, people, staff):
    scan(people[0], sessions[0])
    same = [cell(people[0], sessions[0], ""), cell(people[1], sessions[0], "x")]
    assert save(staff, *same) == Marked(1, ())
    assert stands(people[0], sessions[0]) == (True, QR)


def test_the_later_mark_of_a_cell_stands_and_is_told(sessions, people, staff):
    save(staff, cell(people[0], sessions[0], "v"), cell(people[1], sessions[0], "x"))
    saved = save(staff, cell(people[0], sessions[0], "x"), cell(people[1], sessions[0], "x"))
    assert stands(people[0], sessions[0]) == (True, TICK)
    assert saved.changed == 1
    [told] = saved.told
    assert people[0].full_name in told
    assert "vừa ghi “Vắng”" in told
    assert "nay là “Có mặt”" in told


def test_a_scan_gives_way_only_to_who_saw_it(sessions, people, staff):
    scan(people[0], sessions[0])
    saved = save(staff, cell(people[0], sessions[0], "v"))
    assert stands(people[0], sessions[0]) == (True, QR)
    assert saved.changed == 0
    assert "nay là “Có mặt”" in saved.told[0]
    assert save(staff, cell(people[0], sessions[0], "v", seen="x")) == Marked(1, ())
    assert stands(people[0], sessions[0]) == (False, TICK)


def test_who_agrees_with_a_scan_leaves_it_as_it_is(sessions, people, staff):
    scan(people[0], sessions[0])
    assert save(staff, cell(people[0], sessions[0], "x")) == Marked(0, ())
    assert stands(people[0], sessions[0]) == (True, QR)


def test_who_lost_the_seat_meanwhile_costs_nobody_else_their_mark(sessions, people, staff):
    marks = [cell(each, sessions[0], "x") for each in people[:2]]
    Enrolment.objects.filter(member=people[0]).update(state=EnrolmentState.REPLACED)
    saved = save(staff, *marks)
    assert saved.changed == 1
    assert people[0].full_name in saved.told[0]
    assert (stands(people[0], sessions[0]), stands(people[1], sessions[0])) == (None, (True, TICK))


def test_a_place_in_another_class_is_not_marked(held, sessions, people, staff, topic):
    other = make_past_class(held.venue, topic, timezone.localdate() - timedelta(days=9), [people[3]])
    stray = TypedMark(enrolment_of(other, people[3]).pk, sessions[0].pk, "x", "")
    saved = mark(training_class=held, marks=[stray, cell(people[0], sessions[0], "x")], way=TICK, by=staff)
    assert saved.changed == 1
    assert stands(people[3], sessions[0]) is None
    elsewhere = TypedMark(enrolment_of(held, people[0]).pk, other.sessions.first().pk, "x", "")
    with pytest.raises(ValidationError, match="có buổi không còn"):
        mark(training_class=held, marks=[elsewhere], way=TICK, by=staff)


@pytest.mark.parametrize("state", [ClassState.PROPOSED, ClassState.FINISHED, ClassState.CANCELLED])
def test_a_class_that_is_closed_is_not_marked(sessions, people, staff, state):
    TrainingClass.objects.update(state=state)
    with pytest.raises(ValidationError, match="không điểm danh"):
        save(staff, cell(people[0], sessions[0], "x"))
    TrainingClass.objects.update(state=ClassState.PLANNED)
    assert save(staff, cell(people[0], sessions[0], "x")).changed == 1


def test_a_sitting_is_marked_from_an_hour_before_it_begins(sessions, people, staff):
    session = sessions[0]
    for minutes, is_open in ((61, False), (59, True)):
        begins = timezone.now() + timedelta(minutes=minutes)
        ClassSession.objects.filter(pk=session.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=3))
        if is_open:
            assert save(staff, cell(people[0], session, "x")).changed == 1
        else:
            with pytest.raises(ValidationError, match="chưa đến giờ"):
                save(staff, cell(people[0], session, "x"))
    assert Attendance.objects.get().at < begins  # now, as it is


def test_many_marks_cost_as_few_statements_as_one(sessions, people, staff, django_assert_num_queries):
    one, many = [cell(people[0], sessions[0], "x")], [cell(each, sessions[1], "x") for each in people[:3]]
    with django_assert_num_queries(8):
        save(staff, *one)
    with django_assert_num_queries(8):
        save(staff, *many)
