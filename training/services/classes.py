"""Classes: made by hand, changed, invited to, cancelled, finished. Who has a seat in one, `seats` alone decides."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from cdt_portal.notices.services import notify
from teams.access import Can, scope_for
from teams.models import Member, Province
from teams.queries.people import people_of_communes
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged
from training.enums import HOLDS_A_SEAT, LIVE, TAKES_PLACE, ClassState, EnrolmentState
from training.models import Certificate, ClassSession, Enrolment, TrainingCall, TrainingClass, Venue
from training.queries.attendance import may_replace
from training.queries.classes import need_of
from training.queries.plans import classes_in_the_way
from training.services import seats

Span = tuple[datetime, datetime]


@action
def create_class(*, by: User, province: Province, fields: dict[str, object], sessions: list[Span]) -> TrainingClass:
    """A class that stands at once. `fields` are its columns, `sessions` its sittings in order. Raises ValidationError
    by field when the room is too small or taken."""
    row = TrainingClass(province=province, state=ClassState.PLANNED, **fields, **_ends(sessions))
    _check(row, sessions)
    row.save(force_insert=True)
    _write_sessions(row, sessions)
    return row


@action
def update_class(
    *, training_class: TrainingClass, version: int, fields: dict[str, object], sessions: list[Span], by: User
) -> list[Enrolment]:
    """Change what was asked for; gives those of the waiting list whom new seats reach. Whoever was invited is told of
    another time or place. Raises ValidationError by field, Conflict."""
    held = seats.hold(training_class)
    before = (held.starts_at, held.ends_at, held.venue_id)
    _require(held, TAKES_PLACE, "Lớp đã kết thúc hoặc đã hủy, không sửa được nữa.")
    for name, value in fields.items():
        setattr(held, name, value)
    _check(held, sessions)
    if held.capacity < held.taken:
        raise ValidationError({"capacity": f"Lớp đang có {held.taken} người. Hãy chuyển bớt người rồi giảm số chỗ."})
    saved = save_if_unchanged(held, version=version, fields=fields | _ends(sessions))
    _write_sessions(saved, sessions)
    called = seats.fill(saved)
    if saved.state == ClassState.INVITED and before != (saved.starts_at, saved.ends_at, saved.venue_id):
        tell(saved, f"Lớp “{saved.title}” đổi lịch: {when(saved)}, {saved.venue.name}.")
    return called


def _ends(sessions: list[Span]) -> dict[str, datetime]:
    return {"starts_at": sessions[0][0], "ends_at": sessions[-1][1]}


def _check(row: TrainingClass, sessions: list[Span]) -> None:
    if row.capacity > row.venue.capacity:
        raise ValidationError({"capacity": f"{row.venue.name} chỉ có {row.venue.capacity} chỗ."})
    if row.state != ClassState.PROPOSED:
        refuse_full_room(row.venue, sessions, but=row.pk)


def refuse_full_room(venue: Venue, sessions: Iterable[Span], *, but: int | None) -> None:
    """Raises ValidationError when another class, not that of the id `but`, sits in the room at one of these times."""
    there = classes_in_the_way(venue, sessions, but)
    if there:
        raise ValidationError({"venue": f"{venue.name} đã có lớp “{there[0].title}”, {when(there[0])}."})


def _write_sessions(row: TrainingClass, sessions: list[Span]) -> None:
    """Sittings that stay keep their row, which attendance and QR codes stand on. Raises ValidationError when one with
    attendance would go."""
    gone = [each for each in row.sessions.all() if (each.starts_at, each.ends_at) not in sessions]
    stayed = {(each.starts_at, each.ends_at) for each in row.sessions.all()}
    if any(each.attendances.exists() for each in gone):
        raise ValidationError({"sessions": "Không bỏ được buổi đã điểm danh."})
    row.sessions.filter(pk__in=[each.pk for each in gone]).delete()
    new = [span for span in sessions if span not in stayed]
    ClassSession.objects.bulk_create(ClassSession(training_class=row, starts_at=a, ends_at=b) for a, b in new)


# Inviting and cancelling ----------------------------------------------------------------------------------------------


@action
def invite(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """The communes' officers are told. Raises ValidationError."""
    held = seats.hold(training_class)
    _require(held, [ClassState.PLANNED], "Chỉ mời lớp đã xếp lịch.")
    if not held.enrolments.filter(state__in=HOLDS_A_SEAT).exists() and not held.kept:
        raise ValidationError("Lớp chưa có ai. Hãy thêm người rồi mời.")
    saved = _to(held, ClassState.INVITED)
    tell(saved, f"Mời tập huấn “{saved.title}”: {when(saved)}, {saved.venue.name}.")
    return saved


@action
def invite_all(*, call: TrainingCall, by: User) -> int:
    """`invite` for every class of the call that awaits it; how many."""
    rows = [row for row in call.classes.filter(state=ClassState.PLANNED) if row.awaits_invitation]
    for row in rows:
        invite(training_class=row, by=by)
    return len(rows)


@action
def cancel(*, training_class: TrainingClass, reason: str, by: User) -> TrainingClass:
    """The class does not take place: its people are without a class again. Raises ValidationError."""
    held = seats.hold(training_class)
    _require(held, [ClassState.PLANNED, ClassState.INVITED], "Chỉ hủy được lớp đã xếp lịch hoặc đã mời.")
    if held.sessions.filter(attendances__isnull=False).exists():
        raise ValidationError("Lớp đã điểm danh, không hủy được nữa.")
    if held.state == ClassState.INVITED:
        tell(held, f"Hủy lớp “{held.title}” ({when(held)}): {reason}")
    held.enrolments.filter(state__in=LIVE).update(state=EnrolmentState.CANCELLED, rank=None, version=F("version") + 1)
    return _to(held, ClassState.CANCELLED, taken=0, kept={}, why=[*held.why, f"Hủy: {reason}"])


