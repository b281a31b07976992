"""A commune's answer to a call: written, sent, taken back; returned or accepted by the department."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.text import clean_lines
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged
from training.enums import DayPart, ReplyAction, ReplyState
from training.models import NeedReply, TrainingNeed
from training.queries.calls import deadline
from training.queries.needs import nameable, needs_of, shortfalls, trained
from training.services.reply_states import CLOSED, check, is_open, locked, move

WRITABLE = {ReplyState.NOT_STARTED, ReplyState.DRAFT, ReplyState.RETURNED}
Key = tuple[int, int | None]  # topic, member


@dataclass(frozen=True, slots=True)
class Wish:
    """When and where; see `models.needs.Wished`."""

    from_day: date | None = None
    to_day: date | None = None
    day_part: str = DayPart.ANY
    place: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One need: a `member` by id, or `headcount` people without names; `wish` is the one that holds for them."""

    topic: int
    member: int | None = None
    headcount: int = 1
    note: str = ""
    wish: Wish = field(default_factory=Wish)

    @property
    def key(self) -> Key:
        return self.topic, self.member

    def columns(self) -> dict[str, object]:
        return {"headcount": self.headcount, "note": self.note, **asdict(self.wish)}


def wish_of(row: NeedReply | TrainingNeed) -> Wish:
    return Wish(row.from_day, row.to_day, row.day_part, row.place)


@action
def save_needs(
    *, reply: NeedReply, version: int, entries: Sequence[Entry], wish: Wish, nothing_needed: bool, by: User
) -> NeedReply:
    """Make the reply name exactly `entries`; what is not complete may be saved, only not sent. `wish` is the commune's
    for all. Raises ValidationError, Conflict when somebody saved something else since `version`: what stands already
    may be sent again, by a page that never heard the answer."""
    reply = locked(reply)
    if reply.version != version:
        if not _says(reply, entries, wish, nothing_needed):
            raise Conflict(reply)
        return reply
    if reply.state not in WRITABLE:
        raise ValidationError(f"Đăng ký đang ở trạng thái “{reply.get_state_display()}”, không sửa được.")
    if not is_open(reply):
        raise ValidationError(CLOSED)
    kept = {(need.topic_id, need.member_id): need for need in needs_of(reply)}
    _check(reply, entries, set(kept), nothing_needed)
    if reply.state == ReplyState.NOT_STARTED:
        reply = move(reply=reply, action=ReplyAction.START, by=by)
    _write(reply, entries, kept)
    fields = {"nothing_needed": nothing_needed, **asdict(wish)}
    save_if_unchanged(reply, version=reply.version, fields=fields)
    return locked(reply)


def _says(reply: NeedReply, entries: Sequence[Entry], wish: Wish, nothing_needed: bool) -> bool:
    wanted = {entry.key: entry.columns() for entry in entries}
    stands = {
        (need.topic_id, need.member_id): {"headcount": need.headcount, "note": need.note, **asdict(wish_of(need))}
        for need in needs_of(reply)
    }
    return (wanted, wish, nothing_needed) == (stands, wish_of(reply), reply.nothing_needed)


def _check(reply: NeedReply, entries: Sequence[Entry], kept: Collection[Key], nothing_needed: bool) -> None:
    """What is kept already may stay as it is, so that a change elsewhere never stands in the way of saving."""
    if nothing_needed and entries:
        raise ValidationError("Đã chọn người thì bỏ đánh dấu “Xã không có nhu cầu”.")
    topics = {topic.pk: topic for topic in reply.call.topics.all()}
    if any(entry.topic not in topics for entry in entries):
        raise ValidationError("Có chuyên đề không thuộc đợt đăng ký này. Hãy mở lại trang.")
    if any(entry.member is None for entry in entries) and not reply.call.headcount_allowed:
        raise ValidationError("Đợt này chỉ nhận đăng ký có tên.")
    fresh = {entry.member for entry in entries if entry.member and entry.key not in kept}
    free = nameable(reply.call, reply.commune, timezone.localdate()).filter(pk__in=fresh)
    people = {member.pk: member for member in free}
    if fresh - set(people):
        raise ValidationError("Có người không còn trong danh sách được cử. Hãy mở lại trang để xem danh sách mới.")
    done = trained(reply.commune, topics.values())
    for entry in entries:
        member, topic = people.get(entry.member), topics[entry.topic]
        if member and entry.key not in kept and (member.person, topic.code) in done:
            when = done[member.person, topic.code]
            raise ValidationError(f"{member.full_name} đã học “{topic.name}” ({when}).")


