from datetime import timedelta

import pytest
from django.utils import timezone

from teams.models import Member
from tests.training.makers import make_class, make_people, seat
from training.models import ClassSession


@pytest.fixture
def people(cat_hai) -> list[Member]:
    """Two with numbers of their own, two who share one."""
    an, lan, first, second = make_people(cat_hai, 4)
    for member, name in ((an, "Nguyễn Văn An"), (lan, "Trần Thị Lan"), (first, "Lê Thị Hà"), (second, "Lê Văn Bình")):
        member.full_name = name
        member.save()
    second.other_phone = first.phone
    second.save()
    return [an, lan, first, second]


@pytest.fixture
def session(venue, topic, people, staff) -> ClassSession:
    """Of a class that began half an hour ago, with all four in it."""
    now = timezone.now().replace(microsecond=0)
    row = make_class(venue, topic, starts_at=now - timedelta(minutes=30), ends_at=now + timedelta(hours=3))
    seat(row, people, staff)
    return row.sessions.get()
