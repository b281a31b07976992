import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder outside of pytest's own: another pytest that starts would shut that to PostgreSQL's user."""
    with tempfile.TemporaryDirectory(prefix="cdt-") as path:
        yield Path(path).resolve()
