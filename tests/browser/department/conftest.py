import pytest

from reporting.models import Campaign, Report
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import make_campaign, make_report


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def campaign(live_server, hai_phong) -> Campaign:
    before = make_campaign(hai_phong, slug="truoc", title="Quý trước")
    return make_campaign(hai_phong, version=before.form_version, previous=before)


@pytest.fixture
def sent(campaign) -> list[Report]:
    """Three reports wait, a fourth commune has sent none."""
    *communes, last = make_communes(campaign.province, "Xã An", "Xã Bình", "Xã Cường", "Xã Dương")
    make_report(campaign, last)
    reports = []
    for number, commune in enumerate(communes):
        send(campaign.previous, commune, people="100", proposals="<p>Không có</p>")
        answers = {"people": str(110 + 200 * number), "helped": "60", "skill": "Khá"}
        reports.append(send(campaign, commune, **answers, proposals="<p>Cấp <b>máy tính</b> cho các tổ</p>"))
    campaign.previous.reports.update(state="accepted")
    return reports
