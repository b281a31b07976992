"""Who looked at hidden numbers, took lists away, came in or was refused: the portal's traces as one log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from cdt_portal.accounts.models import LoginEvent, User
from cdt_portal.lib.dates import format_date
from teams.models import Commune, ExportTrace, FocalOfficer, Member, PhoneReveal, Province

PAGE_SIZE = 50
OfficerEvent = FocalOfficer.pgh_event_model
LOOKS = ("phone", "export", "citizen_id")  # everything but logins
KINDS = {
    "phone": "Xem số điện thoại",
    "export": "Xuất danh sách",
    "citizen_id": "Xem số CCCD",
    "login": "Đăng nhập, đăng xuất",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the log. `kind` is a key of KINDS; `who` is None for the operator's command line."""

    at: datetime
    kind: str
    who: User | None
    what: str

    @property
    def label(self) -> str:
        return KINDS[self.kind]


def traces(
    users: QuerySet[User] | Iterable[int] | None,
    *,
    since: date | None = None,
    until: date | None = None,
    kinds: Iterable[str] = KINDS,
    start: int = 0,
    count: int = PAGE_SIZE,
) -> list[Trace]:
    """What `users` did from `since` to `until`, newest first; None: everybody, the command line included.

    Nine queries at most, however many rows: each table gives its newest, then the newest of all are taken.
    """
    within = _actors(users) & _days(since, until)
    newest = [_rows(kind).filter(within).order_by("-when", "-row")[: start + count] for kind in kinds]
    rows = list(newest[0].union(*newest[1:], all=True).order_by("-when", "-row")[start : start + count])
    texts = {kind: DESCRIBED[kind]({row for _, of, _, row in rows if of == kind}) for kind in kinds}
    people = User.objects.in_bulk({actor for _, _, actor, _ in rows if actor})
    return [Trace(when, kind, people.get(actor), texts[kind].get(row, "")) for when, kind, actor, row in rows]


def _actors(users: QuerySet[User] | Iterable[int] | None) -> Q:
    return Q() if users is None else Q(actor__in=users)


def _days(since: date | None, until: date | None) -> Q:
    from_start = Q(when__gte=_midnight(since)) if since else Q()
    return from_start & Q(when__lt=_midnight(until + timedelta(days=1))) if until else from_start


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _rows(kind: str) -> QuerySet:
    """(when, kind, actor, row) of every trace of that kind."""
    sources: dict[str, tuple[QuerySet, F, object]] = {
        "phone": (PhoneReveal.objects, F("at"), F("user_id")),
        "export": (ExportTrace.objects, F("at"), F("user_id")),
        "citizen_id": (OfficerEvent.objects.filter(pgh_label="reveal"), F("pgh_created_at"), _actor_of_event()),
        "login": (LoginEvent.objects, F("at"), F("user_id")),
    }
    rows, when, actor = sources[kind]
    named = Value(kind, output_field=CharField())
    return rows.annotate(when=when, kind=named, actor=actor, row=Cast("pk", BigIntegerField())).values_list(
        "when", "kind", "actor", "row"
    )


def _actor_of_event() -> Cast:
    return Cast(KeyTextTransform("user", "pgh_context__metadata"), BigIntegerField())


# What a line says -----------------------------------------------------------------------------------------------------


def _phones_of(ids: set[int]) -> dict[int, str]:
    looks = dict(PhoneReveal.objects.filter(pk__in=ids).order_by().values_list("pk", "member"))
    members = Member.objects.select_related("team", "commune").in_bulk(set(looks.values()))
    named = {pk: f"{row.full_name}, {row.team.name}, {row.commune.name}" for pk, row in members.items()}
    return {look: named.get(member, "thành viên không còn trong danh sách") for look, member in looks.items()}


def _exports_of(ids: set[int]) -> dict[int, str]:
    taken = ExportTrace.objects.in_bulk(ids)
    orders = [_order(trace) for trace in taken.values()]
    provinces = Province.objects.in_bulk({order["province"] for order in orders})
    communes = Commune.objects.in_bulk({code for order in orders for code in order["communes"]})
    names = {code: row.name for rows in (provinces, communes) for code, row in rows.items()}
    return {pk: _export_text(trace, names) for pk, trace in taken.items()}


def _order(trace: ExportTrace) -> dict:
    """The scope of a workbook as it is, that of the list on the screen in the same words."""
    asked = trace.scope.get("list", trace.scope)
    one = [asked["commune"]] if asked.get("commune") else []
    return {"province": "", "search": "", **asked, "communes": asked.get("communes") or one}


def _export_text(trace: ExportTrace, names: dict[str, str]) -> str:
    order = _order(trace)
    units = ", ".join(names.get(code, code) for code in order["communes"][:3])
    more = f" và {len(order['communes']) - 3} xã khác" if len(order["communes"]) > 3 else ""
    where = f"{units}{more}" or names.get(order["province"], "tất cả đơn vị được xem")
    searched = f", tìm “{order['search']}”" if order["search"] else ""
    phones = "số điện thoại đầy đủ" if trace.full_phones else "số điện thoại che bớt"
    day = f" ngày {format_date(date.fromisoformat(order['day']))}" if order.get("day") else ""
    return f"{where}{searched}: {trace.rows} dòng{day}, {phones}"


def _citizen_ids_of(ids: set[int]) -> dict[int, str]:
    events = OfficerEvent.objects.filter(pk__in=ids).select_related("commune")
    return {event.pk: f"{event.full_name}, {event.commune.name}" for event in events}


def _logins_of(ids: set[int]) -> dict[int, str]:
    events = LoginEvent.objects.in_bulk(ids).values()
    return {event.pk: f"{event.get_outcome_display()}, {event.address or 'không rõ địa chỉ'}" for event in events}


DESCRIBED: dict[str, Callable[[set[int]], dict[int, str]]] = {
    "phone": _phones_of,
    "export": _exports_of,
    "citizen_id": _citizen_ids_of,
    "login": _logins_of,
}
