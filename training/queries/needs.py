"""One commune's answer to a call: whom it may name, whom it names, who has learned a topic already."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from teams.enums import MemberRole, TeamKind
from teams.models import Commune, Member
from teams.models.base import in_force
from teams.queries.coverage import active_teams
from training.enums import ReplyState
from training.models import NeedReply, NeedStep, Topic, TrainingCall, TrainingNeed
from training.queries.completions import completions

FIRST = (MemberRole.LEADER, MemberRole.DEPUTY_LEADER)
KINDS = (TeamKind.VILLAGE_TEAM, TeamKind.RAPID_RESPONSE)  # those who guide people; steering committees do not
KIND_ORDER = Case(*(When(team__kind=kind, then=Value(order)) for order, kind in enumerate(KINDS)))
LEADERS_FIRST = Case(When(role__in=FIRST, then=Value(0)), default=Value(1))
LEADER_FIRST = Case(When(role=MemberRole.LEADER, then=Value(0)), default=Value(1))

Trained = dict[tuple[object, str], str]  # (person, code of a topic) -> when and where


def nameable(call: TrainingCall, commune: Commune, day: date) -> QuerySet[Member]:
    """The members on that day whom the call lets its commune name."""
    return Member.objects.filter(
        in_force(day, "joined_on", "left_on"),
        active_teams(day, "team__"),
        commune=commune,
        team__kind__in=KINDS,
        role__in=call.roles,
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """`people` in the order of the page, leaders and deputies first; `gone`: ids of those among them who were named but
    may no longer be; `others`: how many more there are whom the page shows on demand."""

    people: tuple[Member, ...]
    gone: frozenset[int]
    others: int


def roster_of(reply: NeedReply, named: Collection[int], *, all_roles: bool, day: date | None = None) -> Roster:
    """`named`: ids of members that the page has to show in any case. Two queries. A person of two teams is shown once,
    in the place that comes first."""
    free = nameable(reply.call, reply.commune, day or timezone.localdate())
    rows = Member.objects.filter(Q(pk__in=free.values("pk")) | Q(pk__in=named, commune=reply.commune))
    found = rows.select_related("team").order_by(
        LEADERS_FIRST, KIND_ORDER, "team__sort_key", "team_id", LEADER_FIRST, "position", "pk"
    )
    may = set(free.values_list("pk", flat=True))
    people: list[Member] = []
    others, seen = 0, {member.person for member in found if member.pk in named}
    for member in found:
        if member.pk not in named:
            if member.person in seen:
                continue
            seen.add(member.person)
            if member.role not in FIRST and not all_roles:
                others += 1
                continue
        people.append(member)
    return Roster(tuple(people), frozenset(member.pk for member in people if member.pk not in may), others)


def trained(commune: Commune, topics: Collection[Topic]) -> Trained:
    """What the commune's people completed of these topics. Two queries. The latest time stands."""
    found: dict[tuple[object, str], list[tuple[date, str]]] = defaultdict(list)
    for each in completions(Member.objects.filter(commune=commune), topics=topics):
        found[each.person, each.code].append((each.day, each.where))
    return {key: f"{format_date(day)}, {where}" for key, rows in found.items() for day, where in [max(rows)]}


def needs_of(reply: NeedReply) -> list[TrainingNeed]:
    return list(TrainingNeed.objects.filter(reply=reply).select_related("topic", "member__team").order_by("pk"))


def shortfalls(reply: NeedReply, day: date | None = None) -> list[str]:
    """What keeps the reply from being sent, in sentences."""
    needs = needs_of(reply)
    if not needs:
        ask = "Chưa có ai trong đăng ký. Hãy chọn người, hoặc đánh dấu “Xã không có nhu cầu”."
        return [] if reply.nothing_needed else [ask]
    free = set(nameable(reply.call, reply.commune, day or timezone.localdate()).values_list("pk", flat=True))
    gone = {need.member.full_name: None for need in needs if need.member and need.member_id not in free}
    told = [f"{name} không còn là người được cử trong danh sách. Hãy bỏ chọn." for name in gone]
    limit = reply.call.max_per_commune
    per_topic: dict[str, int] = defaultdict(int)
    for need in needs:
        per_topic[need.topic.name] += need.headcount
    over = [(name, count) for name, count in per_topic.items() if limit and count > limit]
    return told + [f"“{name}” có {count} người, tối đa mỗi xã là {limit}." for name, count in over]


# The page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NeedSheet:
    """Everything the page of a reply stands on."""

    reply: NeedReply
    topics: tuple[Topic, ...]
    roster: Roster
    trained: Trained
    needs: tuple[TrainingNeed, ...]


def need_sheet(reply: NeedReply, *, typed: Collection[int] = (), all_roles: bool = False) -> NeedSheet:
    """`typed`: ids of members that a refused form ticked; they stay on the page. Six queries, however many people."""
    topics, needs = tuple(reply.call.topics.all()), tuple(needs_of(reply))
    named = {*typed, *(need.member_id for need in needs if need.member_id)}
    roster = roster_of(reply, named, all_roles=all_roles)
    return NeedSheet(reply, topics, roster, trained(reply.commune, topics), needs)


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A person, or a number of people, with what they should learn, to read. `phone` is full: the page masks it."""

    member: Member | None
    topics: tuple[str, ...]
    people: int
    wish: TrainingNeed  # any of their needs: one person's have one wish


def named_rows(reply: NeedReply) -> list[NamedRow]:
    """By team and name, numbers without names last."""
    of_person: dict[object, list[TrainingNeed]] = defaultdict(list)
    for need in needs_of(reply):
        of_person[need.member_id or f"need {need.pk}"].append(need)
    rows = [
        NamedRow(needs[0].member, tuple(need.topic.name for need in needs), needs[0].headcount, needs[0])
        for needs in of_person.values()
    ]
    return sorted(rows, key=_place)


def _place(row: NamedRow) -> tuple:
    if row.member is None:
        return (1, row.topics[0], 0)
    return (0, row.member.team.sort_key, row.member.position)


def next_waiting(reply: NeedReply) -> NeedReply | None:
    """The reply that waits for the department's word after this one, by commune; the first again after the last."""
    others = NeedReply.objects.filter(call=reply.call_id, state=ReplyState.SUBMITTED).exclude(pk=reply.pk)
    is_later = Q(commune__sort_key__gt=reply.commune.sort_key) | Q(
        commune__sort_key=reply.commune.sort_key, commune__gt=reply.commune_id
    )
    later_first = Case(When(is_later, then=Value(0)), default=Value(1))
    return others.select_related("commune").order_by(later_first, "commune__sort_key", "commune_id").first()


def steps_of(reply: NeedReply) -> list[NeedStep]:
    return list(reply.steps.select_related("by").order_by("-pk"))
