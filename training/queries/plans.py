"""What a plan is made from, as the register has it: needs, rooms and their free half days, who is engaged elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from teams.enums import MemberRole
from teams.models import Commune, Member, Province
from teams.models.base import in_force
from training.enums import LIVE, ClassState
from training.models import ClassSession, Enrolment, TrainingCall, TrainingClass, TrainingNeed, Venue
from training.planning import parts
from training.planning.clusters import nearest_places
from training.planning.parts import Slot
from training.planning.places import Gazetteer, Hall
from training.queries.calls import SENT
from training.queries.completions import completions

STANDING = [ClassState.PLANNED, ClassState.INVITED]  # replanning leaves them as they are
PRECEDENCE = {MemberRole.LEADER: 0, MemberRole.DEPUTY_LEADER: 1}
NOON = time(12)


def needs_to_place(call: TrainingCall) -> QuerySet[TrainingNeed]:
    """What communes sent and no class but a proposal answers yet: people who are still members and have no place in a
    class of that topic, and numbers without names."""
    needs = TrainingNeed.objects.filter(reply__call=call, reply__state__in=SENT)
    today = in_force(timezone.localdate(), "member__joined_on", "member__left_on")
    answered = Enrolment.objects.filter(
        Q(training_class__state__in=STANDING) | Q(training_class__state=ClassState.FINISHED, training_class__call=call),
        state__in=LIVE,
        training_class__province=call.province_id,
    ).values_list("member__person", "training_class__topic__code")
    placed = set(answered.order_by())
    rows = needs.filter(Q(member=None) | today).select_related("topic", "member__team", "commune")
    ids = [
        need.pk
        for need in rows.order_by("pk")
        if need.member is None or (need.member.person, need.topic.code) not in placed
    ]
    return rows.filter(pk__in=ids)


def planner_needs(call: TrainingCall, gazetteer: Gazetteer) -> list[parts.Need]:
    """The same for the planner, without the numbers for which classes that stand keep seats."""
    kept, named = seats_of_numbers(call, STANDING), Member.objects.filter(needs__reply__call=call)
    learned = {(each.person, each.code) for each in completions(named, topics=call.topics.all())}
    needs = []
    for need in needs_to_place(call).order_by("pk"):
        people = need.headcount
        if need.member is None:
            spared = min(people, kept[need.topic_id, need.commune_id])
            kept[need.topic_id, need.commune_id] -= spared
            people -= spared
        if people:
            needs.append(_planner_need(need, people, learned, gazetteer))
    return needs


def _planner_need(
    need: TrainingNeed, people: int, learned: set[tuple[object, str]], gazetteer: Gazetteer
) -> parts.Need:
    person = need.member.person if need.member else None
    return parts.Need(
        id=need.pk,
        topic=need.topic_id,
        commune=need.commune_id,
        person=str(person or ""),
        people=people,
        from_day=need.from_day,
        to_day=need.to_day,
        day_part=need.day_part,
        precedence=PRECEDENCE.get(need.member.role, 2) if need.member else 2,
        trained=(person, need.topic.code) in learned,
        rooms=gazetteer.rooms(need.place, need.commune_id),
    )


def seats_of_numbers(call: TrainingCall, states: Collection[str]) -> Counter:
    """(topic, commune) -> seats for people without names: those that the call's classes in `states` keep, and those
    that somebody got in place of one without a name, there or in a class that is over. Two queries."""
    found: Counter = Counter()
    for topic, seats in call.classes.filter(state__in=states).values_list("topic_id", "kept"):
        for code, people in seats.items():
            found[topic, code] += people
    named = Enrolment.objects.filter(
        training_class__call=call,
        training_class__state__in={*states, ClassState.FINISHED},
        state__in=LIVE,
        need__isnull=False,
        need__member=None,
    )
    for topic, code in named.order_by().values_list("training_class__topic_id", "commune_id"):
        found[topic, code] += 1
    return found


# Rooms and time -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with venues: where a cluster learns."""

    commune: Commune
    venues: tuple[Venue, ...]

    @property
    def seats(self) -> int:
        return max(venue.capacity for venue in self.venues)


