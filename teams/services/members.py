"""A team's members: who joins, changes, leaves or comes back; several at once and moves are in `member_bulk`.

`values` are the row's cells as typed or picked: full_name, role, phone (one or two numbers in any writing),
organization, note, joined_on (a date or its text). Only the cells given are changed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, TextChoices
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib import dates, phones, text
from teams.enums import LeaveReason, MemberRole, Organization
from teams.keys import member_keys
from teams.models import Member, Team
from teams.services.actions import register_action
from teams.services.concurrency import save_if_unchanged


class SecondLeader(ValidationError):
    """The team has an active leader already: `leader`, or None when they left a moment ago."""

    def __init__(self, leader: Member | None):
        name = f" là {leader.full_name}" if leader else ""
        super().__init__({"role": f"Tổ đã có Tổ trưởng{name}."})
        self.leader = leader


@register_action
def add_member(
    *, team: Team, person: UUID, values: Mapping[str, object], by: User, replace_leader: bool = False
) -> Member:
    """A new row at the end of the team. `person` is chosen by the caller: the same one twice is one row, not two.

    Raises ValidationError by cell, SecondLeader, or Conflict when a repeat meets a row that was edited since.
    """
    columns = columns_of({"full_name": "", **values})
    with one_leader(team.pk):
        team = Team.objects.select_for_update().get(pk=team.pk)
        existing = Member.objects.filter(team=team, person=person).first()
        if existing:
            return save_member(member=existing, version=1, values=values, by=by)
        if replace_leader:
            _demote_leader(team.pk)
        return _append(team, person, columns)


@register_action
def save_member(
    *, member: Member, version: int, values: Mapping[str, object], by: User, replace_leader: bool = False
) -> Member:
    """Change the row whole or not at all; nothing is written when it already says so.

    With `replace_leader` the present leader becomes a member in the same transaction. Raises ValidationError by cell,
    also when the person has left; SecondLeader, Conflict.
    """
    columns = columns_of(values)
    if member.left_on and member.version == version:  # who saw an earlier version learns who ended it since
        raise _has_left(member)
    changed = {name: value for name, value in columns.items() if getattr(member, name) != value}
    if not changed:
        return member
    with one_leader(member.team_id):
        if replace_leader:
            _demote_leader(member.team_id)
        return save_if_unchanged(member, version=version, fields=changed)


@register_action
def end_membership(*, member: Member, version: int, left_on: object, reason: str, by: User) -> Member:
    """The person leaves: the row keeps name, role and dates; the phone has lost its purpose and is erased."""
    columns = leaving_columns(left_on=left_on, reason=reason)
    if member.joined_on and columns["left_on"] < member.joined_on:
        raise ValidationError({"left_on": f"Người này tham gia từ {dates.format_date(member.joined_on)}."})
    if member.left_on:
        raise _has_left(member)
    return save_if_unchanged(member, version=version, fields={**columns, "phone": "", "other_phone": ""})


def _has_left(member: Member) -> ValidationError:
    return ValidationError({"left_on": f"Người này đã thôi từ {dates.format_date(member.left_on)}."})


@register_action
def return_member(*, member: Member, version: int, by: User) -> Member:
    """Undo a leaving: the person is back with the phones that the row had before it, which only its history knows.

    Raises ValidationError when the person goes on in a later row or the team is dissolved, SecondLeader when the post
    is taken by now, Conflict.
    """
    if not member.left_on:
        return member
    with one_leader(member.team_id):
        _refuse_return(member, Team.objects.select_for_update().get(pk=member.team_id))
        before = member.events.filter(left_on=None).order_by("-pgh_id").values("phone", "other_phone").first() or {}
        return save_if_unchanged(member, version=version, fields={"left_on": None, "left_reason": "", **before})


def _refuse_return(member: Member, team: Team) -> None:
    if team.dissolved_on:
        raise ValidationError({"left_on": "Tổ đã giải thể, không nhận lại được thành viên."})
    later = Member.objects.filter(commune=member.commune_id, person=member.person, pk__gt=member.pk)
    if member.left_reason in _GOES_ON_ELSEWHERE or later.exists():
        raise ValidationError({"left_on": "Người này đã có dòng khác mới hơn, không hoàn tác được dòng cũ."})


def _append(team: Team, person: UUID, columns: Mapping[str, object]) -> Member:
    """`team` is read under the lock that the caller holds on its row."""
    if team.dissolved_on:
        raise ValidationError({"full_name": "Tổ đã giải thể, không thêm được thành viên."})
    last = Member.objects.filter(team=team).aggregate(last=Max("position"))["last"]
    return Member.objects.create(
        team=team,
        province_id=team.province_id,
        commune_id=team.commune_id,
        person=person,
        position=(last or 0) + 1,
        **columns,
    )


def _demote_leader(team_id: int) -> None:
    leader = leader_of(team_id)
    if leader:
        save_if_unchanged(leader, version=leader.version, fields={"role": MemberRole.MEMBER})


def leader_of(team_id: int | None) -> Member | None:
    return Member.objects.filter(team_id=team_id, role=MemberRole.LEADER, left_on=None).first()


@contextmanager
def one_leader(team_id: int | None) -> Iterator[None]:
    """The database holds the rule, whoever is faster; here its refusal gets words. None: one of several teams."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "one_active_leader_a_team" not in str(error):
            raise
        raise SecondLeader(leader_of(team_id)) from error


