"""Another of the same team comes instead."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cdt_portal.notices.models import Notice
from tests.conftest import client_of
from tests.training.after.makers import enrolment_of
from tests.training.makers import make_people
from training.enums import ClassState, EnrolmentState
from training.models import TrainingClass
from training.services.classes import replace


@pytest.fixture
def to_come(held) -> TrainingClass:
    """The class, but in two days."""
    begins = timezone.now() + timedelta(days=2)
    TrainingClass.objects.filter(pk=held.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=4))
    return held


@pytest.fixture
def url(held, people) -> str:
    return f"/tap-huan/nguoi-hoc/{enrolment_of(held, people[0]).pk}/cu-nguoi-thay/"


def states() -> list[str]:
    return list(TrainingClass.objects.get().enrolments.order_by("pk").values_list("state", flat=True))


def test_who_is_offered_is_of_the_team_and_not_in_the_class(held, url, people, cat_hai, staff):
    make_people(cat_hai, 1, team="Thôn Tây")
    [gone] = make_people(cat_hai, 1)
    type(gone).objects.filter(pk=gone.pk).update(left_on="2026-01-01", left_reason="other")
    assert list(client_of(staff).get(url).context["form"].members) == [people[3]]


def test_the_commune_sends_another_until_the_class_begins(
    to_come, url, people, officer, commune_leader, neighbour, stranger, viewer
):
    typed = {"member": people[3].pk}
    for user, status in ((commune_leader, 403), (viewer, 403), (neighbour, 404), (stranger, 404)):
        assert client_of(user).get(url).status_code == status
        assert client_of(user).post(url, typed).status_code == status
    TrainingClass.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert client_of(officer).post(url, typed).status_code == 403
    assert EnrolmentState.REPLACED not in states()
    TrainingClass.objects.update(starts_at=timezone.now() + timedelta(minutes=1))
    assert client_of(officer).post(url, typed).status_code == 302
    assert EnrolmentState.REPLACED in states()


def test_the_department_sends_another_after_the_class_began_and_tells_the_commune(held, url, people, officer, staff):
    answer = client_of(staff).post(url, {"member": people[3].pk}, follow=True)
    assert f"thay {people[0].full_name}" in answer.content.decode()
    notice = Notice.objects.get(user=officer)
    assert notice.text.startswith(f"{people[3].full_name} thay {people[0].full_name}")
    assert client_of(staff).post(url, {"member": people[2].pk}).status_code == 422  # replaced already
    assert enrolment_of(held, people[3]).replaces.member == people[0]


def test_the_service_itself_refuses_who_may_not(held, people, officer, staff):
    place = enrolment_of(held, people[0])
    with pytest.raises(PermissionDenied):
        replace(enrolment=place, member=people[3], by=officer)
    assert replace(enrolment=place, member=people[3], by=staff).replaces == place


def test_a_team_without_anybody_else_is_told_so(held, others, staff):
    url = f"/tap-huan/nguoi-hoc/{enrolment_of(held, others[0]).pk}/cu-nguoi-thay/"
    page = client_of(staff).get(url).content.decode()
    assert "không còn thành viên nào ngoài lớp" in page
    assert ">Cử người thay</button>" not in page


def test_the_link_stands_where_it_leads_somewhere(to_come, url, officer, viewer, staff):
    page = f"/tap-huan/lop/{to_come.pk}/"
    seen = {user: url in client_of(user).get(page).content.decode() for user in (officer, staff, viewer)}
    assert seen == {officer: True, staff: True, viewer: False}
    TrainingClass.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    seen = {user: url in client_of(user).get(page).content.decode() for user in (officer, staff)}
    assert seen == {officer: False, staff: True}
    TrainingClass.objects.update(state=ClassState.FINISHED)
    assert url not in client_of(staff).get(page).content.decode()
