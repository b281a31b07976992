"""One team's page: its head, its rows today or on a day, and who changed a row last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib import dates, phones
from teams.enums import MemberRole, TeamKind
from teams.figures import missing_in
from teams.models import Decision, Member, Team
from teams.models.base import in_force
from teams.queries.decisions import decision_of
from teams.queries.findings import Finding


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A member as the page shows and edits them: every cell is text. `masked`: the phone is not shown in full."""

    id: int | None
    person: str
    version: int
    full_name: str
    role: str
    role_label: str
    phone: str
    masked: bool
    organization: str
    organization_label: str
    note: str
    joined_on: str
    left_on: str
    left_reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamHead:
    """What stands above the roster; `missing` are keys of `teams.figures.MISSING`."""

    team: Team
    decision: Decision | None  # the one it stood on that day
    norm: int  # 0: none, as for all but village teams
    units: tuple[str, ...]
    size: int
    missing: tuple[str, ...]


EMPTY_ROW = RosterRow(None, "", 0, "", MemberRole.MEMBER, MemberRole.MEMBER.label, "", False, "", "", "", "", "", "")


def roster(team: Team, day: date | None = None) -> QuerySet[Member]:
    """The active members, or those in force on `day`, in the order of the page."""
    lives = in_force(day, "joined_on", "left_on") if day else Q(left_on=None)
    return Member.objects.filter(lives, team=team).order_by("position", "pk")


def former(team: Team) -> QuerySet[Member]:
    return Member.objects.filter(team=team, left_on__isnull=False).order_by("-left_on", "position", "pk")


def row_of(member: Member, *, full_phone: bool, findings: Iterable[Finding] = ()) -> RosterRow:
    return RosterRow(
        id=member.pk,
        person=str(member.person),
        version=member.version,
        full_name=member.full_name,
        role=member.role,
        role_label=member.get_role_display(),
        phone=phone_text(member, full=full_phone),
        masked=bool(member.phone) and not full_phone,
        organization=member.organization,
        organization_label=member.get_organization_display(),
        note=member.note,
        joined_on=day_text(member.joined_on),
        left_on=day_text(member.left_on),
        left_reason=member.get_left_reason_display(),
        findings=tuple(findings),
    )


def phone_text(member: Member, *, full: bool) -> str:
    """Both numbers in one cell, as `phones.parse_phone` reads them back."""
    show = phones.format_phone if full else phones.mask_phone
    return " / ".join(show(number) for number in (member.phone, member.other_phone) if number)


def day_text(day: date | None) -> str:
    return dates.format_date(day) if day else ""


def team_head(team: Team, members: list[Member], day: date) -> TeamHead:
    """`team` comes with its commune and province. Of a past day no phone is missing: leavers' are erased since."""
    decision = decision_of(team, day)
    units = team.coverages.filter(in_force(day)).select_related("unit").order_by("unit__sort_key", "unit_id")
    norm = (team.commune.size_norm or team.province.size_norm) if team.kind == TeamKind.VILLAGE_TEAM else 0
    missing = missing_in(
        size=len(members),
        reachable=sum(bool(member.phone) for member in members) if day >= timezone.localdate() else len(members),
        led=any(member.role == MemberRole.LEADER for member in members),
        decided=decision is not None,
        norm=norm,
    )
    return TeamHead(team, decision, norm, tuple(row.unit.name for row in units), len(members), missing)


def last_change(row: Model) -> tuple[str, datetime]:
    """Who wrote the row's present state, and when; "" when no user did (a job without one, a command)."""
    event = row.events.select_related("pgh_context").order_by("-pgh_id").first()
    user_id = event.pgh_context.metadata.get("user") if event.pgh_context else None
    user = User.objects.filter(pk=user_id).first() if user_id else None
    return user.full_name or user.username if user else "", timezone.localtime(event.pgh_created_at)