# Cells -> columns ---------------------------------------------------------------------------------------------------


def _cleaned(values: Mapping[str, object], cells: Mapping[str, Callable[[object], dict]]) -> dict[str, object]:
    columns: dict[str, object] = {}
    errors = {}
    for cell, value in values.items():
        try:
            columns |= cells[cell](value)
        except ValidationError as error:
            errors[cell] = error
    if errors:
        raise ValidationError(errors)
    return columns


def _name_columns(value: object) -> dict:
    name = text.strip_honorific(str(value))
    if not name:
        raise ValidationError("Hãy nhập họ và tên.")
    return {"full_name": _within(name, 120), **member_keys(name)}


def _phone_columns(value: object) -> dict:
    reading = phones.parse_phone(value)
    if reading.problem:
        raise ValidationError(phones.PROBLEM_LABELS[reading.problem])
    if len(reading.numbers) > 2:
        raise ValidationError("Chỉ ghi được hai số điện thoại cho một người.")
    phone, other_phone = (*reading.numbers, "", "")[:2]
    return {"phone": phone, "other_phone": other_phone}


def _note_columns(value: object) -> dict:
    return {"note": _within(text.clean(str(value)), 500)}


def _within(value: str, limit: int) -> str:
    if len(value) > limit:
        raise ValidationError(f"Dài quá {limit} ký tự.")
    return value


def _joined_columns(value: object) -> dict:
    return {"joined_on": _past_day(value, "Ngày tham gia không được sau hôm nay.") if value else None}


def _leaving_day(value: object) -> dict:
    return {"left_on": _past_day(value, "Ngày thôi tham gia không được sau hôm nay.")}


def _past_day(value: object, refusal: str) -> date:
    day = dates.parse_date(value)
    if day is None:
        raise ValidationError("Ngày không hợp lệ; hãy ghi ngày/tháng/năm, ví dụ 15/3/2026.")
    if day > timezone.localdate():
        raise ValidationError(refusal)
    return day


def _one_of(column: str, choices: type[TextChoices], *, blank: bool = False) -> Callable[[object], dict]:
    def column_of(value: object) -> dict:
        if value not in choices.values and not (blank and value == ""):
            raise ValidationError("Hãy chọn một mục trong danh sách.")
        return {column: value}

    return column_of


_CELLS: dict[str, Callable[[object], dict]] = {
    "full_name": _name_columns,
    "role": _one_of("role", MemberRole),
    "phone": _phone_columns,
    "organization": _one_of("organization", Organization, blank=True),
    "note": _note_columns,
    "joined_on": _joined_columns,
}
_LEAVING_CELLS = {"left_on": _leaving_day, "left_reason": _one_of("left_reason", LeaveReason)}
_GOES_ON_ELSEWHERE = {LeaveReason.MOVED_TEAM, LeaveReason.ROLE_CHANGED}


def columns_of(values: Mapping[str, object]) -> dict[str, object]:
    """The columns of Member that typed cells fill. Raises ValidationError that names every wrong cell."""
    return _cleaned(values, _CELLS)


def leaving_columns(*, left_on: object, reason: str) -> dict[str, object]:
    """The same for a leaving."""
    return _cleaned({"left_on": left_on, "left_reason": reason}, _LEAVING_CELLS)
