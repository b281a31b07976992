"""A call open to two communes, and a team of Cát Hải with a leader, a deputy and a member."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.periods import due_after
from teams.enums import MemberRole
from teams.models import Member
from tests.teams.makers import make_member, make_team
from training.models import NeedReply, Topic, TrainingCall
from training.services.calls import create_call, open_call
from training.services.topics import load_shipped


@pytest.fixture
def topics(db) -> dict[str, Topic]:
    load_shipped()
    return {topic.code: topic for topic in Topic.objects.all()}


@pytest.fixture
def fields(topics) -> dict[str, object]:
    """What the department types: two topics, leaders and deputies, due in a month."""
    return {
        "title": "Tập huấn Tổ trưởng, Tổ phó năm 2026",
        "letter_text": "Công văn số 3251/SKHCN-CNTT",
        "topics": [topics["policy"], topics["ai"]],
        "roles": [MemberRole.LEADER, MemberRole.DEPUTY_LEADER],
        "headcount_allowed": False,
        "max_per_commune": None,
        "due_at": due_after(timezone.localdate() + timedelta(days=30)),
        "instructions": "",
    }


@pytest.fixture
def draft(hai_phong, cat_hai, tran_lieu, staff, fields) -> TrainingCall:
    return create_call(by=staff, province=hai_phong, fields=fields)


@pytest.fixture
def call(draft, staff, officer, neighbour) -> TrainingCall:
    return open_call(call=draft, by=staff)


@pytest.fixture
def reply(call, cat_hai) -> NeedReply:
    return NeedReply.objects.select_related("call", "commune").get(call=call, commune=cat_hai)


@pytest.fixture
def people(cat_hai, officer) -> dict[str, Member]:
    team = make_team(cat_hai, "Thôn 1", by=officer)
    return {
        "member": make_member(team, "Phạm Văn Thành Viên"),
        "deputy": make_member(team, "Trần Thị Tổ Phó", MemberRole.DEPUTY_LEADER, phone="0914994124"),
        "leader": make_member(team, "Nguyễn Văn Tổ Trưởng", MemberRole.LEADER, phone="0914994123"),
    }
