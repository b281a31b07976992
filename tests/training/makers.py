"""Calls, needs, rooms and classes as rows, and people to fill them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import ZONE
from teams.enums import MemberRole
from teams.keys import team_keys
from teams.models import Commune, Member, Province, Team
from tests.teams.makers import make_member
from training.enums import CallState, ClassState, EnrolmentState, ReplyState
from training.models import ClassSession, Enrolment, NeedReply, Topic, TrainingCall, TrainingClass, TrainingNeed, Venue

MONDAY = timezone.localdate() + timedelta(days=14 - timezone.localdate().weekday())  # two weeks ahead


def make_topic(code: str = "dich-vu-cong", name: str = "Dịch vụ công trực tuyến", hours: str = "4") -> Topic:
    return Topic.objects.create(code=code, name=name, hours=Decimal(hours))


def make_venue(commune: Commune, name: str = "Hội trường", capacity: int = 40) -> Venue:
    return Venue.objects.create(province=commune.province, commune=commune, name=name, capacity=capacity)


def make_call(province: Province, *topics: Topic, **more) -> TrainingCall:
    call = TrainingCall.objects.create(
        province=province,
        **{"title": "Đăng ký tập huấn năm 2026", "due_at": timezone.now(), "state": CallState.CLOSED} | more,
    )
    call.topics.set(topics)
    return call


def make_people(
    commune: Commune, count: int, *, team: str = "Thôn Đông", role: str = MemberRole.MEMBER
) -> list[Member]:
    row, _ = Team.objects.get_or_create(commune=commune, province=commune.province, **team_keys(team), name=team)
    start = row.members.count()
    return [
        make_member(row, f"Nguyễn Văn {commune.pk} {start + number}", role, phone=f"09{commune.pk}{start + number:03}")
        for number in range(1, count + 1)
    ]


def make_needs(call: TrainingCall, topic: Topic, members: list[Member], **more) -> list[TrainingNeed]:
    """Each member's need, in their commune's accepted reply."""
    return [
        TrainingNeed.objects.create(
            reply=reply_of(call, member.commune_id),
            topic=topic,
            member=member,
            province_id=member.province_id,
            commune_id=member.commune_id,
            **more,
        )
        for member in members
    ]


def reply_of(call: TrainingCall, commune: str, state: str = ReplyState.ACCEPTED) -> NeedReply:
    reply, _ = NeedReply.objects.get_or_create(
        call=call, commune_id=commune, province_id=call.province_id, defaults={"state": state}
    )
    return reply


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def make_class(venue: Venue, topic: Topic, capacity: int = 40, **more) -> TrainingClass:
    """A half day on MONDAY, its place in the calendar agreed; one sitting."""
    row = TrainingClass.objects.create(
        province_id=venue.province_id,
        topic=topic,
        venue=venue,
        capacity=capacity,
        **{
            "title": f"Lớp {topic.name}",
            "starts_at": at(MONDAY, 7, 30),
            "ends_at": at(MONDAY, 11, 30),
            "hours": topic.hours,
            "state": ClassState.PLANNED,
        }
        | more,
    )
    ClassSession.objects.create(training_class=row, starts_at=row.starts_at, ends_at=row.ends_at)
    return row


def seated(training_class: TrainingClass) -> int:
    return Enrolment.objects.filter(training_class=training_class, state=EnrolmentState.SEATED).count()


def seat(training_class: TrainingClass, members: list[Member], by: User) -> list[Enrolment]:
    from training.services.seats import take

    return [take(training_class=training_class, member=member, by=by) for member in members]
