"""Classes and their people, as pages and papers show them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from teams.access import Can, Scope
from teams.enums import MemberRole
from teams.models import Commune, Member
from teams.models.base import in_force
from teams.queries.apart import first_of
from teams.queries.exports import phone_cell
from teams.queries.letterheads import in_sentence
from teams.queries.member_words import Words
from teams.queries.rosters import phone_text
from training.enums import HOLDS_A_SEAT, LIVE, TAKES_PLACE, ClassState, EnrolmentState
from training.layouts.classes import ClassPaper, Learner
from training.models import Enrolment, Topic, TrainingCall, TrainingClass, TrainingNeed
from training.planning.waiting import Waiter, call_order
from training.queries.plans import needs_to_place, seats_of_numbers

ROLE_LABELS = dict(MemberRole.choices)
FOUND = 20  # people that a search by hand shows
IN_ORDER = ("commune__sort_key", "commune_id", "member__team__sort_key", "member__team_id", "member__position", "pk")


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class in a list. `ours`: people with a seat from the communes that the reader looks after."""

    row: TrainingClass
    waiting: int
    ours: int

    @property
    def fill(self) -> int:
        """Per cent of the seats that are taken or kept."""
        return round(100 * (self.row.taken + self.kept) / self.row.capacity) if self.row.capacity else 0

    @property
    def kept(self) -> int:
        return sum(self.row.kept.values())


def class_lines(scope: Scope, classes: QuerySet[TrainingClass]) -> list[ClassLine]:
    """In the order that the classes come in. One query."""
    waits = Q(enrolments__state=EnrolmentState.WAITING)
    seated = Q(enrolments__state__in=HOLDS_A_SEAT)
    rows = classes.select_related("topic", "venue__commune", "province", "call").annotate(
        waiting=Count("enrolments", filter=waits),
        ours=Count("enrolments", filter=seated & scope.where("enrolments__")),
    )
    return [ClassLine(row, row.waiting, row.ours) for row in rows]


def classes_with_people_of(scope: Scope, classes: QuerySet[TrainingClass]) -> QuerySet[TrainingClass]:
    """Those in which somebody of the reader's communes is, or a seat is kept for one of them."""
    mine = Enrolment.objects.filter(scope.where(), training_class=OuterRef("pk"), state__in=LIVE)
    codes = list(scope.communes().values_list("pk", flat=True))
    return classes.filter(Exists(mine) | Q(kept__has_any_keys=codes))


# The plan of a call ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic of the plan: its classes, and who has none yet, by commune."""

    topic: Topic
    lines: tuple[ClassLine, ...]
    unplaced: tuple[tuple[Commune, int], ...]

    @property
    def people(self) -> int:
        return sum(line.row.taken + line.kept for line in self.lines)

    @property
    def has_proposals(self) -> bool:
        return any(line.row.state == ClassState.PROPOSED for line in self.lines)

    @property
    def without_class(self) -> int:
        return sum(people for _, people in self.unplaced)


def topic_plans(scope: Scope, call: TrainingCall) -> list[TopicPlan]:
    """By topic, the classes by their day."""
    classes = call.classes.exclude(state=ClassState.CANCELLED).order_by("starts_at", "pk")
    lines: dict[int, list[ClassLine]] = defaultdict(list)
    for line in class_lines(scope, classes):
        lines[line.row.topic_id].append(line)
    unplaced = _unplaced(call)
    return [TopicPlan(topic, tuple(lines[topic.pk]), unplaced[topic.pk]) for topic in call.topics.all()]


def _unplaced(call: TrainingCall) -> dict[int, tuple[tuple[Commune, int], ...]]:
    """People whom neither a class that stands nor a proposal has a place for."""
    proposed = Enrolment.objects.filter(
        training_class__call=call, training_class__state=ClassState.PROPOSED, state__in=LIVE, need__member__isnull=False
    )
    seated = set(proposed.values_list("need", flat=True))
    people: dict[tuple[int, str], int] = defaultdict(int)
    communes: dict[str, Commune] = {}
    for need in needs_to_place(call).order_by("commune__sort_key", "commune_id", "pk"):
        if need.pk not in seated:
            people[need.topic_id, need.commune_id] += need.headcount
            communes[need.commune_id] = need.commune
    for key, seats in seats_of_numbers(call, [each for each in ClassState if each != ClassState.CANCELLED]).items():
        people[key] -= min(seats, people[key])
    found: dict[int, list[tuple[Commune, int]]] = defaultdict(list)
    for (topic, code), count in people.items():
        if count:
            found[topic].append((communes[code], count))
    return defaultdict(tuple, {topic: tuple(rows) for topic, rows in found.items()})


