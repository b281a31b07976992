"""What this thread is busy with, ids only: written beside every line of the log, and told to who meets an error."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_busy: ContextVar[dict[str, object] | None] = ContextVar("busy", default=None)


@contextmanager
def busy_with(**ids: object) -> Iterator[None]:
    """Within the block `current` tells these ids and none from outside of it."""
    token = _busy.set(ids)
    try:
        yield
    finally:
        _busy.reset(token)


def note(**ids: object) -> None:
    """Add to what the block is busy with, once more is known; nothing outside of a block."""
    busy = _busy.get()
    if busy is not None:
        busy.update(ids)


def current() -> dict[str, object]:
    return dict(_busy.get() or {})


def new_number() -> str:
    """Eight letters and digits to read out over the telephone."""
    return secrets.token_hex(4).upper()
