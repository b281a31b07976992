"""Who owes a reply to a call, and is reminded of it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cdt_portal.notices.duties import duties
from cdt_portal.notices.models import Notice
from tests.conftest import client_of
from training.models import TrainingCall
from training.services.calls import close_call, extend
from training.services.duties import duties_of, subject_of
from training.services.needs import Wish, save_needs, submit


def nothing_needed(reply, by) -> None:
    kept = save_needs(reply=reply, version=reply.version, entries=[], wish=Wish(), nothing_needed=True, by=by)
    submit(reply=kept, by=by)


def owing(call: TrainingCall) -> list[list[str]]:
    return [[debtor.commune_code for debtor in duty.owed] for duty in duties_of([call], timezone.now())]


def test_an_open_call_is_a_duty_of_the_registry(call, draft, officer, staff):
    (duty,) = [each for each in duties(timezone.now()) if each.subject == subject_of(call)]
    assert (duty.asked, duty.due_at, duty.staff) == (2, call.due_at, (staff.pk,))
    debtor = next(each for each in duty.owed if each.commune_code == "11914")
    assert debtor.users == (officer.pk,)


def test_who_sent_owes_nothing_more(call, reply, officer):
    assert owing(call) == [["11914", "10729"]]
    nothing_needed(reply, officer)
    assert owing(call) == [["10729"]]


def test_an_extension_is_a_deadline_of_its_own(call, reply, staff):
    extend(reply=reply, until=call.due_at + timedelta(days=5), by=staff)
    assert owing(call) == [["10729"], ["11914"]]


def test_drafts_and_closed_calls_are_nobodys_duty(draft, call, staff):
    close_call(call=call, by=staff, version=call.version)
    assert [each for each in duties(timezone.now()) if each.subject == subject_of(call)] == []


def test_staff_remind_those_who_owe_once_an_hour(call, reply, officer, neighbour, staff, viewer):
    nothing_needed(reply, officer)
    url = reverse("training:call_remind", args=[call.pk])
    assert client_of(viewer).post(url).status_code == 403
    assert not Notice.objects.filter(text__contains="chưa nộp đăng ký").exists()
    for _ in range(2):
        client_of(staff).post(url)
    assert [notice.user for notice in Notice.objects.filter(text__contains="chưa nộp đăng ký")] == [neighbour]
