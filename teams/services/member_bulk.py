"""The same change for several members: all or none, in a few statements however many they are."""

from collections.abc import Callable, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import F, Max

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.enums import LeaveReason, MemberRole
from teams.models import Member, Team
from teams.services.actions import action
from teams.services.members import columns_of, leaving_columns, one_leader
from teams.services.quality import check_after_commit

MOVED_COLUMNS = (
    "province_id", "commune_id", "person", "full_name", "match_key", "sort_key", "search_key", "role", "phone",
    "other_phone", "organization", "note",
)  # fmt: skip
Refusal = Callable[[Member], str]


@action
def bulk_change(*, versions: Mapping[int, int], change: Mapping[str, object], by: User) -> None:
    """Change each member of {id: version seen}.

    `change` holds either cells of `save_member`, or left_on and reason, or team and moved_on: the row ends that day
    and the same person begins one in the other team. Raises ValidationError with a line for each member that it
    cannot be done for.
    """
    rows = list(
        Member.objects.select_for_update(of=("self",)).select_related("team").filter(pk__in=versions).order_by("pk")
    )
    if len(rows) < len(versions):
        raise ValidationError("Có dòng không còn nữa. Hãy tải lại danh sách.")
    _refuse(rows, lambda row: _left_or_edited(row, versions[row.pk]))
    with one_leader(None):
        if "team" in change:
            _move(rows, **change)
        elif "left_on" in change:
            _end(rows, leaving_columns(**change))
        else:
            _set(rows, columns_of(change))
    check_after_commit({row.commune_id for row in rows})


def _set(rows: list[Member], columns: Mapping[str, object]) -> None:
    if columns.get("role") == MemberRole.LEADER:
        _refuse_second_leaders(rows, lambda row: row.team_id)
    _write(rows, columns)


def _end(rows: list[Member], columns: Mapping[str, object]) -> None:
    """The phones have lost their purpose, as in `end_membership`."""
    day = columns["left_on"]
    _refuse(rows, lambda row: f"tham gia từ {format_date(row.joined_on)}." if (row.joined_on or day) > day else "")
    _write(rows, {**columns, "phone": "", "other_phone": ""})


def _move(rows: list[Member], team: Team, moved_on: object) -> None:
    team = Team.objects.select_for_update().get(pk=team.pk)
    if team.dissolved_on:
        raise ValidationError({"team": "Tổ đã giải thể, không thêm được thành viên."})
    _refuse(rows, lambda row: "" if _is_other_team(row, team) else "hãy chọn một tổ khác của cùng xã, phường, đặc khu.")
    _refuse_second_leaders([row for row in rows if row.role == MemberRole.LEADER], lambda row: team.pk)
    columns = leaving_columns(left_on=moved_on, reason=LeaveReason.MOVED_TEAM)
    _end(rows, columns)
    last = Member.objects.filter(team=team).aggregate(last=Max("position"))["last"] or 0
    Member.objects.bulk_create(
        Member(
            team=team,
            position=last + place,
            joined_on=columns["left_on"],
            **{name: getattr(row, name) for name in MOVED_COLUMNS},
        )
        for place, row in enumerate(rows, 1)
    )


def _is_other_team(row: Member, team: Team) -> bool:
    return row.commune_id == team.commune_id and row.team_id != team.pk


def _write(rows: list[Member], columns: Mapping[str, object]) -> None:
    """The rows are locked and their versions compared."""
    Member.objects.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1, **columns)


def _left_or_edited(row: Member, version: int) -> str:
    if row.version != version:
        return "vừa được người khác sửa."
    return f"đã thôi từ {format_date(row.left_on)}." if row.left_on else ""


def _refuse_second_leaders(rows: list[Member], team_of: Callable[[Member], int]) -> None:
    """The post is taken, or two of these rows would share it."""
    led = Member.objects.filter(team__in={team_of(row) for row in rows}, role=MemberRole.LEADER, left_on=None)
    leaders = dict(led.exclude(pk__in=[row.pk for row in rows]).values_list("team", "full_name"))
    refused = {}
    for row in rows:
        if leader := leaders.get(team_of(row)):
            refused[row.pk] = f"tổ đã có Tổ trưởng là {leader}."
        leaders.setdefault(team_of(row), row.full_name)
    _refuse(rows, lambda row: refused.get(row.pk, ""))


def _refuse(rows: Iterable[Member], why: Refusal) -> None:
    told = [f"{row.full_name} ({row.team.name}): {text}" for row in rows if (text := why(row))]
    if told:
        raise ValidationError(told)
