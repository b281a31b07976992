import pytest

from cdt_portal.notices import duties
from cdt_portal.notices.duties import Duty


@pytest.fixture
def standing(monkeypatch) -> list[Duty]:
    """The only duties there are: a test writes its own into the list."""
    owed: list[Duty] = []
    monkeypatch.setattr(duties, "_sources", [lambda now: list(owed)])
    return owed
