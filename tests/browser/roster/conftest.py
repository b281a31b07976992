import pytest
from playwright.sync_api import Page

from teams.models import Team
from tests.browser.roster.grid import NAMES, opened
from tests.teams.makers import make_member, make_team


@pytest.fixture
def team(cat_hai, live_server, officer) -> Team:
    team = make_team(cat_hai, "Thôn Đông", by=officer)
    for position, name in enumerate(NAMES, 1):
        make_member(team, name, position=position, phone=f"091499412{position}")
    return team


@pytest.fixture
def grid(window_of, officer, team) -> Page:
    return opened(window_of(officer).new_page(), team)
