"""A team's past, from the event tables that the triggers fill: who changed what, old -> new."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.phones import mask_phone
from teams.models import Decision, Member, ResidentialUnit, Team, TeamCoverage, TeamDecision

SHOWN = {
    Team: ("kind", "name", "decision", "zalo_url", "founded_on", "dissolved_on"),
    TeamCoverage: ("unit", "valid_from", "ended_on"),
    TeamDecision: ("decision", "kind", "effective_on"),
    Member: (
        "full_name", "role", "phone", "other_phone", "organization", "note", "joined_on", "left_on", "left_reason",
    ),
}  # fmt: skip
ACTS = {"insert": "Thêm", "update": "Sửa", "delete": "Xóa"}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one row; `changes` are (column, old, new) as people read them, phones masked."""

    at: datetime
    who: str
    act: str
    what: str
    changes: tuple[tuple[str, str, str], ...]


def team_history(team: Team, limit: int = 200) -> list[HistoryEntry]:
    """The latest changes of the team, its villages, decisions and members."""
    entries = [entry for model in SHOWN for entry in _entries(model, team)]
    names = _Names(entries)
    entries.sort(key=lambda pair: pair[1].pgh_created_at, reverse=True)
    lines = (_line(before, event, names) for before, event in entries)
    return [line for line in lines if line.changes][:limit]


def _entries(model: type[Model], team: Team) -> list[tuple[Model | None, Model]]:
    """Each event with the one before it of the same row."""
    owner = {"pgh_obj_id": team.pk} if model is Team else {"team_id": team.pk}
    events = model.pgh_event_model.objects.filter(**owner).select_related("pgh_context").order_by("pgh_id")
    last: dict[int, Model] = {}
    pairs = []
    for event in events:
        pairs.append((last.get(event.pgh_obj_id), event))
        last[event.pgh_obj_id] = event
    return pairs


class _Names:
    """The names behind the ids that the events hold, one query for each kind."""

    def __init__(self, entries: list[tuple[Model | None, Model]]):
        events = [event for _, event in entries]
        self.users = User.objects.in_bulk({user for event in events if (user := _user_id(event))})
        self.decision = Decision.objects.in_bulk(_ids(events, "decision_id"))
        self.unit = ResidentialUnit.objects.in_bulk(_ids(events, "unit_id"))

    def who(self, event: Model) -> str:
        return str(self.users.get(_user_id(event), "")) or "Hệ thống"


def _user_id(event: Model) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _ids(events: list[Model], column: str) -> set[int]:
    return {pk for event in events if (pk := getattr(event, column, None))}


def _line(before: Model | None, event: Model, names: _Names) -> HistoryEntry:
    model = event._meta.get_field("pgh_obj").related_model
    old = before if event.pgh_label == "update" else event if event.pgh_label == "delete" else None
    new = None if event.pgh_label == "delete" else event
    pairs = ((column, _text(old, column, names), _text(new, column, names)) for column in SHOWN[model])
    changes = tuple((_heading(model, column), was, now) for column, was, now in pairs if was != now)
    return HistoryEntry(event.pgh_created_at, names.who(event), ACTS[event.pgh_label], _subject(event, names), changes)


def _heading(model: type[Model], column: str) -> str:
    heading = str(model._meta.get_field(column).verbose_name)
    return heading[:1].upper() + heading[1:]


def _subject(event: Model, names: _Names) -> str:
    model = event._meta.get_field("pgh_obj").related_model
    if model is Member:
        return f"Thành viên {event.full_name}"
    if model is TeamCoverage:
        return f"Địa bàn {_text(event, 'unit', names)}"
    return f"Quyết định {_text(event, 'decision', names)}" if model is TeamDecision else "Thông tin của tổ"


def _text(event: Model | None, column: str, names: _Names) -> str:
    if event is None:
        return ""
    value = getattr(event, f"{column}_id" if hasattr(names, column) else column)
    if hasattr(names, column):
        return str(getattr(names, column).get(value, ""))
    if column.endswith("phone"):
        return mask_phone(value) if value else ""
    if isinstance(value, date):
        return format_date(value)
    display = getattr(event, f"get_{column}_display", None)
    return str(display() if display else value or "")
