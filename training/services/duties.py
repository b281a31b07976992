"""Replies that communes owe to open calls, as reminders ask for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cdt_portal.notices.duties import Debtor, Duty, duty_source
from cdt_portal.notices.follow_up import FollowUp, follow_up
from teams.access import Can
from teams.models.base import in_force
from teams.queries.people import people_of_communes, people_of_departments
from training.enums import REPLY_OWED, CallState
from training.models import NeedReply, TrainingCall
from training.queries.calls import deadline

Posts = dict[str, list[int]]


@duty_source
def need_duties(now: datetime) -> list[Duty]:
    return duties_of(TrainingCall.objects.filter(state=CallState.OPEN).order_by("pk"), now)


def subject_of(call: TrainingCall) -> str:
    return f"call:{call.pk}"


def duties_of(calls: Iterable[TrainingCall], now: datetime) -> list[Duty]:
    """A duty for each call and deadline: its own, and those of extensions. Four queries at most. A commune that is no
    more owes nothing."""
    calls = {call.pk: call for call in calls}
    there = in_force(timezone.localdate(now), "commune__valid_from", "commune__ended_on")
    due: dict[tuple[int, datetime], list[NeedReply]] = defaultdict(list)
    replies = NeedReply.objects.filter(there, call__in=calls).select_related("commune")
    for reply in replies.order_by("commune__sort_key", "pk"):
        reply.call = calls[reply.call_id]
        due[reply.call_id, deadline(reply)].append(reply)
    owed = {key: [reply for reply in rows if reply.state in REPLY_OWED] for key, rows in sorted(due.items())}
    writers = people_of_communes(Can.REGISTER_NEEDS, {reply.commune_id for rows in owed.values() for reply in rows})
    staff = people_of_departments(Can.RUN_TRAINING, {call.province_id for call in calls.values()})
    return [
        _duty(calls[pk], due_at, len(due[pk, due_at]), [_debtor(reply, writers) for reply in rows], staff)
        for (pk, due_at), rows in owed.items()
    ]


def follow_up_of(call: TrainingCall, now: datetime) -> FollowUp:
    """Who owes the call its reply now, by state; nobody does once it is closed."""
    duties = duties_of([call] if call.state == CallState.OPEN else [], now)
    return follow_up(duties, [state.label for state in REPLY_OWED], call.due_at)


def _duty(call: TrainingCall, due_at: datetime, asked: int, owed: list[Debtor], staff: Posts) -> Duty:
    return Duty(
        subject=subject_of(call),
        what=f"nộp đăng ký “{call.title}”",
        since=call.opened_at or due_at,
        due_at=due_at,
        asked=asked,
        owed=tuple(owed),
        staff=tuple(staff.get(call.province_id, ())),
        staff_url=f"{reverse('training:call', args=[call.pk])}#chua-nop",
    )


def _debtor(reply: NeedReply, writers: Posts) -> Debtor:
    return Debtor(
        commune_code=reply.commune_id,
        commune=reply.commune.name,
        state=reply.get_state_display(),
        url=reverse("training:needs", args=[reply.pk]),
        users=tuple(sorted(writers.get(reply.commune_id, ()))),
    )
