"""Calls for needs: made, changed within what is fair, opened to every commune, extended, closed."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import spell_deadline
from cdt_portal.notices.services import notify
from teams.access import Can
from teams.models import Commune, Province
from teams.models.base import in_force
from teams.queries.people import people_of_communes
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged
from training.enums import REPLY_OWED, CallState
from training.models import NeedReply, TrainingCall
from training.queries.calls import deadline

STILL_OPEN_TO_CHANGE = {"title", "letter_text", "due_at", "instructions"}  # once communes answer
TOPICS = "topics"  # many to many: written apart from the columns


@action
def create_call(*, by: User, province: Province, fields: dict[str, object]) -> TrainingCall:
    """A draft. `fields` are its columns, `topics` among them."""
    fields = dict(fields)
    topics = fields.pop(TOPICS)
    call = TrainingCall.objects.create(province=province, **fields)
    call.topics.set(topics)
    return call


@action
def update_call(
    *, call: TrainingCall, version: int, fields: dict[str, object], by: User, now: datetime | None = None
) -> TrainingCall:
    """Of a draft everything, of an open call only STILL_OPEN_TO_CHANGE, and no new deadline that is over: nobody
    becomes late by an edit. Raises ValidationError by field, Conflict."""
    call = hold(call)
    fields = dict(fields)
    topics = fields.pop(TOPICS, None)
    changed = {name for name, value in fields.items() if getattr(call, name) != value}
    if topics is not None and {each.pk for each in topics} != set(call.topics.values_list("pk", flat=True)):
        changed.add(TOPICS)
    if call.version != version:
        raise Conflict(call)
    if call.state == CallState.CLOSED:
        raise ValidationError("Đợt đăng ký đã chốt, không sửa được nữa.")
    is_open = call.state == CallState.OPEN
    if is_open and changed - STILL_OPEN_TO_CHANGE:
        raise ValidationError("Đợt đã mở: chỉ còn sửa được tên, công văn, thời hạn và hướng dẫn.")
    if is_open and "due_at" in changed and fields["due_at"] <= (now or timezone.now()):
        raise ValidationError({"due_at": "Hạn mới đã qua. Đợt đang mở chỉ nhận hạn chưa đến."})
    saved = save_if_unchanged(call, version=version, fields=fields)
    if TOPICS in changed:
        saved.topics.set(topics)
    if is_open and "due_at" in changed:
        text = f"Hạn đăng ký “{saved.title}” đổi thành {spell_deadline(saved.due_at)}."
        _tell_communes(saved.replies.filter(state__in=REPLY_OWED).values_list("commune", flat=True), text)
    return saved


@action
def drop_call(*, call: TrainingCall, by: User) -> None:
    """A draft that nobody wants. Raises ValidationError once it was opened."""
    call = hold(call)
    _require(call, CallState.DRAFT, "Đợt đăng ký đã mở, không xóa được.")
    call.delete()


@action
def open_call(*, call: TrainingCall, by: User, version: int | None = None, now: datetime | None = None) -> TrainingCall:
    """Every commune of the province that exists today owes a reply from now on, and is told.

    `version`: what the opener saw. Raises ValidationError when nothing is offered or the deadline is over, Conflict.
    """
    now = now or timezone.now()
    call = hold(call)
    _require(call, CallState.DRAFT, "Đợt đăng ký này đã mở rồi.")
    if version is not None and version != call.version:
        raise Conflict(call)
    if call.due_at <= now:
        raise ValidationError("Hạn đăng ký đã qua. Hãy sửa thời hạn rồi mở.")
    if not call.topics.exists():
        raise ValidationError("Chưa chọn chuyên đề nào.")
    communes = Commune.objects.filter(in_force(timezone.localdate(now)), province=call.province_id)
    codes = list(communes.order_by("pk").values_list("pk", flat=True))
    rows = [NeedReply(call=call, province_id=call.province_id, commune_id=code) for code in codes]
    NeedReply.objects.bulk_create(rows)
    text = f"Sở mở đăng ký tập huấn “{call.title}”, hạn đăng ký: {spell_deadline(call.due_at)}."
    _tell_communes(codes, text)
    return save_if_unchanged(call, version=call.version, fields={"state": CallState.OPEN, "opened_at": now})


@action
def close_call(*, call: TrainingCall, by: User, version: int) -> TrainingCall:
    """No commune can send any more. Raises ValidationError, Conflict."""
    call = hold(call)
    _require(call, CallState.OPEN, "Chỉ chốt được đợt đăng ký đang mở.")
    return save_if_unchanged(call, version=version, fields={"state": CallState.CLOSED})


@action
def extend(*, reply: NeedReply, until: datetime, by: User, now: datetime | None = None) -> NeedReply:
    """Give one commune time until `until`; who is just writing its reply goes on with the version they have. Raises
    ValidationError by field."""
    reply = NeedReply.objects.select_for_update(of=["self"]).select_related("call").get(pk=reply.pk)
    _require(reply.call, CallState.OPEN, "Đợt đăng ký đã chốt.")
    if reply.state not in REPLY_OWED:
        raise ValidationError("Xã đã nộp đăng ký, không cần gia hạn.")
    if until <= max(deadline(reply), now or timezone.now()):
        raise ValidationError({"until": f"Phải muộn hơn hạn hiện nay ({spell_deadline(deadline(reply))}) và chưa qua."})
    reply.extended_until = until
    reply.save(update_fields=["extended_until"])
    _tell_communes([reply.commune_id], f"Sở gia hạn đăng ký “{reply.call.title}” đến {spell_deadline(until)}.")
    return reply


def hold(call: TrainingCall) -> TrainingCall:
    """The call as it stands now; others wait until the transaction ends."""
    return TrainingCall.objects.select_for_update().get(pk=call.pk)


def _require(call: TrainingCall, state: CallState, refusal: str) -> None:
    if call.state != state:
        raise ValidationError(refusal)


def _tell_communes(codes: Collection[str], text: str) -> None:
    people = people_of_communes(Can.REGISTER_NEEDS, codes)
    users = User.objects.filter(pk__in={pk for ids in people.values() for pk in ids}).order_by("pk")
    notify(users=users, text=text, url=reverse("training:home"))
