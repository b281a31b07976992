"""What speaks of villages elsewhere: an app registers a function that says which of its papers do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper that names or counts villages. `counted_to` is the last day of its figures; `frozen_at` is when it took
    its final form, None for one that follows the register still."""

    title: str
    says: str
    url: str
    counted_to: date
    frozen_at: datetime | None = None


Source = Callable[[list[str], date], Iterable[Mention]]
_sources: list[Source] = []


def mention_source(source: Source) -> Source:
    """Decorator: this function gives what speaks of the villages of these communes (codes), open papers whenever they
    count, frozen ones as well. In a constant number of queries."""
    _sources.append(source)
    return source


def mentions(communes: list[str], day: date) -> list[Mention]:
    """All that speaks of the communes' villages when they change on `day`."""
    return [mention for source in _sources for mention in source(communes, day)]


def frozen_since(communes: list[str], day: date, recorded_at: datetime | None) -> list[str]:
    """Why a change of that day, recorded then, can not be taken back: papers frozen since that count on it."""
    found = [
        each
        for each in mentions(communes, day)
        if each.frozen_at and recorded_at and each.frozen_at > recorded_at and each.counted_to >= day
    ]
    return [f"{found[0].title} đã nộp theo đơn vị mới"] if found else []
