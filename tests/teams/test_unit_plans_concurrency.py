"""Two people record two plans for one village at the same moment: one is written, the other is told."""

import pytest

from teams.models import ResidentialUnit, UnitChange
from teams.services.unit_plans import record_plan
from tests.teams.makers import make_plan, make_units
from tests.teams.test_members_concurrency import PEOPLE, all_at_once


@pytest.fixture
def plans(transactional_db, cat_hai, officer):
    """One for each person, all of the same two villages."""
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", by=officer)
    return [make_plan(villages, f"Thôn Mới {number}", by=officer) for number in range(PEOPLE)]


def test_of_plans_for_one_village_one_is_recorded(plans, officer):
    said = all_at_once(lambda number: record_plan(plan=plans[number], version=1, by=officer))
    assert said == ["Conflict"] * (PEOPLE - 1) + ["written"]
    assert ResidentialUnit.objects.filter(ended_on=None).count() == 1
    assert UnitChange.objects.count() == 1


def test_without_the_versions_the_village_would_end_several_times(plans, officer, monkeypatch):
    """The control: nobody compares versions, nor whether the village lives."""

    def careless(seen):
        return ResidentialUnit.objects.in_bulk(seen)

    monkeypatch.setattr("teams.services.unit_changes._locked", careless)
    monkeypatch.setattr("teams.services.unit_changes._refuse_ended", lambda units, day: None)
    assert all_at_once(lambda number: record_plan(plan=plans[number], version=1, by=officer)) == ["written"] * PEOPLE
    assert UnitChange.objects.count() == PEOPLE
