"""How a commune's reply to a call goes from state to state: the table, and the one function that moves it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from cdt_portal.accounts.models import User
from cdt_portal.notices.services import notify
from teams.access import Can, scope_for
from teams.queries.people import people_with
from training.enums import CallState, ReplyAction, ReplyState
from training.models import NeedReply, NeedStep

S, A = ReplyState, ReplyAction


def is_open(reply: NeedReply) -> bool:
    """Whether its commune may still write and send it. A deadline closes nothing: what comes after it is late."""
    return reply.call.state == CallState.OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads, and the capability it asks for. All but `after_closing` ask for an open call."""

    to: ReplyState
    capability: Can
    after_closing: bool = False


_SUBMIT = Move(S.SUBMITTED, Can.REGISTER_NEEDS)
_RETURN = Move(S.RETURNED, Can.RUN_TRAINING)

TRANSITIONS: dict[tuple[ReplyState, ReplyAction], Move] = {
    (S.NOT_STARTED, A.START): Move(S.DRAFT, Can.REGISTER_NEEDS),
    (S.NOT_STARTED, A.SUBMIT): _SUBMIT,
    (S.DRAFT, A.SUBMIT): _SUBMIT,
    (S.RETURNED, A.SUBMIT): _SUBMIT,
    (S.SUBMITTED, A.WITHDRAW): Move(S.DRAFT, Can.REGISTER_NEEDS),
    (S.SUBMITTED, A.RETURN): _RETURN,
    (S.SUBMITTED, A.ACCEPT): Move(S.ACCEPTED, Can.RUN_TRAINING, after_closing=True),
    (S.ACCEPTED, A.RETURN): _RETURN,
}
CLOSED = "Đợt đăng ký đã chốt. Cần thay đổi thì liên hệ với Sở."

# action -> whose people of this capability are told, and what
TOLD: dict[ReplyAction, tuple[Can, str]] = {
    A.SUBMIT: (Can.RUN_TRAINING, "{commune} đã nộp đăng ký “{call}”."),
    A.WITHDRAW: (Can.RUN_TRAINING, "{commune} đã rút đăng ký “{call}” về để sửa."),
    A.RETURN: (Can.REGISTER_NEEDS, "Sở trả lại đăng ký “{call}”: {note}"),
    A.ACCEPT: (Can.REGISTER_NEEDS, "Sở đã duyệt đăng ký “{call}”."),
}


def locked(reply: NeedReply) -> NeedReply:
    """The reply as it stands now; it stays so until the caller's transaction ends."""
    return NeedReply.objects.select_for_update(of=["self"]).select_related("call", "commune").get(pk=reply.pk)


def check(*, reply: NeedReply, action: ReplyAction, by: User) -> Move:
    """The move, if it is possible now and `by` may make it. Raises ValidationError, PermissionDenied."""
    move = TRANSITIONS.get((S(reply.state), A(action)))
    if move is None:
        raise ValidationError(
            f"Đăng ký đang ở trạng thái “{reply.get_state_display()}”: không “{A(action).label}” được."
        )
    if not scope_for(by).allows(move.capability, reply.province_id, reply.commune_id):
        raise PermissionDenied("Việc này do người khác làm: bạn không được phân quyền ở đơn vị này.")
    if not (move.after_closing or is_open(reply)):
        raise ValidationError(CLOSED)
    return move


@transaction.atomic
def move(
    *,
    reply: NeedReply,
    action: ReplyAction,
    by: User,
    note: str = "",
    changes: Mapping[str, object] | None = None,
) -> NeedReply:
    """Move the reply as TRANSITIONS says, with `changes` to its other columns; note the step, tell whom it concerns.

    What is not in the table raises ValidationError, what `by` may not do PermissionDenied; nothing is written then.
    """
    reply = locked(reply)
    step = check(reply=reply, action=action, by=by)
    NeedStep.objects.create(
        reply=reply,
        province_id=reply.province_id,
        commune_id=reply.commune_id,
        action=action,
        from_state=reply.state,
        to_state=step.to,
        by=by,
        note=note,
    )
    NeedReply.objects.filter(pk=reply.pk).update(state=step.to, version=F("version") + 1, **(changes or {}))
    reply.refresh_from_db(from_queryset=NeedReply.objects.select_related("call", "commune"))
    if action in TOLD:
        _tell(reply, *TOLD[action], by=by, note=note)
    return reply


def _tell(reply: NeedReply, capability: Can, text: str, *, by: User, note: str) -> None:
    users = people_with(capability, reply.province_id, reply.commune_id).exclude(pk=by.pk)
    words = text.format(call=reply.call.title, commune=reply.commune.name, note=note)
    notify(users=users, text=words, url=reverse("training:needs", args=[reply.pk]))
