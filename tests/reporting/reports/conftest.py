import pytest

from reporting.models import Campaign, Report
from tests.reporting.reports.makers import make_campaign, make_report


@pytest.fixture
def campaign(hai_phong) -> Campaign:
    return make_campaign(hai_phong)


@pytest.fixture
def report(campaign, cat_hai) -> Report:
    return make_report(campaign, cat_hai)
