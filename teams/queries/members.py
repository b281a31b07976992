"""The members of a scope, searched, filtered and in order: one condition for the page, the export and its count.

At the size of the nation a page takes a few milliseconds because ids come first: those of the next rows in order while
enough of them match, else those that the word index finds, sorted apart from the plan that found them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib import decisions, phones
from teams.access import Can, Scope
from teams.enums import MemberRole
from teams.models import Decision, Member, Team
from teams.models.base import in_force
from teams.queries.apart import count_of, first_of, some_of
from teams.queries.coverage import active_teams
from teams.queries.member_words import Words
from teams.queries.rosters import phone_text

PAGE_SIZE = 50
COUNTED = 10_000  # rows at most: to count further costs more than it tells
WALK = 1_000  # rows looked at in order before the word index is asked; more than a commune has
SOME = 200
NATION = 1_000  # communes and more: no use in naming them
MAX_DIGITS_OF_ID = 18
VISIBLE_DIGITS = 7  # of a masked phone
ORDERS = {
    "name": ("sort_key", "pk"),
    "team": ("team__commune_id", "team__sort_key", "team_id", "position", "pk"),
}
SHOWN = (
    "version", "province", "full_name", "role", "phone", "other_phone", "organization", "joined_on", "left_on",
    "team__name", "commune__name",
)  # fmt: skip
STATES = {"active": "Đang tham gia", "left": "Đã thôi", "all": "Tất cả"}
UNKNOWN = "chua-ro"  # the organization of those of whom it was not written
LACKS = {"phone": "Số điện thoại", "decision": "Quyết định của tổ", "leader": "Tổ trưởng"}


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What the reader asked for; "" asks for nothing. `sort`, `state`, `lack` are keys of ORDERS, STATES, LACKS.
    `kind` is that of a team which stands on the day."""

    day: date
    search: str = ""
    province: str = ""
    commune: str = ""
    kind: str = ""
    role: str = ""
    organization: str = ""
    lack: str = ""
    state: str = "active"
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Rows with their team and commune. `newer` and `older` are cursors of the neighbouring pages, None at an end.

    `count` is how many there are on all pages, COUNTED + 1 for any number above; None on later pages and where to count
    would cost more than the page.
    """

    members: list[Member]
    newer: tuple | None
    older: tuple | None
    count: int | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the list shows them: the phone masked or not, and what the reader may do about it."""

    member: Member
    phone: str
    revealable: bool
    editable: bool


def members(scope: Scope, asked: MemberFilter) -> QuerySet[Member]:
    """Everything that was asked for but a name, inside the scope, in no order."""
    rows = scope.narrow(Member.objects.order_by()).filter(_lives(asked))
    for field, value in (("province_id", asked.province), ("commune_id", asked.commune)):
        rows = rows.filter(**{field: value}) if value else rows
    organization = "" if asked.organization == UNKNOWN else asked.organization
    for field, value in (("role", asked.role), ("organization", organization)):
        rows = rows.filter(**{field: value}) if getattr(asked, field) else rows
    if asked.kind:
        rows = rows.filter(active_teams(asked.day, "team__"), team__kind=asked.kind)
    if asked.sort == "team" and not asked.commune:
        rows = rows.filter(_in_teams_of_scope(scope, asked.province))
    return rows.filter(_lacks(asked), _by_number(scope, asked.search))


def _in_teams_of_scope(scope: Scope, province: str) -> Q:
    """True of all rows already; it lets the order be read from the teams' index commune by commune."""
    communes = scope.communes().filter(Q(province=province) if province else Q()).order_by("pk")
    codes = list(communes.values_list("pk", flat=True))
    return Q(team__commune__in=codes) if len(codes) < NATION else Q()


def words_of(asked: MemberFilter) -> Words | None:
    """The name that is searched for; None when the search is empty or by number."""
    words = Words(asked.search)
    return words if words.folded and not _has_digit(asked.search) else None


def _has_digit(search: str) -> bool:
    return any(char.isdigit() for char in search)


