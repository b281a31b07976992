from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TypeVar

import pghistory
from django.db import transaction
from django.db.models import Model

from teams.models import Commune
from teams.services.quality import check_after_commit

Result = TypeVar("Result")


def action(service: Callable[..., Result]) -> Callable[..., Result]:
    """A service called with `by`, the user who acts: one transaction, whose history names them.

    The name is set here because jobs and commands have no request around them to set it.
    """

    @wraps(service)
    def act(**kwargs) -> Result:
        with transaction.atomic(), pghistory.context(user=kwargs["by"].pk):
            return service(**kwargs)

    return act


def register_action(service: Callable[..., Result]) -> Callable[..., Result]:
    """An action that changes the register: the findings of the communes that its arguments and its result speak of are
    checked once it is committed."""

    @wraps(service)
    def act(**kwargs) -> Result:
        result = service(**kwargs)
        check_after_commit(communes_in([*kwargs.values(), result]))
        return result

    return action(act)


def communes_in(values: Iterable[object]) -> Iterator[str]:
    """Codes of the communes that these rows are, or belong to; rows may come in lists and tuples."""
    for value in values:
        if isinstance(value, Commune):
            yield value.pk
        elif isinstance(value, Model) and getattr(value, "commune_id", None):
            yield value.commune_id
        elif isinstance(value, list | tuple):
            yield from communes_in(value)
