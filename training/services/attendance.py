"""Attendance as the department notes it: on the page, from a signed sheet, from a workbook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.services.actions import action
from training.enums import HOLDS_A_SEAT, TAKES_PLACE, AttendanceWay, ClassState, Presence
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.queries.attendance import presence_of
from training.services.seats import hold

Key = tuple[int, int]  # (enrolment, session)


@dataclass(frozen=True, slots=True)
class TypedMark:
    """One person at one sitting as its typist left it, and as they had seen it: Presence values, "" for unmarked."""

    enrolment: int
    session: int
    typed: str
    seen: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What came of a save: how many marks it changed, and a sentence for each that others had touched meanwhile."""

    changed: int
    told: tuple[str, ...]


@action
def mark(*, training_class: TrainingClass, marks: Iterable[TypedMark], way: AttendanceWay, by: User) -> Marked:
    """Write what its typist changed; what they left alone stays as others wrote it. Where somebody else marked
    meanwhile the later mark stands, which is this one, except that a presence by QR gives way only to who saw it.

    Raises ValidationError when the class's attendance is not open, or that of a sitting that was marked.
    """
    held = hold(training_class)
    if refusal := why_closed(held):
        raise ValidationError(refusal)
    changes = [each for each in marks if each.typed != each.seen]
    sessions = {each.pk: each for each in held.sessions.all()}
    _refuse_sessions(sessions, changes)
    people = held.enrolments.filter(pk__in={each.enrolment for each in changes}).select_related("member")
    enrolments = {each.pk: each for each in people}
    stands = _stands(held)
    told: list[str] = []
    writes: dict[Key, str] = {}
    for each in changes:
        key = each.enrolment, each.session
        person, current = enrolments.get(each.enrolment), stands.get(key)
        if person is None or person.state not in HOLDS_A_SEAT:
            told.append(f"{person.member.full_name if person else 'Một người'} không còn chỗ trong lớp, không ghi.")
            continue
        if presence_of(current) == each.typed:
            continue
        if presence_of(current) != each.seen:
            told.append(_meanwhile(person, sessions[each.session], current, each))
        if not _is_unseen_scan(current, each):
            writes[key] = each.typed
    _write(writes, enrolments, sessions, stands, way, by)
    return Marked(len(writes), tuple(told))


def why_closed(training_class: TrainingClass) -> str:
    """The sentence for who may not note attendance now, or ""."""
    if training_class.state == ClassState.FINISHED:
        return "Lớp đã kết thúc, không điểm danh được nữa. Muốn sửa, Sở bấm “Mở lại” ở trang của lớp."
    if training_class.state not in TAKES_PLACE or training_class.state == ClassState.PROPOSED:
        return f"Lớp ở trạng thái “{training_class.get_state_display()}”, không điểm danh."
    return ""


def _refuse_sessions(sessions: Mapping[int, ClassSession], changes: list[TypedMark]) -> None:
    asked = {each.session for each in changes}
    if asked - sessions.keys():
        raise ValidationError("Lịch của lớp vừa được sửa, có buổi không còn. Hãy tải lại trang.")
    for pk in sorted(asked):
        if timezone.now() < sessions[pk].opens_at:
            day = timezone.localdate(sessions[pk].starts_at)
            raise ValidationError(f"Buổi ngày {format_date(day)} chưa đến giờ, chưa điểm danh được.")


def _stands(training_class: TrainingClass) -> dict[Key, Attendance]:
    rows = Attendance.objects.filter(session__training_class=training_class)
    return {(each.enrolment_id, each.session_id): each for each in rows}


def _is_unseen_scan(current: Attendance | None, typed: TypedMark) -> bool:
    scanned = current is not None and current.way == AttendanceWay.QR and current.present
    return scanned and typed.seen != Presence.PRESENT


def _meanwhile(person: Enrolment, session: ClassSession, current: Attendance | None, typed: TypedMark) -> str:
    """ "Nguyễn Văn An, ngày 05/12/2026: người khác vừa ghi “Có mặt” (Quét mã QR); giữ “Có mặt”."."""
    day = format_date(timezone.localdate(session.starts_at))
    other = f"“{_word(presence_of(current))}”" + (f" ({current.get_way_display()})" if current else "")
    stays = presence_of(current) if _is_unseen_scan(current, typed) else typed.typed
    return f"{person.member.full_name}, buổi ngày {day}: người khác vừa ghi {other}; nay là “{_word(stays)}”."


def _word(presence: str) -> str:
    return Presence(presence).label if presence else "Chưa điểm danh"


def _write(
    writes: Mapping[Key, str],
    enrolments: Mapping[int, Enrolment],
    sessions: Mapping[int, ClassSession],
    stands: Mapping[Key, Attendance],
    way: AttendanceWay,
    by: User,
) -> None:
    """The class is held: neither a page nor a phone writes its attendance now."""
    new, changed, gone = [], [], []
    for key, presence in writes.items():
        if not presence:
            gone.append(stands[key].pk)
            continue
        person, session = enrolments[key[0]], sessions[key[1]]
        row = stands.get(key) or Attendance(
            enrolment=person, session=session, province_id=person.province_id, commune_id=person.commune_id
        )
        row.present, row.way, row.by, row.at = presence == Presence.PRESENT, way, by, _moment(session)
        (changed if row.pk else new).append(row)
    Attendance.objects.filter(pk__in=gone).delete()
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["present", "way", "by", "at"])


def _moment(session: ClassSession) -> datetime:
    """When it happened: what is noted afterwards happened in the sitting."""
    return min(timezone.now(), session.ends_at)