def _write(reply: NeedReply, entries: Sequence[Entry], kept: dict[Key, TrainingNeed]) -> None:
    wanted = {entry.key: entry for entry in entries}
    TrainingNeed.objects.filter(pk__in=[need.pk for key, need in kept.items() if key not in wanted]).delete()
    units = {"reply": reply, "province_id": reply.province_id, "commune_id": reply.commune_id}
    TrainingNeed.objects.bulk_create(
        TrainingNeed(**units, topic_id=key[0], member_id=key[1], **entry.columns())
        for key, entry in wanted.items()
        if key not in kept
    )
    for key, need in kept.items():
        columns = wanted[key].columns() if key in wanted else {}
        if any(getattr(need, name) != value for name, value in columns.items()):
            save_if_unchanged(need, version=need.version, fields=columns)


# Sending -------------------------------------------------------------------------------------------------------------


@action
def submit(*, reply: NeedReply, by: User) -> NeedReply:
    """Send it to the department; late or on time for good when it is the first time. Raises ValidationError with every
    shortfall."""
    reply = locked(reply)
    check(reply=reply, action=ReplyAction.SUBMIT, by=by)
    if found := shortfalls(reply):
        raise ValidationError(found)
    now, times = timezone.now(), reply.steps.filter(action=ReplyAction.SUBMIT).count() + 1
    changes = {"submitted_at": now, "accepted_at": None, "receipt": receipt_number(reply, times)}
    if reply.first_submitted_at is None:
        changes |= {"first_submitted_at": now, "on_time": now < deadline(reply)}
    return move(reply=reply, action=ReplyAction.SUBMIT, by=by, changes=changes)


def receipt_number(reply: NeedReply, times: int) -> str:
    """Commune, reply and how many times it was sent: "11914-DK4712-01"."""
    return f"{reply.commune_id}-DK{reply.pk}-{times:02}"


LAID_HANDS_ON = [ReplyAction.RETURN, ReplyAction.ACCEPT]


@action
def withdraw(*, reply: NeedReply, by: User) -> NeedReply:
    """Take it back to go on writing. What the department never laid hands on is undone: being on time is decided by
    the next sending, so that nobody keeps a deadline with an empty reply."""
    undone = not reply.steps.filter(action__in=LAID_HANDS_ON).exists()
    changes = {"first_submitted_at": None, "on_time": None} if undone else {}
    return move(reply=reply, action=ReplyAction.WITHDRAW, by=by, changes=changes)


# The department ------------------------------------------------------------------------------------------------------


@action
def return_(*, reply: NeedReply, by: User, note: str) -> NeedReply:
    """Give it back and say why. Raises ValidationError by field."""
    note = clean_lines(note)
    if not note:
        raise ValidationError({"note": "Hãy ghi lý do trả lại."})
    changes = {"returns": F("returns") + 1, "accepted_at": None}
    return move(reply=reply, action=ReplyAction.RETURN, by=by, note=note, changes=changes)


@action
def accept(*, reply: NeedReply, version: int, by: User) -> NeedReply:
    """`version`: what was read and found good. Raises ValidationError when the commune sent another since."""
    if locked(reply).version != version:
        raise ValidationError("Đăng ký này vừa thay đổi. Hãy xem lại rồi duyệt.")
    return move(reply=reply, action=ReplyAction.ACCEPT, by=by, changes={"accepted_at": timezone.now()})
