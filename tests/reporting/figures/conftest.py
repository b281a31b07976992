import pytest

from reporting.models import Campaign, Report
from teams.models import Team
from tests.reporting.figures.makers import make_letter_campaign, make_register
from tests.reporting.reports.makers import make_report


@pytest.fixture
def campaign(hai_phong) -> Campaign:
    return make_letter_campaign(hai_phong)


@pytest.fixture
def report(campaign, cat_hai) -> Report:
    return make_report(campaign, cat_hai)


@pytest.fixture
def teams(cat_hai, officer) -> list[Team]:
    return make_register(cat_hai, officer)