# The page of a class --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a class; the phone as the reader may see it. `turn`: when the waiting list would call them, 1 first;
    0 while their commune has all it may have."""

    enrolment: Enrolment
    phone: str
    turn: int = 0


@dataclass(slots=True)
class CommuneGroup:
    """The people of a commune who have a seat, and how many seats are kept for it."""

    commune: Commune
    kept: int = 0
    people: list[PersonRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClassPeople:
    """`others`: people with a seat from communes that the reader does not see."""

    groups: tuple[CommuneGroup, ...]
    waiting: tuple[PersonRow, ...]
    others: int


def class_people(scope: Scope, row: TrainingClass) -> ClassPeople:
    """Of the reader's communes. Three queries, however many people."""
    everybody = list(row.enrolments.filter(state__in=LIVE).order_by("pk"))
    seated = Counter(each.commune_id for each in everybody if each.state == EnrolmentState.SEATED)
    mine = list(
        scope.narrow(row.enrolments.filter(state__in=LIVE))
        .order_by(*IN_ORDER)
        .select_related("member__team", "commune", "replaces__member")
    )
    groups: dict[str, CommuneGroup] = {}
    for each in mine:
        if each.state == EnrolmentState.SEATED:
            group = groups.setdefault(each.commune_id, CommuneGroup(each.commune))
            group.people.append(_person(scope, each))
    for commune in scope.communes().filter(pk__in=list(row.kept)):
        groups.setdefault(commune.pk, CommuneGroup(commune)).kept = row.kept[commune.pk]
    waiters = [Waiter(each.pk, each.commune_id, each.rank) for each in everybody if each.rank]
    turns = {each.id: turn for turn, each in enumerate(call_order(waiters, seated, row.commune_quota), start=1)}
    waiting = [_person(scope, each, turns.get(each.pk, 0)) for each in mine if each.rank]
    shown = sum(len(group.people) for group in groups.values())
    return ClassPeople(
        groups=tuple(sorted(groups.values(), key=lambda group: (group.commune.sort_key, group.commune.pk))),
        waiting=tuple(sorted(waiting, key=lambda person: (person.turn or len(everybody) + 1, person.enrolment.rank))),
        others=seated.total() - shown,
    )


def _person(scope: Scope, enrolment: Enrolment, turn: int = 0) -> PersonRow:
    unit = enrolment.province_id, enrolment.commune_id
    phone = phone_text(enrolment.member, full=scope.allows(Can.SEE_PHONES, *unit))
    return PersonRow(enrolment, phone, turn)


def movable_to(row: TrainingClass) -> list[TrainingClass]:
    """Classes of the same topic with a seat, if only one that is kept, the nearest in time first."""
    classes = TrainingClass.objects.filter(
        province=row.province_id, topic__code=row.topic.code, state__in=TAKES_PLACE, taken__lt=F("capacity")
    ).exclude(pk=row.pk)
    found = list(classes.select_related("venue__commune"))
    return sorted(found, key=lambda each: (abs(each.starts_at - row.starts_at), each.pk))


def candidates(scope: Scope, row: TrainingClass, search: str) -> list[Member]:
    """Members of the province whose name fits and who are not in the class yet; FOUND at most."""
    words = Words(search)
    if not words.folded:
        return []
    there = row.enrolments.filter(state__in=LIVE).values("member")
    members = Member.objects.filter(in_force(timezone.localdate(), "joined_on", "left_on"), province=row.province_id)
    rows = words.found_in(scope.narrow(members).exclude(pk__in=there))
    keys, _ = first_of(rows.values_list("sort_key", "pk"), FOUND)
    found = Member.objects.select_related("team", "commune").in_bulk([pk for _, pk in keys])
    return [found[pk] for _, pk in keys]


def need_of(member: Member, row: TrainingClass) -> TrainingNeed | None:
    """What the member's commune asked for and the class would answer."""
    needs = TrainingNeed.objects.filter(member=member, topic__code=row.topic.code)
    return needs.order_by("-pk").first()


# On paper -------------------------------------------------------------------------------------------------------------


def class_papers(scope: Scope, classes: QuerySet[TrainingClass], *, waiting: bool = False) -> list[ClassPaper]:
    """With the people of the reader's communes, by commune; with `waiting`, those who wait last. Four queries."""
    rows = list(classes.select_related("topic", "venue__commune").prefetch_related("sessions"))
    states = LIVE if waiting else HOLDS_A_SEAT
    people = Enrolment.objects.filter(training_class__in=rows, state__in=states)
    learners: dict[int, list[Enrolment]] = defaultdict(list)
    for each in (
        scope.narrow(people)
        .select_related("member__team", "commune")
        .order_by(F("rank").asc(nulls_first=True), *IN_ORDER)
    ):
        learners[each.training_class_id].append(each)
    codes = {code for row in rows for code in row.kept}
    names = dict(scope.communes().filter(pk__in=codes).order_by("sort_key").values_list("pk", "name"))
    return [_paper(scope, row, learners[row.pk], names) for row in rows]


def _paper(scope: Scope, row: TrainingClass, learners: list[Enrolment], names: dict[str, str]) -> ClassPaper:
    return ClassPaper(
        title=row.title,
        topic=row.topic.name,
        hours=f"{row.hours.normalize():f}".replace(".", ","),
        sessions=tuple(session_text(each.starts_at, each.ends_at) for each in row.sessions.all()),
        venue=venue_text(row),
        teacher=row.teacher,
        learners=tuple(_learner(scope, each) for each in learners),
        kept=tuple((name, row.kept[code]) for code, name in names.items() if code in row.kept),
    )


def _learner(scope: Scope, each: Enrolment) -> Learner:
    member = each.member
    full = scope.allows(Can.SEE_PHONES, each.province_id, each.commune_id)
    return Learner(
        full_name=member.full_name,
        role=ROLE_LABELS[member.role],
        team=member.team.name,
        commune=each.commune.name,
        phone=phone_cell(member.phone, member.other_phone, full=full),
        waits=f"Chờ chỗ, thứ {each.rank}" if each.rank else "",
    )


def venue_text(row: TrainingClass) -> str:
    """ "Hội trường UBND, số 1 đường Lê Lợi, đặc khu Cát Hải"."""
    return ", ".join(part for part in (row.venue.name, row.venue.address, in_sentence(row.venue.commune.name)) if part)


def session_text(starts_at, ends_at) -> str:
    """ "từ 7 giờ 30 đến 11 giờ 30 ngày 05/12/2026"."""
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return f"từ {_clock(begins)} đến {_clock(ends)} ngày {format_date(begins.date())}"


def _clock(moment) -> str:
    return f"{moment.hour} giờ {moment.minute:02}"
