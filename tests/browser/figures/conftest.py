import pytest
from playwright.sync_api import Page

from reporting.models import ReportPeriod
from teams.models import Team
from tests.browser.figures.sheet import opened
from tests.reporting.team_figures.makers import make_period
from tests.teams.makers import make_team, make_units


@pytest.fixture
def teams(cat_hai, live_server, officer) -> list[Team]:
    villages = make_units(cat_hai, "Thôn Đông", "Thôn Tây", "Thôn Nam", by=officer)
    for village, households in zip(villages, (120, None, 1440), strict=True):
        village.households = households
        village.save()
    return [make_team(cat_hai, f"Tổ {village.name}", village, by=officer) for village in villages]


@pytest.fixture
def period(hai_phong) -> ReportPeriod:
    return make_period(hai_phong)


@pytest.fixture
def sheet(window_of, officer, period, teams) -> Page:
    return opened(window_of(officer).new_page(), period)
