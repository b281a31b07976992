from datetime import date

import pytest

from training.models import Contest
from training.services.contests import create_contest


@pytest.fixture
def contest(hai_phong, staff) -> Contest:
    """It runs through the last quarter of 2025."""
    fields = {"name": "Công dân số Hải Phòng", "starts_on": date(2025, 10, 1), "ends_on": date(2025, 12, 31)}
    return create_contest(province=hai_phong, fields=fields, by=staff)
