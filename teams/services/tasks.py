"""What awaits people, on their first page and on their commune's: an app registers functions that say what of it they
have to do. The number of queries of a source does not grow with communes or provinces."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from teams.access import Scope
from teams.models import Commune


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, and the one next step; with `acts` off something that goes on, which the user follows.

    `due_at` is the first moment that is too late, `when` says it in words ("hạn hết ngày 05/01/2026"), `state` how far
    it is. `place` names the unit, for people of several.
    """

    text: str
    label: str
    url: str
    due_at: datetime | None = None
    when: str = ""
    state: str = ""
    is_late: bool = False
    place: str = ""
    acts: bool = True


Source = Callable[[Scope, Sequence[Commune]], Iterable[Task]]
WiderSource = Callable[[Scope], Iterable[Task]]
_sources: list[Source] = []
_wider_sources: list[WiderSource] = []


def task_source(source: Source) -> Source:
    """Decorator: this function gives what the user, by `scope`, has to do for the communes, which come with their
    province."""
    _sources.append(source)
    return source


def wider_task_source(source: WiderSource) -> WiderSource:
    """Decorator: this function gives what the user has to do for whole provinces, or for the portal."""
    _wider_sources.append(source)
    return source


def awaiting(scope: Scope, communes: Sequence[Commune]) -> list[Task]:
    """For the communes, the most urgent first."""
    return most_urgent_first(task for source in _sources for task in source(scope, communes)) if communes else []


def awaiting_above(scope: Scope) -> list[Task]:
    """For provinces, the most urgent first; who has but one knows its name."""
    tasks = (task for source in _wider_sources for task in source(scope))
    return most_urgent_first(replace(task, place="") if scope.home_province else task for task in tasks)


def most_urgent_first(tasks: Iterable[Task]) -> list[Task]:
    """By their deadlines; then those without one, as their sources have them."""
    return sorted(tasks, key=lambda task: task.due_at.timestamp() if task.due_at else float("inf"))