def places_of(province: Province) -> list[Place]:
    """In the order of the official codes."""
    venues: dict[str, list[Venue]] = defaultdict(list)
    for venue in Venue.objects.filter(province=province).select_related("commune").order_by("commune_id", "name", "pk"):
        venues[venue.commune_id].append(venue)
    return [Place(rooms[0].commune, tuple(rooms)) for rooms in venues.values()]


def proposed_places(call: TrainingCall, places: Iterable[Place]) -> dict[str, str]:
    """Commune of a need -> commune where its cluster learns, as a start for people to change."""
    codes = needs_to_place(call).order_by().values_list("commune", flat=True).distinct()
    return nearest_places(codes, [place.commune.pk for place in places])


def clusters(places: Iterable[Place], chosen: dict[str, str], busy: dict[int, set[Slot]]) -> list[parts.Cluster]:
    """`chosen`: commune -> commune of its place."""
    members: dict[str, list[str]] = defaultdict(list)
    for code, place in sorted(chosen.items()):
        members[place].append(code)
    return [
        parts.Cluster(
            f"Cụm {place.commune.name}",
            tuple(
                parts.Room(venue.pk, venue.name, venue.capacity, frozenset(busy[venue.pk])) for venue in place.venues
            ),
            tuple(members[place.commune.pk]),
        )
        for place in places
    ]


def gazetteer_of(places: Iterable[Place], chosen: dict[str, str]) -> Gazetteer:
    """What communes may mean by a wished place; `chosen` as for `clusters`. One query."""
    halls = [Hall(venue.pk, venue.name, place.commune.pk) for place in places for venue in place.venues]
    codes = {*chosen, *(hall.commune for hall in halls)}
    return Gazetteer(halls, dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name")), chosen)


@dataclass(frozen=True, slots=True)
class Standing:
    """What classes that stand already take up: rooms, teachers, people."""

    rooms: dict[int, set[Slot]]
    running: Counter
    engaged: dict[str, frozenset[Slot]]


def standing(province: Province, first: date) -> Standing:
    """From `first` on. Three queries."""
    sessions = ClassSession.objects.filter(
        training_class__province=province, training_class__state__in=STANDING, ends_at__date__gte=first
    ).annotate(venue=F("training_class__venue"))
    rooms: dict[int, set[Slot]] = defaultdict(set)
    of_class: dict[int, set[Slot]] = defaultdict(set)
    for session in sessions:
        slots = slots_of(session.starts_at, session.ends_at)
        rooms[session.venue].update(slots)
        of_class[session.training_class_id].update(slots)
    engaged: dict[str, set[Slot]] = defaultdict(set)
    seats = Enrolment.objects.filter(training_class__in=of_class, state__in=LIVE).order_by()
    for class_id, person in seats.values_list("training_class_id", "member__person"):
        engaged[str(person)].update(of_class[class_id])
    running = Counter(slot for slots in of_class.values() for slot in slots)
    return Standing(rooms, running, {person: frozenset(slots) for person, slots in engaged.items()})


def slots_of(starts_at: datetime, ends_at: datetime) -> set[Slot]:
    """The half days, of one day, that a session touches."""
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return {Slot(begins.date(), afternoon) for afternoon in (begins.time() >= NOON, ends.time() > NOON)}


# Whether a venue is free, for classes made by hand --------------------------------------------------------------------


def classes_in_the_way(
    venue: Venue, sessions: Iterable[tuple[datetime, datetime]], but: int | None
) -> list[TrainingClass]:
    """Classes that sit in the venue at the same time, without the one of the id `but`; proposals do not count."""
    overlap = Q(pk__in=[])
    for starts_at, ends_at in sessions:
        overlap |= Q(sessions__starts_at__lt=ends_at, sessions__ends_at__gt=starts_at)
    found = TrainingClass.objects.filter(overlap, venue=venue, state__in=STANDING).exclude(pk=but)
    return list(found.distinct().order_by("starts_at", "pk"))