# Finishing ------------------------------------------------------------------------------------------------------------


@action
def finish(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """Its seats and attendance stand from now on. Raises ValidationError before it has begun."""
    held = seats.hold(training_class)
    _require(held, [ClassState.PLANNED, ClassState.INVITED], "Chỉ kết thúc lớp đã xếp lịch hoặc đã mời.")
    if not held.has_begun:
        raise ValidationError(f"Lớp chưa khai giảng ({when(held)}), chưa kết thúc được.")
    return _to(held, ClassState.FINISHED)


@action
def reopen(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """Seats and attendance may change again. Raises ValidationError once a certificate stands on them."""
    held = seats.hold(training_class)
    _require(held, [ClassState.FINISHED], "Lớp chưa kết thúc.")
    issued = Certificate.objects.filter(enrolment__training_class=held, voided_on=None).count()
    if issued:
        raise ValidationError(f"Lớp đã cấp {issued} giấy chứng nhận. Muốn mở lại, hãy thu hồi các giấy này trước.")
    return _to(held, ClassState.INVITED)


def _to(held: TrainingClass, state: ClassState, **more) -> TrainingClass:
    return save_if_unchanged(held, version=held.version, fields={"state": state, **more})


def _require(row: TrainingClass, states: Collection[str], refusal: str) -> None:
    if row.state not in states:
        raise ValidationError(refusal)


# People, with those told whom it concerns -----------------------------------------------------------------------------


@action
def enrol(*, training_class: TrainingClass, member: Member, by: User) -> Enrolment:
    """`seats.take` for what the member's commune asked for, with the commune told when it was invited."""
    need = need_of(member, training_class)
    row = seats.take(training_class=training_class, member=member, need=need, by=by)
    had = "được xếp vào" if row.state == EnrolmentState.SEATED else "vào danh sách chờ của"
    _tell_of_one(row, f"{member.full_name} {had} lớp “{training_class.title}”, {when(training_class)}.")
    return row


@action
def withdraw(*, enrolments: Iterable[Enrolment], by: User) -> list[Enrolment]:
    """`seats.release` for all of them, with the communes told. Raises ValidationError."""
    called = []
    for row in enrolments:
        called += seats.release(enrolment=row, by=by)
        _tell_of_one(row, f"{row.member.full_name} thôi học lớp “{row.training_class.title}”.")
    tell_called(called)
    return called


@action
def transfer(*, enrolments: Iterable[Enrolment], to: TrainingClass, by: User) -> list[Enrolment]:
    """`seats.move` for all of them or none, with the communes told. Raises ValidationError naming whom it stops at."""
    called = []
    for row in enrolments:
        try:
            called += seats.move(enrolment=row, to=to, by=by)
        except ValidationError as refusal:
            raise ValidationError(f"{row.member.full_name}: {' '.join(refusal.messages)}") from refusal
        if ClassState.INVITED in (row.training_class.state, to.state):
            text = f"{row.member.full_name} chuyển sang lớp “{to.title}”, {when(to)}, {to.venue.name}."
            _notify([row.commune_id], text, to)
    tell_called(called)
    return called


@action
def replace(*, enrolment: Enrolment, member: Member, by: User) -> Enrolment:
    """`seats.replace`, with the commune told. Raises ValidationError, PermissionDenied for who may not or no longer."""
    row = enrolment.training_class
    if not may_replace(scope_for(by), row, enrolment.commune_id):
        raise PermissionDenied("Lớp đã khai giảng, việc cử người thay do Sở thực hiện.")
    gone = enrolment.member.full_name
    successor = seats.replace(enrolment=enrolment, member=member, by=by)
    _tell_of_one(successor, f"{member.full_name} thay {gone} ở lớp “{row.title}”, {when(row)}.")
    return successor


def tell_called(called: Iterable[Enrolment]) -> None:
    """Those whom a free seat reached, from the waiting list."""
    for row in called:
        _tell_of_one(row, f"{row.member.full_name} được gọi từ danh sách chờ vào lớp “{row.training_class.title}”.")


def _tell_of_one(row: Enrolment, text: str) -> None:
    if row.training_class.state == ClassState.INVITED:
        _notify([row.commune_id], text, row.training_class)


def tell(row: TrainingClass, text: str) -> None:
    """The officers of all communes that have people in the class, or seats kept for them."""
    codes = row.enrolments.filter(state__in=LIVE).order_by().values_list("commune", flat=True).distinct()
    _notify([*{*codes, *row.kept}], text, row)


def _notify(codes: list[str], text: str, row: TrainingClass) -> None:
    ids = {user for users in people_of_communes(Can.REGISTER_NEEDS, codes).values() for user in users}
    notify(users=User.objects.filter(pk__in=ids), text=text, url=reverse("training:class", args=[row.pk]))


def when(row: TrainingClass) -> str:
    """ "7 giờ 30 ngày 05/12/2026"."""
    begins = timezone.localtime(row.starts_at)
    return f"{begins.hour} giờ {begins.minute:02} ngày {format_date(begins.date())}"
