"""Plans: asked for, made as proposals, accepted or dropped. A new plan replaces proposals and nothing else."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil

from django.db.models import F

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.periods import ZONE
from teams.models import Member
from teams.services.actions import action
from training.enums import ClassState
from training.models import ClassSession, Enrolment, Topic, TrainingCall, TrainingClass, TrainingNeed
from training.planning.parts import Plan, Proposal, Rules, Slot
from training.planning.planner import plan_classes
from training.planning.reasons import sentences
from training.planning.wishes import half_days
from training.queries.plans import clusters, gazetteer_of, places_of, planner_needs, standing
from training.services.classes import refuse_full_room
from training.services.seats import hold_many

KIND = "training.plan"
MORNING, AFTERNOON = time(7, 30), time(13, 30)
HALF_DAY = Decimal(4)  # hours
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """What staff decide before a plan is made, as a job's arguments; days are ISO dates.

    `weekdays`: 0 is Monday. `parts`: morning, afternoon. `places`: code of a commune -> code of the commune in whose
    venues it learns. For the rest see `planning.parts.Rules`.
    """

    first: str
    last: str
    weekdays: tuple[int, ...]
    parts: tuple[str, ...]
    places: dict[str, str]
    days_off: tuple[str, ...] = ()
    at_once: int = 1
    most: int | None = None
    least: int = 10
    quota: int | None = None

    def slots(self) -> list[Slot]:
        off = {date.fromisoformat(day) for day in self.days_off}
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        return half_days(first, last, weekdays=self.weekdays, parts=self.parts, days_off=off)


def order_from(args: dict) -> PlanOrder:
    """The order that `asdict` put into a job's arguments."""
    lists = {name: tuple(args[name]) for name in ("weekdays", "parts", "days_off")}
    return PlanOrder(**args | lists)


def ask_plan(*, call: TrainingCall, order: PlanOrder, by: User) -> Job:
    """`propose` as a job. The same order is not done twice at once."""
    args = asdict(order)
    digest = hashlib.sha256(json.dumps(args, sort_keys=True).encode()).hexdigest()[:16]
    return enqueue(
        kind=KIND,
        title=f"Xếp lớp: {call.title}",
        args={"call": call.pk, "order": args},
        by=by,
        province=call.province_id,
        key=f"{KIND}:{call.pk}:{digest}",
    )


def last_order(call: TrainingCall) -> PlanOrder | None:
    """What was asked for the last time, as a start for the next."""
    job = Job.objects.filter(kind=KIND, province_code=call.province_id, args__call=call.pk).first()
    return order_from(job.args["order"]) if job else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`unplaced`: reason -> people."""

    classes: int
    people: int
    unplaced: dict[str, int]

    def sentence(self) -> str:
        rest = sum(self.unplaced.values())
        told = f"Đề xuất {self.classes} lớp cho {self.people} người."
        if not rest:
            return f"{told} Không còn ai chưa có lớp."
        reasons = "; ".join(f"{people} người {reason}" for reason, people in sorted(self.unplaced.items()))
        return f"{told} {rest} người chưa có lớp: {reasons}."


@action
def propose(*, call: TrainingCall, order: PlanOrder, by: User, progress: Progress | None = None) -> Outcome:
    """Make the plan and keep it as proposed classes with their people, in place of the proposals there were."""
    call = TrainingCall.objects.select_for_update(of=["self"]).select_related("province").get(pk=call.pk)
    for row in call.classes.filter(state=ClassState.PROPOSED):
        _delete(row)
    topics = {topic.pk: topic for topic in call.topics.all()}
    places, taken = places_of(call.province), standing(call.province, date.fromisoformat(order.first))
    rules = Rules(
        slots=tuple(order.slots()),
        at_once=order.at_once,
        most=order.most,
        least=order.least,
        quota=order.quota,
        half_days={pk: _half_days(topic) for pk, topic in topics.items()},
        running=taken.running,
        engaged=taken.engaged,
    )
    needs = planner_needs(call, gazetteer_of(places, order.places))
    plan = plan_classes(needs, clusters(places, order.places, taken.rooms), rules, progress)
    _store(call, plan, topics, order.quota)
    unplaced: Counter = Counter()
    for _, people, reason in plan.unplaced:
        unplaced[reason.value] += people
    return Outcome(len(plan.proposals), sum(each.taken for each in plan.proposals), dict(unplaced))


def _half_days(topic: Topic) -> int:
    return max(ceil(topic.hours / HALF_DAY), 1)


def _store(call: TrainingCall, plan: Plan, topics: dict[int, Topic], quota: int | None) -> None:
    """Rows of many classes at once. Nobody sees them before the commit, so no seat has to be held."""
    needs = [seat.need.id for each in plan.proposals for seat in each.seats if seat.need.person]
    rows = dict(TrainingNeed.objects.filter(pk__in=needs).values_list("pk", "member_id"))
    owners = Member.objects.in_bulk(set(rows.values()))
    titles = set(call.classes.values_list("title", flat=True))
    classes, enrolments, sessions = [], [], []
    for each in plan.proposals:
        row = _class_of(call, each, topics[each.topic], quota)
        row.title = _free_title(topics[each.topic], titles)
        classes.append(row)
        sessions += [ClassSession(training_class=row, starts_at=a, ends_at=b) for a, b in times(each.slots, row.hours)]
        named = sorted(seat.need.id for seat in each.seats if seat.need.person)
        enrolments += [_enrolment(row, owners[rows[need]], need) for need in named]
    TrainingClass.objects.bulk_create(classes)
    ClassSession.objects.bulk_create(sessions)
    Enrolment.objects.bulk_create(enrolments)


def _free_title(topic: Topic, taken: set[str]) -> str:
    """The topic's name with the first number that no class of the call has; it is taken from now on."""
    numbered = (f"{topic.name[:180]} – lớp {number}" for number in range(1, len(taken) + 2))
    title = next(title for title in numbered if title not in taken)
    taken.add(title)
    return title


