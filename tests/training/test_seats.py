"""Seats are taken, given back, moved and handed on; who waits is called by one rule."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.training.makers import make_class, make_people, make_venue, seat, seated
from training.enums import ClassState, EnrolmentState
from training.models import Enrolment, TrainingClass
from training.planning.waiting import Waiter, call_order
from training.services.seats import fill, hold, move, release, replace, take

SEATED, WAITING, CANCELLED = EnrolmentState.SEATED, EnrolmentState.WAITING, EnrolmentState.CANCELLED


def states(*enrolments: Enrolment) -> list[str]:
    return [Enrolment.objects.get(pk=each.pk).state for each in enrolments]


def taken(training_class: TrainingClass) -> int:
    training_class.refresh_from_db()
    return training_class.taken


# Taking ---------------------------------------------------------------------------------------------------------------


def test_seats_go_while_there_are_any_and_then_people_wait_in_order(training_class, cat_hai, officer):
    rows = seat(training_class, make_people(cat_hai, 5), officer)
    assert [(row.state, row.rank) for row in rows] == [(SEATED, None)] * 3 + [(WAITING, 1), (WAITING, 2)]
    assert taken(training_class) == 3


def test_a_commune_gets_no_more_than_its_quota(training_class, cat_hai, tran_lieu, officer):
    TrainingClass.objects.update(commune_quota=2)
    rows = seat(training_class, [*make_people(cat_hai, 3), *make_people(tran_lieu, 1)], officer)
    assert [row.state for row in rows] == [SEATED, SEATED, WAITING, SEATED]
    assert taken(training_class) == 3


def test_nobody_is_twice_in_a_class(training_class, cat_hai, officer):
    member = make_people(cat_hai, 1)[0]
    take(training_class=training_class, member=member, by=officer)
    with pytest.raises(ValidationError, match="đã có trong danh sách"):
        take(training_class=training_class, member=member, by=officer)
    assert taken(training_class) == 1


def test_who_gave_the_seat_back_may_take_one_again(training_class, cat_hai, officer):
    member = make_people(cat_hai, 1)[0]
    first = take(training_class=training_class, member=member, by=officer)
    release(enrolment=first, by=officer)
    again = take(training_class=training_class, member=member, by=officer)
    assert states(first, again) == [CANCELLED, SEATED]
    assert taken(training_class) == 1


@pytest.mark.parametrize("state", [ClassState.FINISHED, ClassState.CANCELLED])
def test_a_class_that_is_over_takes_nobody(training_class, cat_hai, officer, state):
    TrainingClass.objects.update(state=state)
    with pytest.raises(ValidationError, match="không xếp người được nữa"):
        seat(training_class, make_people(cat_hai, 1), officer)
    assert not Enrolment.objects.exists()


def test_who_left_the_team_or_lives_elsewhere_takes_no_seat(training_class, cat_hai, hac_thanh, officer):
    gone = make_people(cat_hai, 1)[0]
    gone.left_on = "2026-01-01"
    for member, words in ((gone, "thôi tham gia"), (make_people(hac_thanh, 1)[0], "tỉnh khác")):
        with pytest.raises(ValidationError, match=words):
            take(training_class=training_class, member=member, by=officer)
    assert taken(training_class) == 0


def test_the_database_itself_refuses_one_too_many(training_class):
    TrainingClass.objects.update(taken=3)
    with pytest.raises(IntegrityError, match="a_class_is_never_oversold"), transaction.atomic():
        TrainingClass.objects.update(taken=4)


# Giving back ----------------------------------------------------------------------------------------------------------


def test_a_freed_seat_goes_to_the_commune_with_the_fewest(training_class, cat_hai, tran_lieu, officer):
    first, *_ = seat(training_class, make_people(cat_hai, 3), officer)
    early, late = seat(training_class, [*make_people(cat_hai, 1), *make_people(tran_lieu, 1)], officer)
    assert release(enrolment=first, by=officer) == [late]
    assert states(first, early, late) == [CANCELLED, WAITING, SEATED]
    assert taken(training_class) == 3


def test_between_equals_who_came_first_is_called_first(training_class, cat_hai, officer):
    first, *_ = seat(training_class, make_people(cat_hai, 3), officer)
    early, late = seat(training_class, make_people(cat_hai, 2), officer)
    assert release(enrolment=first, by=officer) == [early]
    assert states(early, late) == [SEATED, WAITING]


def test_a_seat_stays_free_when_all_who_wait_are_beyond_their_quota(training_class, cat_hai, tran_lieu, officer):
    TrainingClass.objects.update(commune_quota=1)
    theirs, ours = seat(training_class, [*make_people(tran_lieu, 1), *make_people(cat_hai, 1)], officer)
    waiting = seat(training_class, make_people(cat_hai, 1), officer)[0]
    assert release(enrolment=theirs, by=officer) == []
    assert states(ours, waiting) == [SEATED, WAITING]
    assert taken(training_class) == 1


def test_who_waits_leaves_without_freeing_a_seat(training_class, cat_hai, officer):
    *_, waiting = seat(training_class, make_people(cat_hai, 4), officer)
    assert release(enrolment=waiting, by=officer) == []
    assert states(waiting) == [CANCELLED]
    assert taken(training_class) == 3


def test_a_seat_is_given_back_once(training_class, cat_hai, officer):
    row = seat(training_class, make_people(cat_hai, 1), officer)[0]
    release(enrolment=row, by=officer)
    with pytest.raises(ValidationError, match="không còn trong danh sách"):
        release(enrolment=row, by=officer)
    assert taken(training_class) == 0


def test_new_seats_are_filled_from_the_waiting_list(training_class, cat_hai, officer):
    seat(training_class, make_people(cat_hai, 6), officer)
    TrainingClass.objects.update(capacity=5)
    with transaction.atomic():
        assert len(fill(hold(training_class))) == 2
    assert taken(training_class) == seated(training_class) == 5


# Moving and replacing -------------------------------------------------------------------------------------------------


def test_a_move_takes_a_seat_there_and_gives_the_old_one_to_who_waits(training_class, venue, topic, cat_hai, officer):
    other = make_class(venue, topic, capacity=1)
    first, _, _, waiting = seat(training_class, make_people(cat_hai, 4), officer)
    assert move(enrolment=first, to=other, by=officer) == [waiting]
    first.refresh_from_db()
    assert (first.training_class_id, first.state) == (other.pk, SEATED)
    assert (taken(training_class), taken(other)) == (3, 1)


def test_nobody_loses_a_seat_for_a_class_without_one(training_class, venue, topic, cat_hai, officer):
    full = make_class(venue, topic, capacity=1)
    seat(full, make_people(cat_hai, 1), officer)
    row = seat(training_class, make_people(cat_hai, 1), officer)[0]
    with pytest.raises(ValidationError, match="đã hết chỗ"):
        move(enrolment=row, to=full, by=officer)
    assert (taken(training_class), taken(full)) == (1, 1)
    assert states(row) == [SEATED]


def test_a_move_keeps_to_the_quota_of_the_other_class(training_class, venue, topic, cat_hai, officer):
    other = make_class(venue, topic, commune_quota=1)
    seat(other, make_people(cat_hai, 1), officer)
    row = seat(training_class, make_people(cat_hai, 1), officer)[0]
    with pytest.raises(ValidationError, match="đủ số người tối đa"):
        move(enrolment=row, to=other, by=officer)
    assert taken(other) == 1


def test_who_waits_may_move_to_a_seat(training_class, venue, topic, cat_hai, officer):
    *_, waiting = seat(training_class, make_people(cat_hai, 4), officer)
    other = make_class(venue, topic)
    move(enrolment=waiting, to=other, by=officer)
    assert (taken(training_class), taken(other)) == (3, 1)


def test_another_of_the_same_team_takes_the_seat_over(training_class, cat_hai, officer):
    member, successor = make_people(cat_hai, 2)
    row = take(training_class=training_class, member=member, by=officer)
    new = replace(enrolment=row, member=successor, by=officer)
    assert states(row, new) == [EnrolmentState.REPLACED, SEATED]
    assert new.replaces == row
    assert taken(training_class) == seated(training_class) == 1


def test_another_team_or_who_is_there_already_takes_no_seat_over(training_class, cat_hai, officer):
    member, there = make_people(cat_hai, 2)
    row, _ = seat(training_class, [member, there], officer)
    for successor, words in ((make_people(cat_hai, 1, team="Thôn Tây")[0], "cùng tổ"), (there, "đã có")):
        with pytest.raises(ValidationError, match=words):
            replace(enrolment=row, member=successor, by=officer)
    assert states(row) == [SEATED]


# The rule itself ------------------------------------------------------------------------------------------------------


def test_the_order_of_calls_looks_at_what_each_call_changes():
    waiting = [Waiter(1, "a", 1), Waiter(2, "a", 2), Waiter(3, "b", 3), Waiter(4, "b", 4)]
    assert [each.id for each in call_order(waiting, {"a": 1}, None)] == [3, 1, 4, 2]


def test_who_is_beyond_the_quota_is_not_called():
    waiting = [Waiter(1, "a", 1), Waiter(2, "b", 2), Waiter(3, "b", 3)]
    assert [each.id for each in call_order(waiting, {"a": 2, "b": 1}, 2)] == [2]


def test_in_another_province_there_is_no_class_to_move_to(training_class, topic, hac_thanh, cat_hai, officer):
    row = seat(training_class, make_people(cat_hai, 1), officer)[0]
    with pytest.raises(ValidationError, match="tỉnh khác"):
        move(enrolment=row, to=make_class(make_venue(hac_thanh), topic), by=officer)
    assert states(row) == [SEATED]
