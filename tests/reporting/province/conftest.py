import pytest

from reporting.models import Campaign, Report
from teams.models import Commune
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import make_campaign, make_report


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def campaign(hai_phong) -> Campaign:
    return make_campaign(hai_phong)


@pytest.fixture
def communes(hai_phong) -> list[Commune]:
    return make_communes(hai_phong, "Xã An", "Xã Bình", "Xã Cường")


@pytest.fixture
def sent(campaign, communes) -> list[Report]:
    """Two of three communes have reported."""
    an, binh, cuong = communes
    make_report(campaign, cuong)
    return [
        send(campaign, an, people="100", helped="50", skill="Tốt", proposals="<p>Thêm máy</p>"),
        send(campaign, binh, people="300", helped="30", skill="Khá"),
    ]
