"""A class finished, what may not change any more, and reopened; results that attendance then proposes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.conftest import client_of
from tests.training.after.makers import attend, complete, enrolment_of
from training.enums import ClassState, Outcome
from training.models import Result, TrainingClass
from training.services import seats
from training.services.certificates import issue, revoke
from training.services.classes import finish, reopen

FINISHED, INVITED = ClassState.FINISHED, ClassState.INVITED


def state() -> str:
    return TrainingClass.objects.values_list("state", flat=True).get()


def test_a_class_is_finished_once_it_has_begun(held, staff):
    TrainingClass.objects.update(starts_at=timezone.now() + timedelta(minutes=1), ends_at=held.ends_at + timedelta(9))
    with pytest.raises(ValidationError, match="chưa khai giảng"):
        finish(training_class=held, by=staff)
    TrainingClass.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    finish(training_class=held, by=staff)
    assert state() == FINISHED


@pytest.mark.parametrize("other", [ClassState.PROPOSED, ClassState.CANCELLED, FINISHED])
def test_what_does_not_take_place_or_is_over_is_not_finished(held, staff, other):
    TrainingClass.objects.update(state=other)
    with pytest.raises(ValidationError, match="Chỉ kết thúc"):
        finish(training_class=held, by=staff)
    TrainingClass.objects.update(state=ClassState.PLANNED)
    finish(training_class=held, by=staff)


def test_seats_of_a_finished_class_stay_until_it_is_reopened(held, people, staff):
    TrainingClass.objects.update(taken=4)
    place = enrolment_of(held, people[0])
    finish(training_class=held, by=staff)
    changes = [
        lambda: seats.release(enrolment=place, by=staff),
        lambda: seats.replace(enrolment=place, member=people[3], by=staff),
        lambda: seats.take(training_class=held, member=people[3], by=staff),
    ]
    for change in changes:
        with pytest.raises(ValidationError, match="Đã kết thúc"):
            change()
    reopen(training_class=held, by=staff)
    assert state() == INVITED
    seats.replace(enrolment=place, member=people[3], by=staff)
    seats.release(enrolment=enrolment_of(held, people[3]), by=staff)
    seats.take(training_class=held, member=people[0], by=staff)
    assert TrainingClass.objects.get().taken == 4


def test_a_class_with_certificates_stays_finished(held, people, staff):
    complete(held, people[:1], staff)
    [certificate] = issue(training_class=held, address="https://cdt.example/", by=staff)
    finish(training_class=held, by=staff)
    with pytest.raises(ValidationError, match="đã cấp 1 giấy chứng nhận"):
        reopen(training_class=held, by=staff)
    revoke(certificate=certificate, by=staff)
    reopen(training_class=held, by=staff)
    assert state() == INVITED


def test_the_page_says_how_many_are_marked_and_leads_to_the_results(held, people, staff):
    attend(held, people[0], True, True)
    attend(held, people[1], True, False)
    client, url = client_of(staff), f"/tap-huan/lop/{held.pk}/ket-thuc/"
    asked = client.get(url).content.decode()
    assert "Buổi 1: 2/4 người có mặt, 2 chưa điểm danh." in asked
    assert "Buổi 2: 1/4 người có mặt, 1 vắng, 2 chưa điểm danh." in asked
    assert state() == INVITED
    answer = client.post(url)
    assert answer.url == f"/tap-huan/lop/{held.pk}/ket-qua/"
    assert state() == FINISHED


def test_a_finished_class_proposes_its_results_and_writes_none(held, people, staff):
    attend(held, people[0], True, True)
    attend(held, people[1], True, False)
    client, url = client_of(staff), f"/tap-huan/lop/{held.pk}/ket-qua/"
    assert client.get(url).context["proposed"] == 0
    TrainingClass.objects.update(state=FINISHED)
    page = client.get(url)
    shown = {line.enrolment.member: form["outcome"].value() for line, form, _ in page.context["rows"]}
    assert shown[people[0]] == Outcome.COMPLETED
    assert shown[people[1]] == shown[people[2]] == Outcome.NOT_COMPLETED
    assert "chưa lưu" in page.content.decode()
    assert not Result.objects.exists()


def test_a_finished_class_that_nobody_marked_proposes_nothing(held, staff):
    TrainingClass.objects.update(state=FINISHED)
    page = client_of(staff).get(f"/tap-huan/lop/{held.pk}/ket-qua/")
    assert page.context["proposed"] == 0
    assert "Lớp chưa có điểm danh nào" in page.content.decode()


def test_buttons_come_with_their_time(held, staff, officer):
    url = f"/tap-huan/lop/{held.pk}/"
    assert "Kết thúc lớp" in client_of(staff).get(url).content.decode()
    assert "Kết thúc lớp" not in client_of(officer).get(url).content.decode()
    TrainingClass.objects.update(state=FINISHED)
    page = client_of(staff).get(url).content.decode()
    assert "Kết thúc lớp" not in page
    assert "Mở lại" in page
