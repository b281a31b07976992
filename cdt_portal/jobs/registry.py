"""Which function does which kind of job. Handlers stand in each app's `tasks.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.utils.module_loading import autodiscover_modules

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `message` is one Vietnamese sentence; `url` a page of the portal to go on to.

    A `file` given as a path is taken over: stored as the job's result, then removed from where it was.
    `filename` is the name under which the user receives it.
    """

    message: str
    url: str = ""
    file: File | Path | None = None
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler gets. `progress(done, total, text)` costs no query: call it as often as is handy.

    It raises lease.LeaseLost when another runner has taken the job over; let that pass.
    """

    job: Job
    progress: Callable[..., None]

    @property
    def args(self) -> dict:
        return self.job.args

    @property
    def user(self) -> User | None:
        return self.job.owner


Handler = Callable[[Work], Result]
_handlers: dict[str, Handler] = {}


def job(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: this function does jobs of `kind`, in one transaction that it shares with the word "done".

    It raises services.JobFailed with a sentence for the user when trying again would not help.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"two handlers for jobs of kind {kind!r}")
        _handlers[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """KeyError when no app's tasks.py has one."""
    if kind not in _handlers:
        autodiscover_modules("tasks")
    return _handlers[kind]
