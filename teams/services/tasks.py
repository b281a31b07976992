"""What awaits a commune's people on its page: an app registers a function that says what of it they have to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from teams.access import Scope
from teams.models import Commune


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, and the one next step."""

    text: str
    label: str
    url: str


Source = Callable[[Scope, Commune], Iterable[Task]]
_sources: list[Source] = []


def task_source(source: Source) -> Source:
    """Decorator: this function gives what the user, by `scope`, has to do for the commune, the most urgent first."""
    _sources.append(source)
    return source


def awaiting(scope: Scope, commune: Commune) -> list[Task]:
    return [task for source in _sources for task in source(scope, commune)]
