"""Who is marked present by a QR code, when, and who is not."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import LoginLimit
from teams.models import Member
from tests.training.makers import make_people
from training.enums import AttendanceWay, ClassState
from training.models import Attendance, ClassSession
from training.services import check_in as services
from training.services import seats
from training.services.check_in import (
    LATEST,
    Closed,
    ClosedLink,
    SeveralPeople,
    TooOften,
    Typed,
    find_session,
    link_of,
    token_of,
)

HERE = "203.0.113.7"
NOT_THERE = "không có trong danh sách"


def mark(session: ClassSession, member: Member | str, *, address: str = HERE, **typed) -> Attendance:
    phone = member if isinstance(member, str) else member.phone
    return services.check_in(session=find_session(token_of(session)), typed=Typed(phone, **typed), address=address)


def why(session: ClassSession, member: Member, **typed) -> Closed:
    with pytest.raises(ClosedLink) as closed:
        mark(session, member, **typed)
    assert not Attendance.objects.exists()
    return closed.value.reason


def shift(session: ClassSession, by: timedelta) -> ClassSession:
    """The same sitting at another time."""
    moved = {"starts_at": session.starts_at + by, "ends_at": session.ends_at + by}
    ClassSession.objects.filter(pk=session.pk).update(**moved)
    session.refresh_from_db()
    return session


# Links ----------------------------------------------------------------------------------------------------------------


def test_a_link_leads_to_its_sitting_from_outside(session, settings):
    settings.PORTAL_URL = "https://cong.example"
    assert link_of(session) == f"https://cong.example/tap-huan/diem-danh/{token_of(session)}/"
    assert find_session(token_of(session)) == session


@pytest.mark.parametrize("token", ["", "1", "-", "x-y", "²-a", "9" * 30 + "-a"])
def test_what_is_no_token_leads_nowhere(session, token):
    with pytest.raises(ClosedLink):
        find_session(token)


def test_a_token_of_another_sitting_or_with_one_letter_changed_leads_nowhere(session):
    pk, _, signature = token_of(session).partition("-")
    other = ClassSession.objects.create(
        training_class=session.training_class,
        starts_at=session.ends_at,
        ends_at=session.ends_at + timedelta(hours=1),
    )
    changed = signature[:-1] + ("A" if signature[-1] != "A" else "B")
    for forged in (f"{other.pk}-{signature}", f"{pk}-{changed}"):
        with pytest.raises(ClosedLink):
            find_session(forged)


def test_a_changed_key_revokes_what_was_printed_also_between_page_and_answer(session, people):
    printed, opened = token_of(session), find_session(token_of(session))
    ClassSession.objects.filter(pk=session.pk).update(token_key=uuid.uuid4())
    with pytest.raises(ClosedLink):
        find_session(printed)
    with pytest.raises(ClosedLink):
        services.check_in(session=opened, typed=Typed(people[0].phone), address=HERE)
    session.refresh_from_db()
    assert mark(session, people[0]).present


# Who ------------------------------------------------------------------------------------------------------------------


def test_who_has_the_number_is_there_in_any_writing_of_it(session, people):
    number = people[0].phone
    row = mark(session, f"+84 {number[1:4]}.{number[4:7]} {number[7:]}")
    assert (row.enrolment.member, row.way, row.present, row.by) == (people[0], AttendanceWay.QR, True, None)
    assert (row.province_id, row.commune_id) == (people[0].province_id, people[0].commune_id)


def test_the_same_again_is_one_row_with_the_first_time(session, people):
    first = mark(session, people[0], age=timedelta(minutes=10))
    assert mark(session, people[0]) == first
    assert Attendance.objects.get().at == first.at


def test_a_number_of_nobody_in_the_class_is_refused(session, people, cat_hai):
    outside = make_people(cat_hai, 5)[-1]
    with pytest.raises(ValidationError, match=NOT_THERE):
        mark(session, outside)
    with pytest.raises(ValidationError, match="thiếu chữ số"):
        mark(session, "0914")
    assert not Attendance.objects.exists()
    assert mark(session, people[0])


def test_of_several_with_one_number_the_chosen_one_is_there(session, people):
    _, _, first, second = people
    with pytest.raises(SeveralPeople) as asked:
        mark(session, first)
    assert {each.member for each in asked.value.people} == {first, second}
    assert not Attendance.objects.exists()
    chosen = next(each for each in asked.value.people if each.member == second)
    assert mark(session, first, who=chosen.pk).enrolment == chosen


def test_nobody_is_chosen_whose_number_it_is_not(session, people):
    an, lan, *_ = people
    with pytest.raises(ValidationError, match=NOT_THERE):
        mark(session, an, who=lan.enrolments.get().pk)
    assert mark(session, an, who=an.enrolments.get().pk)


def test_who_was_replaced_or_gave_up_is_refused_and_who_came_instead_is_not(session, people, cat_hai, staff):
    an, lan, *_ = people
    [instead] = make_people(cat_hai, 1)
    seats.replace(enrolment=an.enrolments.get(), member=instead, by=staff)
    seats.release(enrolment=lan.enrolments.get(), by=staff)
    for gone in (an, lan):
        with pytest.raises(ValidationError, match=NOT_THERE):
            mark(session, gone)
    assert mark(session, instead).enrolment.member == instead


def test_who_was_marked_absent_on_purpose_must_ask(session, people):
    row = mark(session, people[0])
    Attendance.objects.filter(pk=row.pk).update(present=False)
    with pytest.raises(ValidationError, match="Cán bộ đã ghi vắng"):
        mark(session, people[0])
    assert not Attendance.objects.get().present


# When -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(-61, Closed.EARLY), (-59, None), (209, None), (211, Closed.OVER)],
)
def test_it_opens_an_hour_before_and_shuts_with_the_end(session, people, minutes, reason):
    """The class began 30 minutes ago; here it begins in, or began, so many minutes."""
    moved = shift(session, timedelta(minutes=30 - max(minutes, 0)) - timedelta(minutes=min(minutes, 0)))
    if reason:
        assert why(moved, people[0]) == reason
    else:
        assert mark(moved, people[0])


def test_what_was_typed_in_time_may_come_later_with_its_own_time(session, people):
    over = shift(session, timedelta(hours=-5))
    assert why(over, people[0]) == Closed.OVER
    row = mark(over, people[0], age=timedelta(hours=3))
    assert abs(timezone.now() - timedelta(hours=3) - row.at) < timedelta(seconds=10)


def test_not_from_before_it_opened(session, people):
    assert why(session, people[0], age=timedelta(minutes=91)) == Closed.EARLY
    assert mark(session, people[0], age=timedelta(minutes=89))


def test_not_when_a_day_has_passed_since_its_end(session, people):
    left = session.ends_at - timezone.now()
    age = LATEST + timedelta(minutes=30)
    assert why(shift(session, -left - LATEST - timedelta(minutes=1)), people[0], age=age) == Closed.OVER
    assert mark(shift(session, timedelta(minutes=2)), people[0], age=age)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (ClassState.PROPOSED, Closed.UNKNOWN),
        (ClassState.PLANNED, None),
        (ClassState.INVITED, None),
        (ClassState.FINISHED, Closed.FINISHED),
        (ClassState.CANCELLED, Closed.CANCELLED),
    ],
)
def test_only_a_class_that_takes_place_marks(session, people, state, reason):
    training_class = session.training_class
    training_class.state = state
    training_class.save()
    if reason:
        assert why(session, people[0]) == reason
    else:
        assert mark(session, people[0])


# How often ------------------------------------------------------------------------------------------------------------


def test_guessing_ends_for_its_address_and_sitting_alone(session, people):
    allowed = services.limit_of(session.training_class).attempts
    key = limits.key_of("check_in", f"{session.pk} {HERE}")
    for _ in range(allowed):
        assert limits.take(key, services.limit_of(session.training_class))
    with pytest.raises(TooOften):
        mark(session, people[0])
    assert not Attendance.objects.exists()
    assert mark(session, people[0], address="203.0.113.8")
    LoginLimit.objects.update(last_at=timezone.now() - services.REST)
    assert mark(session, people[1])


def test_without_the_limit_guessing_goes_on(session, people, monkeypatch):
    monkeypatch.setattr(limits, "take", lambda key, limit: True)
    for number in range(services.limit_of(session.training_class).attempts + 1):
        with pytest.raises(ValidationError, match=NOT_THERE):
            mark(session, f"0977{number:06}")
    assert mark(session, people[0])


def test_a_whole_class_behind_one_address_gets_in(session, staff, cat_hai):
    members = make_people(cat_hai, session.training_class.capacity - 4)
    for member in members:
        seats.take(training_class=session.training_class, member=member, by=staff)
    assert len({mark(session, each).pk for each in members for _ in range(2)}) == len(members)


# At once --------------------------------------------------------------------------------------------------------------


def at_once(times: int, act) -> list:
    def once(number: int):
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


@pytest.mark.django_db(transaction=True)
def test_sixteen_times_at_once_is_one_row(session, people):
    rows = at_once(16, lambda number: mark(session, people[0], address=f"203.0.113.{number}"))
    assert {row.pk for row in rows} == {Attendance.objects.get().pk}
