"""What training adds to the world of the URL table: to each province a call and a contest that its communes share, to
each commune its replies."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import due_after
from teams.models import Commune, Province
from training.models import Contest, NeedReply, Topic, TrainingCall
from training.services import calls, contests, needs

TODAY = timezone.localdate()
DUE = due_after(TODAY + timedelta(days=30))


@dataclass(frozen=True, slots=True)
class ProvinceTraining:
    """What all communes of a province share: a call that is open, one to which all have answered, one that nobody was
    asked yet; a contest that runs."""

    topic: Topic
    open: TrainingCall
    answered: TrainingCall
    unopened: TrainingCall
    contest: Contest


@dataclass(frozen=True, slots=True)
class CommuneTraining:
    """A commune's replies to the two open calls: one that is still to be written, one that was sent."""

    writing: NeedReply
    sent: NeedReply


def make_province_training(province: Province, topic: Topic, staff: User) -> ProvinceTraining:
    def call(title: str) -> TrainingCall:
        fields = {"title": title, "topics": [topic], "due_at": DUE}
        return calls.create_call(by=staff, province=province, fields=fields)

    days = {"starts_on": TODAY - timedelta(days=10), "ends_on": TODAY + timedelta(days=10)}
    return ProvinceTraining(
        topic=topic,
        open=calls.open_call(call=call("Đợt đang mở"), by=staff),
        answered=calls.open_call(call=call("Đợt đã trả lời"), by=staff),
        unopened=call("Đợt đang soạn"),
        contest=contests.create_contest(province=province, fields={"name": "Công dân số", **days}, by=staff),
    )


def make_commune_training(commune: Commune, shared: ProvinceTraining, *, officer: User) -> CommuneTraining:
    writing, sent = (NeedReply.objects.get(call=call, commune=commune) for call in (shared.open, shared.answered))
    nothing = {"entries": [], "wish": needs.Wish(), "nothing_needed": True}
    sent = needs.save_needs(reply=sent, version=sent.version, by=officer, **nothing)
    return CommuneTraining(writing=writing, sent=needs.submit(reply=sent, by=officer))
