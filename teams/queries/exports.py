"""The member list as it leaves the portal: rows of the official form, streamed in its order."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Case, FilteredRelation, Q, QuerySet, Value, When

from cdt_portal.lib.decisions import format_decision
from teams.enums import MemberRole, TeamKind
from teams.layouts.member_list import MemberListRow
from teams.models import Decision, Team
from teams.models.base import in_force
from teams.queries.coverage import active_teams
from teams.queries.decisions import decision_on
from teams.row_ids import sign_row

ShowsPhones = Callable[[str, str], bool]  # (province, commune) -> whether its phones leave in full
CHUNK = 2_000
KIND_ORDER = Case(*(When(kind=kind, then=Value(order)) for order, kind in enumerate(TeamKind)))
ROLE_LABELS = dict(MemberRole.choices)


def member_list_rows(teams: Q, day: date, shows_phones: ShowsPhones) -> Iterator[MemberListRow]:
    """The teams that meet the condition and exist on `day`, with their members of that day; a team without
    members is one row. By commune, village teams first, then in the order of their page. Memory stays flat.
    """
    decisions = decision_texts(teams)
    rows = (
        _teams_with_members(teams, day)
        .order_by(
            "commune__sort_key", "commune_id", KIND_ORDER, "sort_key", "pk", "member__position", "member__pk"
        )
        .values_list(
            "province_id", "commune_id", "commune__name", "pk", "name", "decided",
            "member__pk", "member__full_name", "member__role",
            "member__phone", "member__other_phone", "member__note",
        )
    )  # fmt: skip
    unit, full = None, False
    for (
        province, commune, commune_name, team, team_name, decided, member, name, role, phone, other_phone, note,
    ) in rows.iterator(CHUNK):  # fmt: skip
        if commune != unit:
            unit, full = commune, shows_phones(province, commune)
        yield MemberListRow(  # in order of its fields: names would cost half as much again
            commune_name,
            team_name,
            decisions.get(decided, ""),
            name or "",
            ROLE_LABELS.get(role, ""),
            phone_cell(phone, other_phone, full=full),
            note or "",
            team,
            commune,
            sign_row(member) if member else "",
        )


def count_members(teams: Q, day: date) -> int:
    return _teams_with_members(teams, day).filter(member__isnull=False).count()


def _teams_with_members(teams: Q, day: date) -> QuerySet[Team]:
    member = FilteredRelation("members", condition=in_force(day, "members__joined_on", "members__left_on"))
    return Team.objects.filter(teams, active_teams(day)).annotate(member=member, decided=decision_on(day))


def decision_texts(teams: Q) -> dict[int, str]:
    """id -> the text of its cell. One decision founds many teams: a few of these serve all rows."""
    communes = Team.objects.filter(teams).order_by().values("commune")
    rows = Decision.objects.filter(commune__in=communes).values_list("pk", "number", "symbol", "issued_on", "raw_text")
    return {pk: format_decision(number, symbol, day) or raw for pk, number, symbol, day, raw in rows.order_by()}


def phone_cell(phone: str | None, other_phone: str | None, *, full: bool) -> str:
    """Digits alone, as the form writes them; "0914994***" when masked."""
    if full and not other_phone:  # nearly every cell
        return phone or ""
    numbers = [number for number in (phone, other_phone) if number]
    return " / ".join(number if full else f"{number[:-3]}***" for number in numbers)
