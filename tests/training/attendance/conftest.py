from datetime import timedelta

import pytest
from django.utils import timezone

from teams.models import Member
from tests.training.after.makers import make_past_class
from tests.training.makers import make_people, make_venue
from training.models import ClassSession, TrainingClass


@pytest.fixture
def people(cat_hai) -> list[Member]:
    """Four of one team of Cát Hải; the last is not in the class."""
    return make_people(cat_hai, 4)


@pytest.fixture
def others(tran_lieu) -> list[Member]:
    return make_people(tran_lieu, 1)


@pytest.fixture
def held(cat_hai, topic, people, others) -> TrainingClass:
    """Morning and afternoon of yesterday: three of Cát Hải, one of Trần Liễu; not finished."""
    return make_past_class(make_venue(cat_hai), topic, timezone.localdate() - timedelta(days=1), [*people[:3], *others])


@pytest.fixture
def sessions(held) -> list[ClassSession]:
    return list(held.sessions.order_by("starts_at"))
