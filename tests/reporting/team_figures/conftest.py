import pytest

from reporting.models import ReportPeriod, TeamLink, TeamSubmission
from reporting.services.team_links import send
from teams.models import Team
from tests.reporting.team_figures.makers import make_link, make_period
from tests.teams.makers import make_team, make_units


@pytest.fixture
def period(hai_phong) -> ReportPeriod:
    return make_period(hai_phong)


@pytest.fixture
def teams(cat_hai, officer) -> list[Team]:
    """Three teams of Cát Hải; the households of the first one's villages are known."""
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)
    villages[0].households = 120
    villages[0].save()
    return [make_team(cat_hai, f"Tổ {village.name}", village, by=officer) for village in villages]


@pytest.fixture
def team(teams) -> Team:
    return teams[0]


@pytest.fixture
def link(period, team, officer) -> TeamLink:
    return make_link(period, team, officer)


@pytest.fixture
def sent(link) -> TeamSubmission:
    return send(link=link, raw={"vneid": "25"}, sender="Nguyễn Văn An")
