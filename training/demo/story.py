"""The story that the demo data tell of training: a call of some weeks ago, what communes answered, a class that was
held with its certificates, one that people are invited to, others planned, one still a proposal.

Everything goes through the services that people use, with the clock set to the day on which it happened. The days are
reckoned from today, and fall on working days.
"""

from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.clock import at
from cdt_portal.lib.periods import due_after
from teams.enums import MemberRole, UserRole
from teams.models import Assignment, Commune, Province
from training.enums import AttendanceWay, ClassState, DayPart, EnrolmentState, Outcome, Presence, ReplyState
from training.models import NeedReply, Topic, TrainingCall, TrainingClass, Venue
from training.queries.needs import nameable
from training.queries.plans import places_of, proposed_places
from training.services import calls, needs, plans
from training.services.attendance import TypedMark, mark
from training.services.certificates import issue
from training.services.classes import finish, invite
from training.services.materials import add_material
from training.services.needs import Entry, Wish
from training.services.plans import PlanOrder
from training.services.results import Mark, set_results
from training.services.topics import load_shipped
from training.services.venues import save_venue

STAFF = "so.haiphong"
CAT_HAI = "11914"
TITLE = "Tập huấn nghiệp vụ cho Tổ trưởng, Tổ phó Tổ công nghệ số cộng đồng"
TOPICS = ["online-public-services", "online-safety", "ai"]
ANSWERING = 20  # communes
MATERIALS = [
    ("online-public-services", "Cổng Dịch vụ công quốc gia", "https://dichvucong.gov.vn"),
    ("online-safety", "Cổng không gian mạng quốc gia", "https://khonggianmang.vn"),
]
NAMED = 6  # of a commune and topic, at most
LEFT_TO_DO = 2  # replies that were sent and wait for the department
ABSENT, FAILED = 3, 2  # each so many-th person of the class that was held


def tell(province: Province) -> None:
    """Write the story. The province's register and people in its communes are there."""
    load_shipped()
    staff, today = User.objects.get(username=STAFF), timezone.localdate()
    add_materials(province, staff)
    add_halls(province, staff)
    with at(working_day(today - timedelta(days=60)), 8):
        call = open_call(province, staff, today)
    answers(call, today)
    decide(call, staff, today)
    held_on, to_come = working_day(today - timedelta(days=12)), working_day(today + timedelta(days=9))
    with at(held_on - timedelta(days=14), 9):
        (first,) = plan(call, staff, held_on, held_on, only=CAT_HAI)
    hold(first, staff, held_on)
    with at(working_day(today - timedelta(days=4)), 9):
        planned = plan(call, staff, to_come, to_come + timedelta(days=18))
        invite(training_class=planned[0], by=staff)


