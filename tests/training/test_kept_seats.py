"""Seats kept for people whom a commune counted and has not named: nobody else gets them until they are let go."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cdt_portal.notices.models import Notice
from teams.access import scope_for
from tests.conftest import client_of
from tests.training.makers import make_call, make_class, make_needs, make_people, reply_of, seat
from training.enums import ClassState, EnrolmentState
from training.models import TrainingClass, TrainingNeed
from training.queries.classes import topic_plans
from training.queries.plans import STANDING, seats_of_numbers
from training.services.kept_seats import let_go
from training.services.seats import move, release, take

SEATED, WAITING = EnrolmentState.SEATED, EnrolmentState.WAITING


@pytest.fixture
def numbered(hai_phong, topic, tran_lieu) -> TrainingNeed:
    """Phường Trần Liễu counted two people."""
    call = make_call(hai_phong, topic)
    reply = reply_of(call, tran_lieu.pk)
    return TrainingNeed.objects.create(
        reply=reply, topic=topic, headcount=2, province_id=reply.province_id, commune_id=reply.commune_id
    )


@pytest.fixture
def training_class(venue, topic, numbered) -> TrainingClass:
    """Three seats, two of them kept for Phường Trần Liễu."""
    return make_class(venue, topic, capacity=3, kept={"10729": 2}, call=numbered.reply.call)


def now(training_class: TrainingClass) -> tuple[int, dict[str, int]]:
    training_class.refresh_from_db()
    return training_class.taken, training_class.kept


def states(rows) -> list[str]:
    return [row.state for row in rows]


@pytest.mark.parametrize(("kept", "expected"), [({"10729": 2}, [SEATED, WAITING]), ({}, [SEATED, SEATED])])
def test_others_wait_while_seats_are_kept(training_class, cat_hai, officer, kept, expected):
    """Without kept seats, the control, the second one is seated."""
    TrainingClass.objects.update(kept=kept)
    assert states(seat(training_class, make_people(cat_hai, 2), officer)) == expected
    assert now(training_class) == (expected.count(SEATED), kept)


def test_the_communes_people_get_them_and_answer_its_number(training_class, tran_lieu, cat_hai, numbered, officer):
    seat(training_class, make_people(cat_hai, 1), officer)
    rows = seat(training_class, make_people(tran_lieu, 3), officer)
    assert states(rows) == [SEATED, SEATED, WAITING]
    assert [row.need for row in rows] == [numbered, numbered, None]
    assert now(training_class) == (3, {})


def test_who_was_named_leaves_them_to_those_who_were_not(training_class, topic, tran_lieu, numbered, officer):
    members = make_people(tran_lieu, 2)
    needs = make_needs(numbered.reply.call, topic, members)
    for member, need, expected in zip(members, needs, [(1, {"10729": 2}), (2, {"10729": 1})], strict=True):
        row = take(training_class=training_class, member=member, need=need, by=officer)
        assert (row.state, row.need) == (SEATED, need)
        assert now(training_class) == expected


def test_a_seat_given_back_calls_nobody_into_a_kept_one(training_class, cat_hai, tran_lieu, officer):
    first, second, third = seat(training_class, make_people(cat_hai, 3), officer)
    assert states([first, second, third]) == [SEATED, WAITING, WAITING]
    assert release(enrolment=first, by=officer) == [second]
    assert now(training_class) == (1, {"10729": 2})


def test_nobody_moves_into_a_kept_seat_but_its_commune(training_class, venue, topic, cat_hai, tran_lieu, officer):
    seat(training_class, make_people(cat_hai, 1), officer)
    other = make_class(venue, topic, capacity=5)
    stranger, own = seat(other, [*make_people(cat_hai, 1), *make_people(tran_lieu, 1)], officer)
    with pytest.raises(ValidationError, match="chỉ còn chỗ giữ cho xã khác"):
        move(enrolment=stranger, to=training_class, by=officer)
    move(enrolment=own, to=training_class, by=officer)
    assert now(training_class) == (2, {"10729": 1})


def test_let_go_they_reach_the_waiting_list_once(training_class, cat_hai, officer, staff):
    _, *waiting = seat(training_class, make_people(cat_hai, 4), officer)
    assert let_go(training_class=training_class, commune="10729", by=staff) == waiting[:2]
    assert now(training_class) == (3, {})
    with pytest.raises(ValidationError, match="không còn giữ chỗ"):
        let_go(training_class=training_class, commune="10729", by=staff)


def test_seats_of_one_commune_are_let_go_alone(training_class, staff):
    TrainingClass.objects.update(kept={"10729": 1, "11914": 1})
    let_go(training_class=training_class, commune="10729", by=staff)
    assert now(training_class) == (0, {"11914": 1})
    let_go(training_class=training_class, by=staff)
    assert now(training_class) == (0, {})


def test_a_class_that_is_over_lets_nothing_go(training_class, staff):
    TrainingClass.objects.update(state=ClassState.FINISHED)
    with pytest.raises(ValidationError, match="Đã kết thúc"):
        let_go(training_class=training_class, by=staff)


def test_a_number_is_planned_once_whether_its_seats_are_kept_or_named(
    training_class, tran_lieu, numbered, officer, staff
):
    call, key = numbered.reply.call, (numbered.topic_id, "10729")

    def counted() -> tuple[int, int]:
        return seats_of_numbers(call, STANDING)[key], topic_plans(scope_for(staff), call)[0].without_class

    assert counted() == (2, 0)
    (row,) = seat(training_class, make_people(tran_lieu, 1), officer)
    assert counted() == (2, 0)
    release(enrolment=row, by=officer)
    assert counted() == (1, 1)
    let_go(training_class=training_class, by=staff)
    assert counted() == (0, 2)


# The page -------------------------------------------------------------------------------------------------------------


def test_staff_let_seats_go_from_the_page_of_the_class(training_class, officer, neighbour, staff, viewer):
    TrainingClass.objects.update(state=ClassState.INVITED)
    page, url = (reverse(name, args=[training_class.pk]) for name in ("training:class", "training:class_let_go"))
    assert "Phường Trần Liễu: 2 chỗ" in client_of(staff).get(page).content.decode()
    assert "Thôi giữ" not in client_of(viewer).get(page).content.decode()
    assert client_of(viewer).post(url, {"xa": "10729"}).status_code == 403
    assert now(training_class)[1] == {"10729": 2}
    said = client_of(staff).post(url, {"xa": "10729"}, follow=True).content.decode()
    assert "Đã thôi giữ chỗ" in said and "Phường Trần Liễu: 2 chỗ" not in said
    assert [each.user for each in Notice.objects.filter(text__contains="thôi giữ 2 chỗ")] == [neighbour]
    assert "không còn giữ chỗ" in client_of(staff).post(url, {"xa": "10729"}, follow=True).content.decode()
