"""What communes owe: an app registers a function that says who owes what by when; reminders know nothing else of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Debtor:
    """A commune that still owes. `state` says how far it is, `url` is the page on which its `users` (ids) go on."""

    commune_code: str
    commune: str
    state: str
    url: str
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What `asked` communes have to do by one deadline, and those of them that owe it still.

    `subject` names it in the log ("campaign:12"); a subject with several deadlines is a duty for each. `what` goes on
    after "chưa": "nộp báo cáo “Quý I”". Moments before `since` are never reminded of. `staff` are the ids of those who
    get the summary, which leads to `staff_url`.
    """

    subject: str
    what: str
    since: datetime
    due_at: datetime
    asked: int
    owed: tuple[Debtor, ...]
    staff: tuple[int, ...]
    staff_url: str


Source = Callable[[datetime], Iterable[Duty]]
_sources: list[Source] = []


def duty_source(source: Source) -> Source:
    """Decorator: this function gives the duties of its app as they stand at a moment."""
    _sources.append(source)
    return source


def duties(now: datetime) -> list[Duty]:
    return [duty for source in _sources for duty in source(now)]