def _lives(asked: MemberFilter) -> Q:
    if asked.state == "left":
        return Q(left_on__isnull=False, left_on__lte=asked.day)  # the first half is the index's own condition
    return in_force(asked.day, "joined_on", "left_on") if asked.state == "active" else Q()


def _lacks(asked: MemberFilter) -> Q:
    if asked.lack == "phone":
        # Of who left it is erased, not missing.
        return Q(phone="") & in_force(asked.day, "joined_on", "left_on")
    if asked.lack == "decision":
        return Q(team__decision=None)
    if asked.lack == "leader":
        led = Member.objects.filter(team=OuterRef("team"), role=MemberRole.LEADER)
        today = asked.day == timezone.localdate()  # the index of active leaders knows today only
        return ~Q(Exists(led.filter(Q(left_on=None) if today else in_force(asked.day, "joined_on", "left_on"))))
    return Q()


def _by_number(scope: Scope, search: str) -> Q:
    """A phone or the beginning of one when the digits look like it, else a decision's number and symbol."""
    if not _has_digit(search):
        return Q()
    digits = phones.digits_of(search)
    is_phone = len(digits) > VISIBLE_DIGITS or (digits.startswith("0") and len(digits) > 2)
    return _by_phone(scope, digits) if is_phone and "/" not in search else _by_decision(scope, search)


def _by_phone(scope: Scope, digits: str) -> Q:
    """Who may not reveal a phone may not guess its hidden digits by searching either."""
    if not scope.allows(Can.REVEAL_PHONES):
        return _phone_begins(digits[:VISIBLE_DIGITS])
    return _phone_begins(digits) & scope.where("", Can.REVEAL_PHONES)


def _phone_begins(digits: str) -> Q:
    """Either number of a person."""
    return _begins("phone", digits) | _begins("other_phone", digits)


def _begins(column: str, digits: str) -> Q:
    # A range, which the column's index serves under any collation, and the index's own condition.
    return Q(**{f"{column}__gte": digits, f"{column}__lt": f"{digits}:"}) & ~Q(**{column: ""})


def _by_decision(scope: Scope, search: str) -> Q:
    """Members of the teams that stand on such a decision: "1907", "1907/QĐ-UBND", "QĐ 45 ngày 5.8.25"."""
    reading = decisions.parse_decision(search)
    if not reading.number:
        return Q(pk__in=[])
    key = decisions.decision_key(reading.number, reading.symbol)
    found = Decision.objects.filter(match_key__gte=key, match_key__lt=f"{key}\uffff")
    if reading.issued_on:
        found = found.filter(issued_on=reading.issued_on)
    rows = list(scope.narrow(found).order_by().values_list("pk", "commune_id"))
    teams = Team.objects.filter(commune__in={commune for _, commune in rows}, decision__in=[pk for pk, _ in rows])
    return Q(team__in=list(teams.order_by().values_list("pk", flat=True)))


def page_of(scope: Scope, asked: MemberFilter, *, after: Sequence = (), before: Sequence = ()) -> MemberPage:
    """The first page, or the one after or before a row, given as its values of ORDERS[asked.sort]."""
    order, cursor = ORDERS[asked.sort], after or before
    backwards = bool(before)
    rows = members(scope, asked)
    if cursor:
        rows = rows.filter(_beyond(order, cursor, backwards=backwards))
    words = words_of(asked)
    found, count = _keys(rows, words, order, backwards=backwards)
    keys = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    if backwards:
        keys.reverse()
    return MemberPage(
        members=_load([key[-1] for key in keys]),
        newer=keys[0] if keys and (more if backwards else bool(after)) else None,
        older=keys[-1] if keys and (True if backwards else more) else None,
        count=None if cursor else _count(rows, asked, words, found, count),
    )


