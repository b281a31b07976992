import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.killing import Strikes
from tests.faults.stack import Stack

SEED = 6
SPEED = 4  # with a lease of 2,5 seconds and a sweep each 0,75


@contextmanager
def portal(speed: int) -> Iterator[Strikes]:
    # Not below pytest's own folder: every run of pytest that begins closes that to PostgreSQL's user.
    with tempfile.TemporaryDirectory(prefix="cdt-faults-") as folder:
        stack = Stack(Path(folder), speed)
        try:
            with Strikes(stack, SEED, speed) as strikes:
                yield strikes
        finally:
            stack.close()


@pytest.fixture(scope="package")
def strikes(django_db_setup) -> Iterator[Strikes]:
    """Quick workers, for the tests of this room together: each leaves all of them well."""
    with portal(SPEED) as strikes:
        yield strikes


@pytest.fixture
def real_strikes(django_db_setup) -> Iterator[Strikes]:
    """Workers with the lease and the sweep that users have."""
    with portal(1) as strikes:
        yield strikes
