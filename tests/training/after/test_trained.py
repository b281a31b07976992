"""Who is trained as of a day, and what a commune's people took part in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from teams.access import scope_for
from teams.enums import LeaveReason, MemberRole, TeamKind
from teams.models import Member, Team
from tests.teams.makers import make_member
from tests.training.after.makers import attend, complete, make_past_class
from tests.training.makers import make_people
from training.enums import ClassState, EnrolmentState
from training.models import Enrolment, ExternalTraining, Topic, TrainingClass
from training.queries.history import history_of
from training.queries.trained import TookPart, leader_lines, leaders_trained, took_part

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


def elsewhere(
    member: Member, day: date, topic: Topic | None = None, title: str = "Bình dân học vụ số"
) -> ExternalTraining:
    return ExternalTraining.objects.create(
        member=member, province_id=member.province_id, commune_id=member.commune_id, topic=topic, title=title,
        provider="onetouch", finished_on=day, evidence_url="https://a.vn/1",
    )  # fmt: skip


def share(code: str, day: date = TODAY) -> tuple[int, int]:
    return leaders_trained([code], day)[code]


# Leaders --------------------------------------------------------------------------------------------------------------


def test_a_leader_counts_from_the_day_their_class_ended(past_class, people, cat_hai, staff):
    assert share(cat_hai.pk) == (0, 1)
    complete(past_class, people[:2], staff)
    assert share(cat_hai.pk) == (1, 1)
    assert share(cat_hai.pk, YESTERDAY) == (1, 1)
    assert share(cat_hai.pk, YESTERDAY - timedelta(days=1)) == (0, 1)


def test_a_course_elsewhere_counts_and_being_seated_does_not(past_class, people, cat_hai):
    assert share(cat_hai.pk) == (0, 1)
    elsewhere(people[0], TODAY)
    assert share(cat_hai.pk) == (1, 1)
    assert share(cat_hai.pk, YESTERDAY) == (0, 1)


def test_who_gave_the_seat_up_is_not_trained_by_it(past_class, people, cat_hai, staff):
    complete(past_class, people[:1], staff)
    Enrolment.objects.filter(member=people[0]).update(state=EnrolmentState.CANCELLED)
    assert share(cat_hai.pk) == (0, 1)


def test_training_follows_the_person_into_the_next_row_and_leaders_change(past_class, people, cat_hai, staff):
    complete(past_class, [people[1]], staff)  # a member, who becomes leader today
    Member.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(
        left_on=TODAY, left_reason=LeaveReason.ROLE_CHANGED
    )
    make_member(people[1].team, people[1].full_name, MemberRole.LEADER, person=people[1].person, joined_on=TODAY)
    assert share(cat_hai.pk) == (1, 1)
    assert share(cat_hai.pk, YESTERDAY) == (0, 1)  # the old leader


def test_only_leaders_of_village_teams_that_stand_are_counted(cat_hai, people):
    [squad] = make_people(cat_hai, 1, team="Đội phản ứng nhanh", role=MemberRole.LEADER)
    [closed] = make_people(cat_hai, 1, team="Thôn Tây", role=MemberRole.LEADER)
    assert share(cat_hai.pk) == (0, 3)
    Team.objects.filter(pk=squad.team_id).update(kind=TeamKind.RAPID_RESPONSE)
    Team.objects.filter(pk=closed.team_id).update(dissolved_on=TODAY)
    assert share(cat_hai.pk) == (0, 1)
    assert share(cat_hai.pk, YESTERDAY) == (0, 2)


def test_a_leader_of_two_teams_is_one_person(cat_hai, people):
    [second] = make_people(cat_hai, 1, team="Thôn Tây", role=MemberRole.LEADER)
    Member.objects.filter(pk=second.pk).update(person=people[0].person)
    assert share(cat_hai.pk) == (0, 1)


def test_any_number_of_communes_costs_three_queries(
    past_class, people, others, cat_hai, tran_lieu, hac_thanh, staff, django_assert_num_queries
):
    complete(past_class, people[:1], staff)
    with django_assert_num_queries(3):
        found = leaders_trained([cat_hai.pk, tran_lieu.pk, hac_thanh.pk], TODAY)
    assert found == {cat_hai.pk: (1, 1), tran_lieu.pk: (0, 0), hac_thanh.pk: (0, 0)}


def test_the_lines_of_a_commune_say_what_each_learned_last(
    past_class, people, cat_hai, staff, django_assert_num_queries
):
    complete(past_class, people[:1], staff)
    elsewhere(people[0], TODAY, past_class.topic)
    elsewhere(people[0], YESTERDAY - timedelta(days=3))
    Member.objects.filter(pk=people[1].pk).update(role=MemberRole.DEPUTY_LEADER)
    with django_assert_num_queries(3):
        lines = leader_lines(cat_hai, TODAY)
    assert [line.member.pk for line in lines] == [people[0].pk, people[1].pk]
    assert lines[0].learned == (
        (past_class.topic.name, TODAY),
        ("Bình dân học vụ số", YESTERDAY - timedelta(days=3)),
    )
    assert lines[1].learned == ()


# Who took part --------------------------------------------------------------------------------------------------------


def test_people_and_classes_within_a_time(past_class, people, others, cat_hai, tran_lieu, staff):
    attend(past_class, people[0], True, True)
    attend(past_class, people[1], False)
    complete(past_class, [people[0], people[2]], staff)  # the third's attendance was never noted
    elsewhere(people[3], YESTERDAY)
    elsewhere(people[4], YESTERDAY - timedelta(days=400))
    codes = [cat_hai.pk, tran_lieu.pk]
    assert took_part(codes, YESTERDAY, YESTERDAY) == {cat_hai.pk: TookPart(1, 3), tran_lieu.pk: TookPart(0, 0)}
    assert took_part(codes, TODAY, TODAY)[cat_hai.pk] == TookPart(0, 0)


def test_nothing_entered_is_not_zero(cat_hai, tran_lieu, people, past_class):
    codes = [cat_hai.pk, tran_lieu.pk]
    TrainingClass.objects.update(state=ClassState.PROPOSED)
    assert took_part(codes, YESTERDAY, TODAY) == {cat_hai.pk: None, tran_lieu.pk: None}
    elsewhere(people[0], YESTERDAY)
    assert took_part(codes, YESTERDAY, TODAY) == {cat_hai.pk: TookPart(0, 1), tran_lieu.pk: None}
    TrainingClass.objects.update(state=ClassState.FINISHED)
    assert took_part(codes, YESTERDAY, TODAY) == {cat_hai.pk: TookPart(0, 1), tran_lieu.pk: TookPart(0, 0)}


def test_any_number_of_communes_costs_the_same(past_class, cat_hai, tran_lieu, hac_thanh, django_assert_num_queries):
    for codes in ([cat_hai.pk], [cat_hai.pk, tran_lieu.pk, hac_thanh.pk]):
        with django_assert_num_queries(4):
            took_part(codes, YESTERDAY, TODAY)


# One person -----------------------------------------------------------------------------------------------------------


def test_a_history_is_the_persons_newest_first_at_a_constant_price(
    past_class, people, staff, django_assert_num_queries
):
    complete(past_class, people[:1], staff)
    proposed = make_past_class(past_class.venue, past_class.topic, TODAY, people[:1], state=ClassState.PROPOSED)
    cancelled = make_past_class(
        past_class.venue, past_class.topic, TODAY, people[:1], state=ClassState.CANCELLED, title="Lớp hoãn"
    )
    elsewhere(people[0], TODAY - timedelta(days=9))
    scope = scope_for(staff)
    with django_assert_num_queries(3):
        found = history_of(people[0], scope)
    assert [(each.title, each.status, each.good) for each in found] == [
        (cancelled.title, "Đã hủy", False),
        (past_class.title, "Hoàn thành", True),
        ("Bình dân học vụ số", "Hoàn thành", True),
    ]
    assert proposed.enrolments.count() == 1


def test_a_commune_sees_what_the_person_did_there_and_not_elsewhere(past_class, people, others, officer, staff):
    Member.objects.filter(pk=others[0].pk).update(person=people[0].person)
    assert len(history_of(people[0], scope_for(officer))) == 1
    assert len(history_of(people[0], scope_for(staff))) == 2


@pytest.mark.parametrize("state", [EnrolmentState.CANCELLED, EnrolmentState.REPLACED])
def test_a_seat_given_up_is_told_as_such(past_class, people, staff, state):
    complete(past_class, people[:1], staff)
    Enrolment.objects.filter(member=people[0]).update(state=state)
    [each] = history_of(people[0], scope_for(staff))
    assert (each.status, each.good) == (state.label, False)
