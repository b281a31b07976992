from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from teams.enums import MemberRole
from teams.models import Member
from tests.training.after.makers import PDF, make_past_class
from tests.training.makers import make_people, make_topic, make_venue
from training.models import ExternalTraining, TrainingClass


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def people(cat_hai) -> list[Member]:
    """Leader and four members of one team of Cát Hải, with phones."""
    [leader] = make_people(cat_hai, 1, role=MemberRole.LEADER)
    return [leader, *make_people(cat_hai, 4)]


@pytest.fixture
def others(tran_lieu) -> list[Member]:
    return make_people(tran_lieu, 2)


@pytest.fixture
def past_class(cat_hai, people, others) -> TrainingClass:
    """Two sessions, over since yesterday; three of Cát Hải and two of Trần Liễu had a seat."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return make_past_class(make_venue(cat_hai), make_topic(), yesterday, [*people[:3], *others])


@pytest.fixture
def external(people, officer) -> ExternalTraining:
    unit = {"province_id": "31", "commune_id": people[1].commune_id}
    file = SimpleUploadedFile("minh-chung.pdf", PDF)
    return ExternalTraining.objects.create(
        member=people[1],
        title="Kỹ năng số",
        provider="onetouch",
        finished_on=timezone.localdate(),
        evidence=file,
        **unit,
    )