def working_day(day: date) -> date:
    """That day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def add_materials(province: Province, staff: User) -> None:
    """What people read before a class: pages of the state that everybody may open."""
    for code, title, url in MATERIALS:
        topic = Topic.objects.get(province=None, ended_on=None, code=code)
        add_material(topic=topic, province=province, title=title, url=url, file=None, by=staff)


def add_halls(province: Province, staff: User) -> None:
    """Where classes are held: Cát Hải, and two of the other communes."""
    others = [commune for commune in answering(province) if commune.pk != CAT_HAI][: ANSWERING : ANSWERING // 2]
    for commune, seats in [(Commune.objects.get(pk=CAT_HAI), 60), *((commune, 40) for commune in others)]:
        save_venue(venue=Venue(commune=commune, name="Hội trường UBND", capacity=seats), by=staff)


def answering(province: Province) -> list[Commune]:
    """Those with an officer, Cát Hải among them."""
    posts = Assignment.objects.filter(role=UserRole.COMMUNE_OFFICER, province=province, commune__isnull=False)
    return list(Commune.objects.filter(pk__in=posts.values("commune")).order_by("pk"))


# The call and its replies ---------------------------------------------------------------------------------------------


def open_call(province: Province, staff: User, today: date) -> TrainingCall:
    topics = {topic.code: topic for topic in Topic.objects.filter(province=None, ended_on=None, code__in=TOPICS)}
    fields = {
        "title": f"{TITLE} năm {today.year}",
        "letter_text": "Công văn của Sở Khoa học và Công nghệ về việc đăng ký nhu cầu tập huấn",
        "topics": [topics[code] for code in TOPICS],
        "roles": [MemberRole.LEADER, MemberRole.DEPUTY_LEADER],
        "headcount_allowed": True,
        "max_per_commune": 10,
        "due_at": due_after(today - timedelta(days=40)),
        "instructions": "Ưu tiên Tổ trưởng, Tổ phó chưa được tập huấn.",
    }
    return calls.open_call(call=calls.create_call(by=staff, province=province, fields=fields), by=staff)


def answers(call: TrainingCall, today: date) -> None:
    """Twenty communes send theirs: each names leaders for one topic or more, some with days, places and numbers."""
    topics = list(call.topics.order_by("pk"))
    replies = call.replies.filter(commune__in=answering(call.province)).select_related("commune", "call")
    ordered = sorted(replies, key=lambda reply: (reply.commune_id != CAT_HAI, reply.commune_id))
    for number, reply in enumerate(ordered[:ANSWERING]):
        officer = User.objects.filter(assignments__commune=reply.commune_id).earliest("pk")
        with at(working_day(today - timedelta(days=56 - number // 2)), 8 + number % 8):
            answer(reply, topics[: 1 + number % len(topics)], officer, number, today)


def answer(reply: NeedReply, topics: list[Topic], officer: User, number: int, today: date) -> None:
    people = list(nameable(reply.call, reply.commune, timezone.localdate()).order_by("team_id", "position")[:NAMED])
    wish = Wish(
        from_day=today + timedelta(days=7) if number % 4 == 1 else None,
        day_part=DayPart.MORNING if number % 3 else DayPart.ANY,
        place="Hội trường UBND đặc khu Cát Hải" if number % 5 == 0 else "",
    )
    entries = [Entry(topic.pk, member.pk, wish=wish) for topic in topics for member in people]
    if number % 6 == 2:
        note = "Tổ mới kiện toàn, sẽ ghi tên sau"
        entries.append(Entry(topics[0].pk, None, headcount=3, note=note, wish=wish))
    saved = needs.save_needs(
        reply=reply, version=reply.version, entries=entries, wish=wish, nothing_needed=not entries, by=officer
    )
    needs.submit(reply=saved, by=officer)


def decide(call: TrainingCall, staff: User, today: date) -> None:
    with at(working_day(today - timedelta(days=38)), 9):
        sent = list(call.replies.filter(state=ReplyState.SUBMITTED).order_by("submitted_at", "pk"))
        for reply in sent[: len(sent) - LEFT_TO_DO]:
            needs.accept(reply=reply, version=reply.version, by=staff)
        calls.close_call(call=call, by=staff, version=call.version)


# Classes --------------------------------------------------------------------------------------------------------------


def plan(call: TrainingCall, staff: User, first: date, last: date, *, only: str = "") -> list[TrainingClass]:
    """Classes that stand, by their day, in all halls or `only` in those of one commune. The last of several stays a
    proposal."""
    chosen = proposed_places(call, places_of(call.province))
    order = PlanOrder(
        first=first.isoformat(),
        last=last.isoformat(),
        weekdays=(0, 1, 2, 3, 4),
        parts=(DayPart.MORNING,),
        places={code: only or place for code, place in chosen.items()},
        least=5,
        quota=8,
    )
    plans.propose(call=call, order=order, by=staff)
    rows = list(call.classes.filter(state=ClassState.PROPOSED).order_by("starts_at", "pk"))
    standing = rows[:-1] or rows
    plans.accept(call=call, classes=[row.pk for row in standing], by=staff)
    return list(call.classes.filter(pk__in=[row.pk for row in standing]).order_by("starts_at", "pk"))


def hold(row: TrainingClass, staff: User, day: date) -> None:
    """Invited, held, marked and finished; its certificates are issued."""
    with at(day - timedelta(days=10), 9):
        invite(training_class=row, by=staff)
    people = list(row.enrolments.filter(state=EnrolmentState.SEATED).order_by("pk"))
    session = row.sessions.get()
    there = {each.pk: number % 10 != ABSENT for number, each in enumerate(people)}
    with at(day, 12):
        marks = [
            TypedMark(pk, session.pk, seen="", typed=Presence.PRESENT if came else Presence.ABSENT)
            for pk, came in there.items()
        ]
        mark(training_class=row, marks=marks, way=AttendanceWay.PAPER, by=staff)
    with at(working_day(day + timedelta(days=1)), 9):
        results = [
            Mark(pk, Outcome.COMPLETED if came and number % 10 != FAILED else Outcome.NOT_COMPLETED, None, "", 0)
            for number, (pk, came) in enumerate(there.items())
        ]
        set_results(training_class=row, marks=results, by=staff)
        finish(training_class=row, by=staff)
        issue(training_class=row, address=f"{settings.PORTAL_URL}{reverse('training:lookup')}", by=staff)
