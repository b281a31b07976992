"""The demo data show training from a call to a certificate."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from reporting.models import CommuneStanding
from tests.planner import believe_tables_empty
from training.enums import CallState, ClassState, ReplyState
from training.models import Certificate, ContestCount, Material, NeedReply, Result, TrainingCall, TrainingClass


@pytest.fixture
def told(db) -> None:
    believe_tables_empty()
    call_command("load_units", verbosity=0)
    call_command("seed_demo", story="cat-hai", communes=30, teams=200, members=1400, verbosity=0)


def test_every_page_of_training_has_something_to_show(told):
    call = TrainingCall.objects.get()
    states = Counter(call.replies.values_list("state", flat=True))
    assert call.state == CallState.CLOSED
    assert states == {ReplyState.NOT_STARTED: 94, ReplyState.ACCEPTED: 18, ReplyState.SUBMITTED: 2}
    reply = NeedReply.objects.get(commune="11914")
    assert (reply.state, reply.on_time, reply.needs.count()) == (ReplyState.ACCEPTED, True, 6)
    classes = Counter(TrainingClass.objects.values_list("state", flat=True))
    assert (classes[ClassState.FINISHED], classes[ClassState.INVITED], classes[ClassState.PROPOSED]) == (1, 1, 1)
    assert classes[ClassState.PLANNED] >= 1
    assert TrainingClass.objects.get(state=ClassState.INVITED).starts_at > timezone.now()
    over = TrainingClass.objects.get(state=ClassState.FINISHED)
    assert over.ends_at < timezone.now() and over.enrolments.filter(commune="11914").exists()
    assert Result.objects.count() == over.taken > Certificate.objects.count() > 0
    assert Material.objects.count() == 2
    assert CommuneStanding.objects.get(commune="11914").leaders_trained  # the overview has its share from the start
    assert not TrainingClass.objects.filter(starts_at__week_day__in=[1, 7]).exists()


def test_the_contest_reaches_what_cat_hai_reported(told):
    counts = ContestCount.objects.filter(commune="11914").order_by("as_of").values_list("people", flat=True)
    assert list(counts) == [576, 1440]
