from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import pghistory
from django.db import transaction

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
