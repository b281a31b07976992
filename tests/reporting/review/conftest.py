import pytest

from reporting.models import Campaign, Report
from tests.conftest import make_user
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_version

FORM = SMALL_FORM | {
    "checks": [{"left": "people", "right": 1000, "severity": "warning", "message": "Quá nhiều người."}]
}


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def campaign(hai_phong) -> Campaign:
    """A quarter whose first report of each commune can be held against the quarter before."""
    version = make_version(FORM)
    before = make_campaign(hai_phong, version=version, slug="truoc", title="Quý trước")
    return make_campaign(hai_phong, version=version, previous=before)


@pytest.fixture
def sent(campaign) -> list[Report]:
    """Three reports that wait: one as before, one that jumped, one with a finding."""
    reports = []
    for commune, before, now in zip(
        make_communes(campaign.province, "Xã An", "Xã Bình", "Xã Cường"), (100, 100, 100), (110, 360, 5000), strict=True
    ):
        send(campaign.previous, commune, people=str(before))
        reports.append(send(campaign, commune, people=str(now), proposals="<p>Thêm máy</p>"))
    campaign.previous.reports.update(state="accepted")
    campaign.reports.update(on_time=True)
    return reports


@pytest.fixture
def colleague(hai_phong):
    return make_user("so.haiphong.2", "department_staff", province=hai_phong)
