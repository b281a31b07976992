"""Many ask for the last seats at the same moment, each from a process of their own: a class is never oversold."""

import pytest

from tests.training.makers import make_class, make_people, make_topic, make_venue, seated
from tests.training.racing import race
from training.enums import EnrolmentState
from training.models import Enrolment, TrainingClass

SEATS = 3


@pytest.fixture
def classes(transactional_db, cat_hai):
    def classes(number: int, **more) -> list[TrainingClass]:
        venue, topic = make_venue(cat_hai), make_topic()
        return [make_class(venue, topic, capacity=SEATS, **more) for _ in range(number)]

    return classes


def run(rows: list[TrainingClass], members: list, user, processes: int, *, guarded: bool = True) -> None:
    race(processes, [row.pk for row in rows], [member.pk for member in members], user.pk, guarded=guarded)


def oversold(rows: list[TrainingClass]) -> list[int]:
    """How many seats were given in the classes that gave more than they have."""
    return [given for row in rows if (given := seated(row)) > SEATS]


def assert_exact(rows: list[TrainingClass], processes: int) -> None:
    for row in rows:
        row.refresh_from_db()
        assert row.taken == seated(row) == SEATS
        ranks = Enrolment.objects.filter(training_class=row, state=EnrolmentState.WAITING).values_list(
            "rank", flat=True
        )
        assert sorted(ranks) == list(range(1, processes - SEATS + 1))


def test_of_six_processes_three_get_the_three_seats(classes, cat_hai, officer):
    rows = classes(10)
    run(rows, make_people(cat_hai, 6), officer, 6)
    assert_exact(rows, 6)


def test_at_once_a_commune_gets_no_more_than_its_quota(classes, cat_hai, officer):
    rows = classes(10, commune_quota=2)
    run(rows, make_people(cat_hai, 6), officer, 6)
    assert [seated(row) for row in rows] == [2] * 10


def test_at_once_a_kept_seat_goes_to_its_commune_alone(classes, cat_hai, tran_lieu, officer):
    rows = classes(10, kept={tran_lieu.pk: 1})
    run(rows, [*make_people(cat_hai, 5), *make_people(tran_lieu, 1)], officer, 6)
    for row in rows:
        theirs = Enrolment.objects.filter(training_class=row, state=EnrolmentState.SEATED, commune=tran_lieu)
        row.refresh_from_db()
        assert (theirs.count(), row.taken, seated(row), row.kept) == (1, SEATS, SEATS, {})


def test_without_the_guard_a_class_is_oversold(classes, cat_hai, officer):
    """The control."""
    rows = classes(10)
    run(rows, make_people(cat_hai, 6), officer, 6, guarded=False)
    assert oversold(rows)


@pytest.mark.long
def test_of_32_processes_in_200_rounds_none_oversells(classes, cat_hai, officer):
    rows = classes(200)
    run(rows, make_people(cat_hai, 32), officer, 32)
    assert_exact(rows, 32)


@pytest.mark.long
def test_of_32_processes_without_the_guard_most_oversell(classes, cat_hai, officer):
    """The control."""
    rows = classes(20)
    run(rows, make_people(cat_hai, 32), officer, 32, guarded=False)
    assert len(oversold(rows)) > 10
