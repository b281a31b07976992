"""Signed links with which the people of a class mark themselves present, by a QR code on paper, without an account.

A link is its sitting's id, signed together with the sitting's `token_key`: to change the key is to revoke every print
of it. No row is kept for a link. A phone without a network sends later what was typed in time, and says how long ago
that was: its clock may be wrong, what it measures between two of its readings is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import transaction
from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cdt_portal.accounts import limits
from cdt_portal.lib.phones import PROBLEM_LABELS, mask_phone, parse_phone
from cdt_portal.lib.row_security import EVERYTHING, seeing
from training.enums import HOLDS_A_SEAT, AttendanceWay, ClassState
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.services.seats import hold

LATEST = timedelta(days=1)  # after the sitting's end, for what was typed before it
MISTAKES = 20
REST = timedelta(minutes=15)
ASK = "Hãy nhờ cán bộ điểm danh."
MAX_DIGITS_OF_ID = 18
_signer = Signer(salt="training.check_in")


class Closed(TextChoices):
    """Why nobody can be marked, in the words of who scanned the code."""

    UNKNOWN = "unknown", "Mã này không đúng hoặc đã được thay bằng mã khác"
    CANCELLED = "cancelled", "Lớp này đã hủy"
    FINISHED = "finished", "Lớp này đã kết thúc"
    EARLY = "early", "Chưa đến giờ điểm danh"
    OVER = "over", "Đã hết giờ điểm danh của buổi này"


class ClosedLink(Exception):
    """Nobody can be marked by this link; `reason` says why."""

    def __init__(self, reason: Closed):
        super().__init__(reason)
        self.reason = reason


class SeveralPeople(Exception):
    """The number is that of all of these; which of them it is must be said."""

    def __init__(self, people: list[Enrolment]):
        super().__init__("Nhiều người cùng số điện thoại.")
        self.people = people


class TooOften(Exception):
    """Not read: to be sent again after a while."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote on the page, `age` ago; `who`: the enrolment that was chosen among several people."""

    phone: str
    age: timedelta = timedelta(0)
    who: int | None = None


def link_of(session: ClassSession) -> str:
    """The address that a QR code holds, as the portal is reached from outside."""
    return settings.PORTAL_URL + reverse("training:check_in", args=[token_of(session)])


def token_of(session: ClassSession) -> str:
    return f"{session.pk}-{_signature(session)}"


def _signature(session: ClassSession) -> str:
    return _signer.signature(f"{session.pk}-{session.token_key.hex}")


def find_session(token: str) -> ClassSession:
    """The sitting behind `token`, with its class and place; raises ClosedLink."""
    pk, _, signature = token.partition("-")
    known = pk.isdecimal() and pk.isascii() and len(pk) <= MAX_DIGITS_OF_ID
    rows = ClassSession.objects.select_related("training_class__venue__commune")
    with seeing(EVERYTHING):  # nobody logged in: what was signed says which row
        session = rows.filter(pk=pk).first() if known else None
    if session is None or not constant_time_compare(signature, _signature(session)):
        raise ClosedLink(Closed.UNKNOWN)
    return session


def refuse_closed(session: ClassSession, training_class: TrainingClass, *, age: timedelta = timedelta(0)) -> None:
    """Raises ClosedLink unless what was typed `age` ago may be taken now."""
    now = timezone.now()
    at = now - age
    if training_class.state == ClassState.PROPOSED:
        raise ClosedLink(Closed.UNKNOWN)
    if training_class.state == ClassState.CANCELLED:
        raise ClosedLink(Closed.CANCELLED)
    if training_class.state == ClassState.FINISHED:
        raise ClosedLink(Closed.FINISHED)
    if at < session.opens_at:
        raise ClosedLink(Closed.EARLY)
    if at > session.ends_at or now > session.ends_at + LATEST:
        raise ClosedLink(Closed.OVER)


def check_in(*, session: ClassSession, typed: Typed, address: str) -> Attendance:
    """Mark who has this phone number present at the sitting; the same again changes nothing. `address` is where it
    came from.

    Raises ClosedLink, TooOften, SeveralPeople; ValidationError for a number that nobody in the class has.
    """
    if not limits.take(limits.key_of("check_in", f"{session.pk} {address}"), limit_of(session.training_class)):
        raise TooOften
    number = _read(typed.phone)
    with transaction.atomic(), pghistory.context(url=""):  # the history gets no address: it would hold the link
        held = hold(session.training_class)
        if not held.sessions.filter(pk=session.pk, token_key=session.token_key).exists():
            raise ClosedLink(Closed.UNKNOWN)
        refuse_closed(session, held, age=typed.age)
        return _mark(_find(held, number, typed.who), session, timezone.now() - typed.age)


def limit_of(training_class: TrainingClass) -> limits.Limit:
    """For one sitting and one address, behind which the whole class may sit: everybody twice, and some mistakes."""
    return limits.Limit(2 * training_class.capacity + MISTAKES, REST)


def _read(phone: str) -> str:
    reading = parse_phone(phone)
    if not reading.first:
        raise ValidationError(PROBLEM_LABELS.get(reading.problem, "Hãy ghi số điện thoại."))
    return reading.first


def _find(held: TrainingClass, number: str, who: int | None) -> Enrolment:
    has_number = Q(member__phone=number) | Q(member__other_phone=number)
    seated = held.enrolments.filter(has_number, state__in=HOLDS_A_SEAT).select_related("member").order_by("pk")
    people = [each for each in seated if who in (None, each.pk)]
    if not people:
        raise ValidationError(
            f"Số {mask_phone(number)} không có trong danh sách của lớp. Hãy xem lại số đã đăng ký với xã. {ASK}"
        )
    if len(people) > 1:
        raise SeveralPeople(people)
    return people[0]


def _mark(enrolment: Enrolment, session: ClassSession, at: datetime) -> Attendance:
    """The class is held: nobody else marks its people now."""
    row, _ = Attendance.objects.get_or_create(
        enrolment=enrolment,
        session=session,
        defaults={
            "province_id": enrolment.province_id,
            "commune_id": enrolment.commune_id,
            "way": AttendanceWay.QR,
            "at": at,
        },
    )
    if not row.present:
        raise ValidationError(f"Cán bộ đã ghi vắng buổi này. {ASK}")
    return row
