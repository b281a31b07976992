"""Seats that a class keeps for communes which have not named their people yet: let go when nobody waits for names."""

from django.urls import reverse

from cdt_portal.accounts.models import User
from cdt_portal.notices.services import notify
from teams.access import Can
from teams.queries.people import people_of_communes
from teams.services.actions import action
from training.enums import ClassState
from training.models import Enrolment, TrainingClass
from training.services import seats
from training.services.classes import tell_called


@action
def let_go(*, training_class: TrainingClass, commune: str = "", by: User) -> list[Enrolment]:
    """`seats.let_go`, with the communes told: those whose seats are kept no more, if they were invited, and those whom
    the waiting list called. Raises ValidationError."""
    kept = seats.hold(training_class).kept
    called = seats.let_go(training_class=training_class, commune=commune, by=by)
    tell_called(called)
    if training_class.state == ClassState.INVITED:
        for code in [commune] if commune else kept:
            _tell(training_class, code, kept[code])
    return called


def _tell(training_class: TrainingClass, code: str, seats: int) -> None:
    ids = people_of_communes(Can.REGISTER_NEEDS, [code]).get(code, [])
    text = f"Sở thôi giữ {seats} chỗ của lớp “{training_class.title}” cho người xã chưa ghi tên."
    url = reverse("training:class", args=[training_class.pk])
    notify(users=User.objects.filter(pk__in=ids), text=text, url=url)