def some_members(scope: Scope, asked: MemberFilter, count: int) -> list[Member]:
    """The first `count`, of more than SOME those that come to hand: quick for who looks for one of them."""
    rows, words, order = members(scope, asked), words_of(asked), ORDERS[asked.sort]
    if words and words.are_common and scope.codes() is None:
        keys = sorted(
            words.common_in(rows.order_by()).values_list(*order)[:PAGE_SIZE]
        )  # the first in order may be far away
    elif words and words.are_common:
        keys = list(words.common_in(rows).order_by(*order).values_list(*order)[:count])
    else:
        keys = sorted(some_of((words.found_in(rows) if words else rows).values_list(*order), SOME))
    return _load([key[-1] for key in keys[:count]])


def _count(
    rows: QuerySet[Member], asked: MemberFilter, words: Words | None, found: list[tuple], count: int | None
) -> int | None:
    """`count` where the search gave it, the page's own rows when they are all, else as many as COUNTED are counted."""
    if count is not None:
        return min(count, COUNTED + 1)
    if len(found) <= PAGE_SIZE:
        return len(found)
    if asked.lack == "leader":
        return None
    return count_of(words.found_in(rows) if words else rows, COUNTED + 1)


def place_of(scope: Scope, asked: MemberFilter, member_id: str) -> tuple:
    """The place of a row in the order, for `page_of`; () when it is no row of the scope (any more)."""
    if not member_id.isdecimal() or len(member_id) > MAX_DIGITS_OF_ID:
        return ()
    rows = scope.narrow(Member.objects.order_by()).filter(pk=member_id)
    return rows.values_list(*ORDERS[asked.sort]).first() or ()


def rows_of(scope: Scope, members: list[Member]) -> list[MemberRow]:
    return [_row_of(scope, member) for member in members]


def _row_of(scope: Scope, member: Member) -> MemberRow:
    unit = member.province_id, member.commune_id
    full = scope.allows(Can.SEE_PHONES, *unit)
    return MemberRow(
        member=member,
        phone=phone_text(member, full=full),
        revealable=bool(member.phone) and not full and scope.allows(Can.REVEAL_PHONES, *unit),
        editable=member.left_on is None and scope.allows(Can.EDIT_ROSTER, *unit),
    )


def _beyond(order: Sequence[str], values: Sequence, *, backwards: bool) -> Q:
    """Rows after (or before) the given one, written so that an index on the first columns can begin there."""
    sign = "lt" if backwards else "gt"
    condition = Q(**{f"{order[-1]}__{sign}": values[-1]})
    for name, value in reversed(list(zip(order[:-1], values, strict=False))):
        condition = Q(**{f"{name}__{sign}e": value}) & (Q(**{f"{name}__{sign}": value}) | condition)
    return condition


def _keys(
    rows: QuerySet[Member], words: Words | None, order: Sequence[str], *, backwards: bool
) -> tuple[list[tuple], int | None]:
    """The order's values of the next rows, one more than a page holds; how many rows there are where that is known."""
    signed = [f"-{name}" for name in order] if backwards else order
    ordered = rows.order_by(*signed)
    if words is None:
        return list(ordered.values_list(*order)[: PAGE_SIZE + 1]), None
    walked = list(ordered.values_list("search_key", "match_key", *order)[:WALK])
    fitting = [tuple(key) for search_key, match_key, *key in walked if words.fit(search_key, match_key)]
    if len(walked) < WALK or len(fitting) > PAGE_SIZE:
        return fitting[: PAGE_SIZE + 1], len(fitting) if len(walked) < WALK else None
    if words.are_common:
        return list(words.common_in(ordered).values_list(*order)[: PAGE_SIZE + 1]), None
    return first_of(words.found_in(rows).values_list(*order), PAGE_SIZE + 1, backwards=backwards)


def all_of(scope: Scope, asked: MemberFilter) -> QuerySet[Member]:
    """Every member that the pages show, in their order."""
    rows, words = members(scope, asked), words_of(asked)
    return (words.found_in(rows) if words else rows).order_by(*ORDERS[asked.sort])


def _load(ids: list[int]) -> list[Member]:
    rows = Member.objects.select_related("team", "commune").only(*SHOWN).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
