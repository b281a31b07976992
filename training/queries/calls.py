"""Calls for needs as pages show them: what a commune owes, where its neighbours stand, what is asked for in all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from teams.access import Can, Scope
from teams.enums import MemberRole
from teams.models import Province
from teams.models.base import in_force
from teams.queries.exports import ShowsPhones, phone_cell
from training.enums import REPLY_OWED, CallState, DayPart, ReplyState
from training.layouts.needs import NeedLine
from training.models import NeedReply, Topic, TrainingCall, TrainingNeed

SENT = [ReplyState.SUBMITTED, ReplyState.ACCEPTED]
ROLE_LABELS, DAY_PARTS = dict(MemberRole.choices), dict(DayPart.choices)
CHUNK = 2_000


def deadline(reply: NeedReply) -> datetime:
    """The first moment that is too late for this reply, which comes with its call: an extension only lengthens."""
    return max(reply.call.due_at, reply.extended_until) if reply.extended_until else reply.call.due_at


def topics_of(province: Province, day: date) -> QuerySet[Topic]:
    """The catalogue on that day: what is shipped, and the province's own."""
    return Topic.objects.filter(Q(province=None) | Q(province=province), in_force(day))


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One commune's row on the call's page. `is_late`: it owes its reply and the deadline is over."""

    reply: NeedReply
    due_at: datetime
    is_owed: bool
    is_late: bool
    people: int  # named, or counted without names; of what is not sent the department knows nothing


@dataclass(frozen=True, slots=True)
class StateCount:
    state: ReplyState
    count: int

    @property
    def label(self) -> str:
        return self.state.label


def reply_lines(call: TrainingCall, now: datetime | None = None) -> list[ReplyLine]:
    """Every commune's reply, by the commune's name. Two queries."""
    now = now or timezone.now()
    replies = NeedReply.objects.filter(call=call).select_related("commune").order_by("commune__sort_key", "pk")
    people = Counter[int]()
    for reply_id, _, headcount in _people(call):
        people[reply_id] += headcount
    return [_line(call, reply, now, people[reply.pk]) for reply in replies]


def _people(call: TrainingCall) -> set[tuple[int, object, int]]:
    """(reply, who, how many): a member who learns two topics is one person; a number without names is one a topic."""
    needs = TrainingNeed.objects.filter(reply__call=call, reply__state__in=SENT).order_by()
    rows = needs.values_list("reply_id", "member_id", "topic_id", "headcount")
    return {(reply, member or f"topic {topic}", headcount) for reply, member, topic, headcount in rows}


def _line(call: TrainingCall, reply: NeedReply, now: datetime, people: int) -> ReplyLine:
    reply.call = call
    due_at, is_owed = deadline(reply), reply.state in REPLY_OWED and call.state == CallState.OPEN
    return ReplyLine(reply, due_at, is_owed=is_owed, is_late=is_owed and now >= due_at, people=people)


def state_counts(lines: Iterable[ReplyLine]) -> list[StateCount]:
    """How many replies are in each state, in the order of the states, without the empty ones."""
    counts = Counter(line.reply.state for line in lines)
    return [StateCount(state, counts[state]) for state in ReplyState if counts[state]]


@dataclass(frozen=True, slots=True)
class TopicTotal:
    """What communes asked of a topic: `named` members, `unnamed` people, from so many `communes`."""

    topic: Topic
    named: int
    unnamed: int
    communes: int

    @property
    def people(self) -> int:
        return self.named + self.unnamed


def topic_totals(call: TrainingCall) -> list[TopicTotal]:
    """Of what was sent, in the order of the catalogue; a topic that nobody asked for is there with zeros."""
    needs = TrainingNeed.objects.filter(reply__call=call, reply__state__in=SENT).order_by()
    rows = needs.values("topic_id").annotate(
        named=Count("pk", filter=Q(member__isnull=False)),
        unnamed=Sum("headcount", filter=Q(member=None), default=0),
        communes=Count("commune", distinct=True),
    )
    found = {row.pop("topic_id"): row for row in rows}
    nothing = {"named": 0, "unnamed": 0, "communes": 0}
    return [TopicTotal(topic, **found.get(topic.pk, nothing)) for topic in call.topics.all()]


# Where people begin --------------------------------------------------------------------------------------------------

TAGS = {
    ReplyState.NOT_STARTED: "tag-warn",
    ReplyState.DRAFT: "tag-info",
    ReplyState.SUBMITTED: "tag-good",
    ReplyState.RETURNED: "tag-bad",
    ReplyState.ACCEPTED: "tag-good",
}
NEXT = {
    ReplyState.NOT_STARTED: "Bắt đầu đăng ký",
    ReplyState.DRAFT: "Đăng ký tiếp",
    ReplyState.RETURNED: "Sửa theo góp ý",
}


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """A call as its commune meets it. `next` names the one button; `writes`: whether it is this user's to write."""

    reply: NeedReply
    due_at: datetime
    is_owed: bool
    is_late: bool
    next: str

    @property
    def tag(self) -> str:
        return TAGS[ReplyState(self.reply.state)]


