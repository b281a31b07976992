"""Officers who type in one row at the same moment: one is written, the others are told."""

import pytest

from reporting.models import TeamFigures
from reporting.services.team_figures import save_figures
from tests.reporting.team_figures.makers import make_figures
from tests.teams.test_members_concurrency import PEOPLE, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_saves_of_one_version_one_is_written_and_the_others_are_told(period, team, officer):
    make_figures(period, team, households=1)

    def save(number: int) -> None:
        save_figures(period=period, team=team, version=1, raw={"vneid": str(number)}, by=officer)

    assert all_at_once(save) == ["Conflict"] * (PEOPLE - 1) + ["written"]
    row = TeamFigures.objects.get()
    assert row.version == 2
    assert row.values.keys() == {"households", "vneid"}


def test_of_many_first_saves_one_is_written_and_the_others_are_told(period, team, officer):
    def save(number: int) -> None:
        save_figures(period=period, team=team, version=0, raw={"vneid": str(number)}, by=officer)

    assert all_at_once(save) == ["Conflict"] * (PEOPLE - 1) + ["written"]
    assert TeamFigures.objects.get().version == 1


def test_without_the_version_all_believe_that_they_were_written(period, team):
    """The control: seven of eight figures are lost and nobody is told."""
    row = make_figures(period, team)

    def save(number: int) -> None:
        TeamFigures.objects.filter(pk=row.pk).update(values={"vneid": number})

    assert all_at_once(save) == ["written"] * PEOPLE
    assert len(TeamFigures.objects.get().values) == 1
