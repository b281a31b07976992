"""Results: what attendance proposes, what is written, what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.access import scope_for
from tests.training.after.makers import attend, complete, enrolment_of, mark
from tests.training.makers import make_class
from training.enums import ClassState, EnrolmentState, Outcome
from training.models import Enrolment, Result, TrainingClass
from training.queries.results import proposals, result_lines
from training.services.certificates import issue, revoke
from training.services.results import Mark, ResultsChanged, set_results

DONE, NOT = Outcome.COMPLETED, Outcome.NOT_COMPLETED


def proposed(past_class, staff, share: int) -> dict[str, str]:
    lines = result_lines(past_class, scope_for(staff))
    found = proposals(lines, share)
    return {line.enrolment.member.full_name: found[line.enrolment.pk] for line in lines if line.enrolment.pk in found}


# What attendance proposes ---------------------------------------------------------------------------------------------


def test_attendance_proposes_and_writes_nothing(past_class, people, staff):
    attend(past_class, people[0], True, True)
    attend(past_class, people[1], True, False)
    names = [member.full_name for member in people]
    for share, second in ((100, NOT), (80, NOT), (50, DONE)):
        found = proposed(past_class, staff, share)
        assert [found[name] for name in names[:3]] == [DONE, second, NOT]
    assert not Result.objects.exists()


def test_without_any_attendance_nothing_is_proposed(past_class, people, staff):
    assert proposed(past_class, staff, 50) == {}
    attend(past_class, people[0], True)
    assert len(proposed(past_class, staff, 50)) == 5


def test_who_has_a_result_is_not_proposed_again(past_class, people, staff):
    attend(past_class, people[0], True, True)
    set_results(training_class=past_class, marks=[mark(past_class, people[0], NOT)], by=staff)
    assert people[0].full_name not in proposed(past_class, staff, 50)


def test_a_commune_gets_its_own_lines_at_a_constant_price(past_class, officer, staff, django_assert_num_queries):
    scope = scope_for(staff)
    with django_assert_num_queries(3):
        lines = result_lines(past_class, scope)
    assert len(lines) == 5
    assert {line.enrolment.commune_id for line in result_lines(past_class, scope_for(officer))} == {"11914"}


# What is written ------------------------------------------------------------------------------------------------------


def test_results_are_written_together_and_only_what_differs_counts(past_class, people, staff):
    marks = [mark(past_class, people[0], score=Decimal("8.5"), note="Khá"), mark(past_class, people[1], NOT)]
    unset = mark(past_class, people[2], "")
    assert set_results(training_class=past_class, marks=[*marks, unset], by=staff) == 2
    row = Result.objects.get(enrolment__member=people[0])
    assert (row.outcome, row.score, row.note, row.version, row.commune_id) == (DONE, Decimal("8.5"), "Khá", 1, "11914")
    again = [mark(past_class, people[0], score=Decimal("8.50"), note="Khá", version=1)]
    assert set_results(training_class=past_class, marks=again, by=staff) == 0
    row.refresh_from_db()
    assert row.version == 1


def test_a_result_changes_and_goes_with_its_version(past_class, people, staff):
    complete(past_class, people[:1], staff)
    set_results(training_class=past_class, marks=[mark(past_class, people[0], NOT, version=1)], by=staff)
    assert Result.objects.values_list("outcome", "version").get() == (NOT, 2)
    set_results(training_class=past_class, marks=[mark(past_class, people[0], "", version=2)], by=staff)
    assert not Result.objects.exists()


def test_who_saw_an_older_result_writes_nothing_at_all(past_class, people, staff):
    complete(past_class, people[:1], staff)
    stale = [mark(past_class, people[0], NOT, version=0), mark(past_class, people[1], version=0)]
    with pytest.raises(ResultsChanged) as others:
        set_results(training_class=past_class, marks=stale, by=staff)
    assert list(others.value.current) == [enrolment_of(past_class, people[0]).pk]
    assert list(Result.objects.values_list("outcome", flat=True)) == [DONE]
    fresh = [mark(past_class, people[0], NOT, version=1), mark(past_class, people[1], version=0)]
    assert set_results(training_class=past_class, marks=fresh, by=staff) == 2


# What is refused ------------------------------------------------------------------------------------------------------


def test_before_the_class_begins_there_are_no_results(venue, topic, staff, people):
    later = make_class(venue, topic)
    row = Enrolment.objects.create(training_class=later, member=people[0], province_id="31", commune_id="11914")
    marks = [mark(later, people[0])]
    with pytest.raises(ValidationError, match="chưa khai giảng"):
        set_results(training_class=later, marks=marks, by=staff)
    TrainingClass.objects.filter(pk=later.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    assert set_results(training_class=later, marks=marks, by=staff) == 1
    assert row.result


@pytest.mark.parametrize("state", [ClassState.PROPOSED, ClassState.CANCELLED])
def test_a_class_that_does_not_take_place_has_no_results(past_class, people, staff, state):
    TrainingClass.objects.update(state=state)
    with pytest.raises(ValidationError, match="không ghi kết quả"):
        complete(past_class, people[:1], staff)
    TrainingClass.objects.update(state=ClassState.FINISHED)
    complete(past_class, people[:1], staff)


def test_who_has_no_seat_gets_no_result(past_class, people, staff):
    marks = [mark(past_class, people[0])]
    Enrolment.objects.filter(member=people[0]).update(state=EnrolmentState.CANCELLED)
    with pytest.raises(ValidationError, match="không còn trong danh sách"):
        set_results(training_class=past_class, marks=marks, by=staff)
    Enrolment.objects.filter(member=people[0]).update(state=EnrolmentState.SEATED)
    assert set_results(training_class=past_class, marks=marks, by=staff) == 1


def test_a_result_on_which_a_certificate_stands_stays_until_that_is_taken_back(past_class, people, staff):
    complete(past_class, people[:2], staff)
    [first, _] = issue(training_class=past_class, address="https://cdt.example/", by=staff)
    lost = [mark(past_class, people[0], NOT, version=1)]
    with pytest.raises(ValidationError, match="thu hồi giấy trước"):
        set_results(training_class=past_class, marks=lost, by=staff)
    better = [mark(past_class, people[0], score=Decimal(9), version=1)]
    assert set_results(training_class=past_class, marks=better, by=staff) == 1
    revoke(certificate=first, by=staff)
    assert Result.objects.get(enrolment__member=people[0]).outcome == NOT


def test_a_person_of_another_class_is_refused(past_class, people, staff):
    other = make_class(past_class.venue, past_class.topic)
    stray = Enrolment.objects.create(training_class=other, member=people[4], province_id="31", commune_id="11914")
    with pytest.raises(ValidationError, match="không còn trong danh sách"):
        marks = [mark(past_class, people[0]), Mark(stray.pk, DONE, None, "", 0)]
        set_results(training_class=past_class, marks=marks, by=staff)
    assert not Result.objects.exists()