def reply_cards(replies: Iterable[NeedReply], scope: Scope, now: datetime | None = None) -> list[ReplyCard]:
    now = now or timezone.now()
    return [_card(reply, scope, now) for reply in replies]


def _card(reply: NeedReply, scope: Scope, now: datetime) -> ReplyCard:
    writes = scope.allows(Can.REGISTER_NEEDS, reply.province_id, reply.commune_id)
    is_owed = reply.state in REPLY_OWED and reply.call.state == CallState.OPEN
    due_at = deadline(reply)
    step = NEXT[ReplyState(reply.state)] if writes and is_owed else "Xem"
    return ReplyCard(reply, due_at, is_owed=is_owed, is_late=is_owed and now >= due_at, next=step)


def replies_of(scope: Scope) -> QuerySet[NeedReply]:
    """The replies of the user's communes, the latest deadline first; of a draft call there are none."""
    return scope.narrow(NeedReply.objects.select_related("call", "commune")).order_by("-call__due_at", "commune_id")


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call as the department meets it. `sent` counts replies that were handed in, `accepted` among them."""

    call: TrainingCall
    asked: int
    sent: int
    waiting: int
    accepted: int


def call_lines(calls: Iterable[TrainingCall]) -> list[CallLine]:
    """One query for any number of calls."""
    calls = list(calls)
    rows = NeedReply.objects.filter(call__in=calls).order_by().values_list("call_id", "state").annotate(Count("pk"))
    counts: dict[int, Counter[str]] = {call.pk: Counter() for call in calls}
    for call_id, state, count in rows:
        counts[call_id][state] = count
    return [_call_line(call, counts[call.pk]) for call in calls]


def _call_line(call: TrainingCall, states: Counter[str]) -> CallLine:
    waiting, accepted = states[ReplyState.SUBMITTED], states[ReplyState.ACCEPTED]
    return CallLine(call, states.total(), waiting + accepted, waiting, accepted)


# What leaves as a workbook -------------------------------------------------------------------------------------------


def need_lines(call: TrainingCall, shows_phones: ShowsPhones) -> Iterator[NeedLine]:
    """Every need that was sent, by topic, commune and team."""
    needs = TrainingNeed.objects.filter(reply__call=call, reply__state__in=SENT).select_related(
        "topic", "commune", "member__team"
    )
    order = ("topic__name", "topic_id", "commune__sort_key", "commune_id", "member__team__sort_key", "member_id", "pk")
    for need in needs.order_by(*order).iterator(CHUNK):
        member = need.member
        full = shows_phones(need.province_id, need.commune_id)
        yield NeedLine(
            topic=need.topic.name,
            commune=need.commune.name,
            team=member.team.name if member else "",
            full_name=member.full_name if member else "",
            role=ROLE_LABELS[member.role] if member else "",
            phone=phone_cell(member.phone, member.other_phone, full=full) if member else "",
            people=need.headcount,
            from_day=need.from_day,
            to_day=need.to_day,
            day_part=DAY_PARTS[need.day_part],
            place=need.place,
            note=need.note,
        )
