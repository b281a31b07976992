"""Villages that were typed wrongly: an end is taken back, a mistake is deleted, what the law decided stays."""

from datetime import date

import pytest

from teams.enums import UnitKind
from teams.models import ResidentialUnit, TeamCoverage
from teams.services.units import UnitDraft, UnitEvent, end_unit, rename_unit
from tests.conftest import client_of
from tests.teams.makers import JULY, make_team, make_units

NEW_YEAR = date(2026, 1, 1)
EVENT = UnitEvent(NEW_YEAR, "Nghị quyết 05/NQ-HĐND ngày 01/12/2025")


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 1A", "Thôn 2", by=officer)


def test_an_end_that_was_typed_wrongly_is_taken_back_with_its_coverage(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY)
    end_unit(unit=villages[0], version=1, ended_on=NEW_YEAR, by=officer)
    typed = {"name": "Thôn 1", "kind": "village", "households": "", "valid_from": "", "version": "2"}
    url = f"/thon/{villages[0].pk}/sua/"
    assert client_of(officer).post(url, typed | {"ended_on": "1/2/2026"}).status_code == 302
    assert TeamCoverage.objects.get().ended_on == date(2026, 2, 1)
    assert client_of(officer).post(url, typed | {"ended_on": "", "version": "3"}).status_code == 302
    assert TeamCoverage.objects.get(team=team).ended_on is None
    assert ResidentialUnit.objects.get(pk=villages[0].pk).ended_on is None


def test_an_end_by_a_written_change_is_not_taken_back(cat_hai, officer, villages):
    new = UnitDraft("Thôn Đông", UnitKind.VILLAGE)
    rename_unit(unit=villages[0], version=1, new=new, event=EVENT, by=officer)
    typed = {"name": "Thôn 1", "kind": "village", "households": "", "valid_from": "", "version": "2"}
    url = f"/thon/{villages[0].pk}/sua/"
    answer = client_of(officer).post(url, typed | {"ended_on": ""})
    assert answer.status_code == 422
    assert "theo văn bản đã ghi" in answer.content.decode()
    assert client_of(officer).post(url, typed | {"ended_on": "1/1/2026", "households": "9"}).status_code == 302


def test_a_village_added_by_mistake_goes_while_nothing_speaks_of_it(cat_hai, officer, neighbour, viewer, villages):
    make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer)
    new = UnitDraft("Thôn Đông", UnitKind.VILLAGE)
    renamed = rename_unit(unit=villages[1], version=1, new=new, event=EVENT, by=officer)
    for unit in (villages[0], villages[1], renamed):
        client_of(officer).post(f"/thon/{unit.pk}/xoa/")
        assert ResidentialUnit.objects.filter(pk=unit.pk).exists()
    url = f"/thon/{villages[2].pk}/xoa/"
    assert [client_of(user).post(url).status_code for user in (viewer, neighbour)] == [403, 404]
    assert client_of(officer).get(url).status_code == 405
    assert client_of(officer).post(url).status_code == 302
    assert not ResidentialUnit.objects.filter(pk=villages[2].pk).exists()