def _class_of(call: TrainingCall, proposal: Proposal, topic: Topic, quota: int | None) -> TrainingClass:
    spans = times(proposal.slots, topic.hours)
    kept: Counter = Counter()
    for seat in proposal.seats:
        if not seat.need.person:
            kept[seat.need.commune] += seat.people
    return TrainingClass(
        call=call,
        province_id=call.province_id,
        topic=topic,
        venue_id=proposal.room.id,
        starts_at=spans[0][0],
        ends_at=spans[-1][1],
        hours=topic.hours,
        capacity=proposal.capacity,
        taken=proposal.taken - sum(kept.values()),
        commune_quota=quota,
        why=sentences(proposal, quota),
        kept=dict(kept),
    )


def _enrolment(row: TrainingClass, member: Member, need: int) -> Enrolment:
    return Enrolment(
        training_class=row, member=member, province_id=member.province_id, commune_id=member.commune_id, need_id=need
    )


def times(slots: tuple[Slot, ...], hours: Decimal) -> list[tuple[datetime, datetime]]:
    """From when to when on each half day: four hours, on the last what remains."""
    spans = []
    for number, slot in enumerate(slots):
        begins = datetime.combine(slot.day, AFTERNOON if slot.is_afternoon else MORNING, ZONE)
        length = min(max(hours - HALF_DAY * number, Decimal(1)), HALF_DAY)
        spans.append((begins, begins + timedelta(minutes=int(length * 60))))
    return spans


# What becomes of proposals --------------------------------------------------------------------------------------------


@action
def accept(*, call: TrainingCall, classes: list[int] | None = None, by: User) -> int:
    """Proposed classes, those of the ids or all, stand from now on; how many. Raises ValidationError when a class that
    was made since sits in one of their rooms at their time."""
    rows = call.classes.filter(state=ClassState.PROPOSED)
    rows = rows if classes is None else rows.filter(pk__in=classes)
    for row in rows.select_related("venue").prefetch_related("sessions"):
        refuse_full_room(row.venue, [(each.starts_at, each.ends_at) for each in row.sessions.all()], but=row.pk)
    return rows.update(state=ClassState.PLANNED, version=F("version") + 1)


@action
def drop(*, call: TrainingCall, classes: list[int], by: User) -> int:
    """Proposals that nobody wants, by id; how many. Their people are without a class again."""
    rows = hold_many(call.classes.filter(state=ClassState.PROPOSED, pk__in=classes))
    dropped = [row for row in rows if row.state == ClassState.PROPOSED]
    for row in dropped:
        _delete(row)
    return len(dropped)


def _delete(row: TrainingClass) -> None:
    row.enrolments.all().delete()
    row.delete()
