"""Plans become proposed classes; a new plan replaces proposals and nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from teams.enums import MemberRole
from teams.models import Assignment, Member
from tests.training.makers import (
    MONDAY,
    at,
    make_call,
    make_class,
    make_needs,
    make_people,
    make_topic,
    make_venue,
    reply_of,
    seat,
)
from training.enums import ClassState, EnrolmentState, Outcome, ReplyState
from training.models import Enrolment, Result, TrainingCall, TrainingClass, TrainingNeed
from training.planning.parts import Slot
from training.queries.plans import needs_to_place, places_of, proposed_places
from training.services import plans
from training.services.classes import create_class
from training.services.plans import PlanOrder, accept, ask_plan, drop, last_order, propose, times
from training.services.seats import release, take

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def call(hai_phong, topic) -> TrainingCall:
    return make_call(hai_phong, topic)


@pytest.fixture
def order(venue) -> PlanOrder:
    """Next week but one, mornings and afternoons, everybody in Cát Hải."""
    return PlanOrder(
        first=MONDAY.isoformat(),
        last=FRIDAY.isoformat(),
        weekdays=(0, 1, 2, 3, 4),
        parts=("morning", "afternoon"),
        places={"11914": "11914", "10729": "11914"},
        least=3,
    )


def plan_of(call: TrainingCall) -> list[TrainingClass]:
    return list(call.classes.filter(state=ClassState.PROPOSED))


# From needs to classes ------------------------------------------------------------------------------------------------


def test_needs_become_proposed_classes_with_people_sessions_and_reasons(call, topic, order, cat_hai, tran_lieu, staff):
    make_needs(call, topic, [*make_people(cat_hai, 30), *make_people(tran_lieu, 20)])
    outcome = propose(call=call, order=order, by=staff)
    assert outcome.sentence() == "Đề xuất 2 lớp cho 50 người. Không còn ai chưa có lớp."
    first, second = plan_of(call)
    assert (first.taken, second.taken) == (40, 10)
    for row in (first, second):
        assert row.taken == row.enrolments.filter(state=EnrolmentState.SEATED).count()
        assert row.enrolments.exclude(need=None).count() == row.taken
    assert [(each.starts_at, each.ends_at) for each in first.sessions.all()] == [
        (at(MONDAY, 7, 30), at(MONDAY, 11, 30))
    ]
    assert (first.starts_at, first.ends_at, first.capacity) == (at(MONDAY, 7, 30), at(MONDAY, 11, 30), 40)
    assert first.title == "Dịch vụ công trực tuyến – lớp 1"
    assert first.why[0] == "Cụm Đặc khu Cát Hải có 50 người cần học chuyên đề này; lớp nhận 40 người."


def test_a_class_is_held_where_people_wish(call, topic, order, cat_hai, staff):
    wished = make_venue(cat_hai, "Nhà văn hóa Thị trấn", capacity=60)
    make_needs(call, topic, make_people(cat_hai, 5), place="nhà văn hóa thị trấn")
    propose(call=call, order=order, by=staff)
    row = plan_of(call)[0]
    assert row.venue == wished
    assert "Đúng nơi 5 người đã đăng ký." in row.why
    TrainingNeed.objects.update(place="")
    propose(call=call, order=order, by=staff)
    assert plan_of(call)[0].venue != wished


def test_only_what_communes_sent_is_planned(call, topic, order, cat_hai, tran_lieu, staff):
    reply_of(call, tran_lieu.pk, ReplyState.DRAFT)
    make_needs(call, topic, [*make_people(cat_hai, 4), *make_people(tran_lieu, 4)])
    assert propose(call=call, order=order, by=staff).people == 4
    call.replies.update(state=ReplyState.SUBMITTED)
    assert propose(call=call, order=order, by=staff).people == 8


def test_who_left_the_team_is_not_planned(call, topic, order, cat_hai, staff):
    people = make_people(cat_hai, 5)
    make_needs(call, topic, people)
    Member.objects.filter(pk=people[0].pk).update(left_on=MONDAY - timedelta(days=30), left_reason="moved")
    assert propose(call=call, order=order, by=staff).people == 4


def test_leaders_have_the_first_seats_and_who_learned_it_the_last(call, topic, order, cat_hai, staff):
    past = make_class(make_venue(cat_hai, "Nhà văn hóa"), topic, state=ClassState.PLANNED)
    learned = make_people(cat_hai, 2)
    for row in seat(past, learned, staff):
        row.training_class.state = ClassState.FINISHED
        Result.objects.create(
            enrolment=row, outcome=Outcome.COMPLETED, province_id=row.province_id, commune_id=row.commune_id
        )
    TrainingClass.objects.update(state=ClassState.FINISHED)
    others = make_people(cat_hai, 4)
    leader = make_people(cat_hai, 1, team="Thôn Tây", role=MemberRole.LEADER)
    make_needs(call, topic, [*learned, *others, *leader])
    propose(call=call, order=replace(order, most=4, last=order.first, parts=("morning",)), by=staff)
    seated = set(plan_of(call)[0].enrolments.values_list("member", flat=True))
    assert leader[0].pk in seated
    assert not seated & {member.pk for member in learned}


def test_people_without_names_leave_seats_free_that_say_whose_they_are(call, topic, order, cat_hai, tran_lieu, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    TrainingNeed.objects.create(
        reply=reply_of(call, tran_lieu.pk), topic=topic, headcount=6, province=call.province, commune=tran_lieu
    )
    outcome = propose(call=call, order=order, by=staff)
    row = plan_of(call)[0]
    assert (outcome.people, row.taken, row.kept) == (11, 5, {"10729": 6})
    assert "Để trống 6 chỗ" in row.why[-1]
    accept(call=call, by=staff)
    assert propose(call=call, order=order, by=staff).people == 0


def test_a_whole_day_is_two_sittings_of_one_class(hai_phong, order, cat_hai, staff):
    topic = make_topic("an-toan", "An toàn thông tin", hours="7")
    call = make_call(hai_phong, topic)
    make_needs(call, topic, make_people(cat_hai, 5))
    propose(call=call, order=order, by=staff)
    row = plan_of(call)[0]
    assert [(each.starts_at, each.ends_at) for each in row.sessions.all()] == [
        (at(MONDAY, 7, 30), at(MONDAY, 11, 30)),
        (at(MONDAY, 13, 30), at(MONDAY, 16, 30)),
    ]
    assert (row.starts_at, row.ends_at) == (at(MONDAY, 7, 30), at(MONDAY, 16, 30))


def test_hours_are_dealt_to_half_days_of_four():
    assert times((Slot(MONDAY, True),), Decimal("2.5")) == [(at(MONDAY, 13, 30), at(MONDAY, 16, 0))]


# What stands ----------------------------------------------------------------------------------------------------------


def test_a_new_plan_replaces_proposals_and_leaves_what_was_accepted(call, topic, order, cat_hai, staff):
    make_needs(call, topic, make_people(cat_hai, 50))
    propose(call=call, order=order, by=staff)
    kept, dropped = plan_of(call)
    accept(call=call, classes=[kept.pk], by=staff)
    outcome = propose(call=call, order=order, by=staff)
    assert (outcome.classes, outcome.people) == (1, 10)
    assert not TrainingClass.objects.filter(pk=dropped.pk).exists()
    assert TrainingClass.objects.get(pk=kept.pk).state == ClassState.PLANNED
    seats = Counter(Enrolment.objects.values_list("member", flat=True))
    assert set(seats.values()) == {1}
    assert len({row.title for row in call.classes.all()}) == 2


def test_rooms_teachers_and_people_that_are_taken_are_kept_free(call, topic, order, venue, cat_hai, hai_phong, staff):
    people = make_people(cat_hai, 5)
    fields = {"topic": make_topic("khac", "Khác"), "title": "Lớp khác", "venue": venue, "capacity": 10, "hours": 4}
    other = create_class(by=staff, province=hai_phong, fields=fields, sessions=[(at(MONDAY, 8), at(MONDAY, 11))])
    seat(other, people, staff)
    make_needs(call, topic, people)
    propose(call=call, order=order, by=staff)
    assert plan_of(call)[0].starts_at == at(MONDAY, 13, 30)


def test_a_proposal_is_dropped_and_a_class_that_stands_is_not(call, topic, order, cat_hai, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    propose(call=call, order=order, by=staff)
    assert drop(call=call, classes=[plan_of(call)[0].pk], by=staff) == 1
    assert needs_to_place(call).count() == 5
    assert not call.classes.exists()
    propose(call=call, order=order, by=staff)
    accept(call=call, by=staff)
    assert drop(call=call, classes=[call.classes.get().pk], by=staff) == 0
    assert needs_to_place(call).count() == 0


def test_who_gave_the_seat_back_is_to_be_placed_again(call, topic, order, cat_hai, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    propose(call=call, order=order, by=staff)
    accept(call=call, by=staff)
    release(enrolment=Enrolment.objects.first(), by=staff)
    assert needs_to_place(call).count() == 1


def test_a_proposal_whose_room_was_taken_since_is_not_accepted(call, topic, order, venue, cat_hai, hai_phong, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    propose(call=call, order=order, by=staff)
    fields = {"topic": topic, "title": "Lớp chen ngang", "venue": venue, "capacity": 10, "hours": 4}
    create_class(by=staff, province=hai_phong, fields=fields, sessions=[(at(MONDAY, 8), at(MONDAY, 11))])
    with pytest.raises(ValidationError, match="Lớp chen ngang"):
        accept(call=call, by=staff)
    assert len(plan_of(call)) == 1


def test_seats_of_a_proposal_are_guarded_as_any(call, topic, order, cat_hai, tran_lieu, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    propose(call=call, order=replace(order, most=5), by=staff)
    late = take(training_class=plan_of(call)[0], member=make_people(tran_lieu, 1)[0], by=staff)
    assert late.state == EnrolmentState.WAITING


# The job, and clusters ------------------------------------------------------------------------------------------------


def test_the_same_order_is_one_job_and_is_remembered(call, topic, order, cat_hai, staff):
    make_needs(call, topic, [*make_people(cat_hai, 5)])
    job = ask_plan(call=call, order=order, by=staff)
    assert ask_plan(call=call, order=order, by=staff) == job
    assert ask_plan(call=call, order=replace(order, least=4), by=staff) != job
    assert last_order(call).least == 4
    assert order == plans.order_from(Job.objects.get(pk=job.pk).args["order"])


@pytest.mark.django_db(transaction=True)
def test_the_job_runs_and_refuses_whose_post_is_gone(call, topic, order, cat_hai, staff):
    make_needs(call, topic, make_people(cat_hai, 5))
    job = ask_plan(call=call, order=order, by=staff)
    run(job.pk)
    job.refresh_from_db()
    assert job.message == "Đề xuất 1 lớp cho 5 người. Không còn ai chưa có lớp."
    Assignment.objects.all().delete()
    again = ask_plan(call=call, order=order, by=staff)
    run(again.pk)
    again.refresh_from_db()
    assert "không còn được phân công" in again.error
    assert len(plan_of(call)) == 1


def test_clusters_start_from_the_nearest_codes(call, topic, cat_hai, tran_lieu, venue):
    make_needs(call, topic, [*make_people(cat_hai, 1), *make_people(tran_lieu, 1)])
    assert proposed_places(call, places_of(call.province)) == {"11914": "11914", "10729": "11914"}


def test_a_plan_takes_as_many_queries_for_few_people_as_for_many(
    call, topic, order, cat_hai, staff, django_assert_max_num_queries
):
    make_needs(call, topic, make_people(cat_hai, 120))
    with django_assert_max_num_queries(24):
        propose(call=call, order=order, by=staff)
