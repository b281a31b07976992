"""What becomes of teams whose villages are rearranged: they join another with their members, or are dissolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from cdt_portal.lib.dates import format_date
from teams.enums import LeaveReason, MemberRole
from teams.models import Member, Team, TeamCoverage
from teams.services.coverage import end_coverage
from teams.services.member_bulk import MOVED_COLUMNS

PHONES = {"phone": "", "other_phone": ""}


@dataclass(frozen=True, slots=True)
class Fate:
    """The team joins the team `into`, or is dissolved when that is None. A team that goes on has no fate."""

    into: int | None = None


def settle(fates: Mapping[int, Fate], day: date) -> dict[str, dict[str, int | None]]:
    """Carry the fates out from that day on. Teams dissolved already are left alone.

    A leader who comes into another team is a member there; whoever is in it already does not come twice. Gives what
    was written: `teams` id -> version, `members` id -> the id of the same person's row in the other team, or None.
    Raises ValidationError when a team was founded later, or when the one to be joined is no more.
    """
    into = {fate.into for fate in fates.values() if fate.into}
    teams = {row.pk: row for row in Team.objects.select_for_update().filter(pk__in={*fates, *into}).order_by("pk")}
    going = {pk: fate for pk, fate in fates.items() if pk in teams and not teams[pk].dissolved_on}
    for pk, fate in going.items():
        _refuse(teams[pk], teams.get(fate.into) if fate.into else None, day)
    leavers = list(
        Member.objects.select_for_update().filter(team__in=going, left_on=None).order_by("team__sort_key", "position")
    )
    _leave([row for row in leavers if going[row.team_id].into], LeaveReason.MOVED_TEAM, day)
    _leave([row for row in leavers if not going[row.team_id].into], LeaveReason.DISSOLVED, day)
    come = _join(leavers, going, day)
    Team.objects.filter(pk__in=going).update(dissolved_on=day, version=F("version") + 1)
    end_coverage(TeamCoverage.objects.filter(team__in=going), day)
    return {
        "teams": {pk: teams[pk].version + 1 for pk in going},
        "members": {row.pk: come.get((going[row.team_id].into, row.person)) for row in leavers},
    }


def _refuse(team: Team, into: Team | None, day: date) -> None:
    if team.founded_on and team.founded_on > day:
        raise ValidationError(f"{team.name} thành lập ngày {format_date(team.founded_on)}, sau ngày có hiệu lực.")
    if into and into.dissolved_on:
        raise ValidationError(f"{team.name} không nhập vào {into.name} được: tổ này đã giải thể.")


def _leave(rows: list[Member], reason: LeaveReason, day: date) -> None:
    """Whoever joined later than the day leaves on the day they joined."""
    since = Greatest(Value(day), Coalesce("joined_on", Value(day)))
    Member.objects.filter(pk__in=[row.pk for row in rows]).update(
        left_on=since, left_reason=reason, version=F("version") + 1, **PHONES
    )


def _join(leavers: Iterable[Member], fates: Mapping[int, Fate], day: date) -> dict[tuple[int | None, object], int]:
    """The new rows' ids by team and person."""
    there = Member.objects.filter(team__in={fate.into for fate in fates.values() if fate.into}, left_on=None)
    taken, last = set(), {}
    for team, person, position in there.values_list("team", "person", "position"):
        taken.add((team, person))
        last[team] = max(position, last.get(team, 0))
    rows = []
    for row in leavers:
        into = fates[row.team_id].into
        if into is None or (into, row.person) in taken:
            continue
        taken.add((into, row.person))
        last[into] = last.get(into, 0) + 1
        columns = {name: getattr(row, name) for name in MOVED_COLUMNS}
        columns["role"] = MemberRole.MEMBER if row.role == MemberRole.LEADER else row.role
        joined_on = max(day, row.joined_on or day)
        rows.append(Member(team_id=into, position=last[into], joined_on=joined_on, **columns))
    return {(row.team_id, row.person): row.pk for row in Member.objects.bulk_create(rows)}


def unsettle(wrote: Mapping[str, Mapping[str, int | None]]) -> None:
    """Take back what `settle` wrote: the teams live, their members are there again; those who had come elsewhere bring
    their phones back, those who had left everywhere have none. Raises ValidationError when somebody went on from it.
    """
    teams, members = ({int(pk): value for pk, value in wrote.get(name, {}).items()} for name in ("teams", "members"))
    _refuse_edited(teams)
    rows = Member.objects.select_for_update().in_bulk({*members, *(new for new in members.values() if new)})
    back = []
    for pk, new in members.items():
        came = rows.get(new) if new else None
        if pk not in rows or (new and (came is None or came.version > 1 or came.left_on)):
            raise ValidationError("Thành viên đã chuyển tổ vừa được sửa: không rút lại được nữa.")
        row = rows[pk]
        row.left_on, row.left_reason, row.version = None, "", row.version + 1
        row.phone, row.other_phone = (came.phone, came.other_phone) if came else ("", "")
        back.append(row)
    Member.objects.filter(pk__in=[new for new in members.values() if new]).delete()
    Team.objects.filter(pk__in=teams).update(dissolved_on=None, version=F("version") + 1)
    Member.objects.bulk_update(back, ["left_on", "left_reason", "phone", "other_phone", "version"])


def _refuse_edited(teams: Mapping[int, int | None]) -> None:
    stand = dict(Team.objects.select_for_update().filter(pk__in=teams).values_list("pk", "version"))
    if stand != teams:
        raise ValidationError("Tổ đã nhập hoặc giải thể vừa được sửa: không rút lại được nữa.")
