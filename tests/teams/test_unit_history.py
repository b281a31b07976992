"""Villages through time: figures recast to the villages of a later day, and what a change leaves to do."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from teams.enums import MemberRole, Share
from teams.models import Member, ResidentialUnit, Team
from teams.queries.unit_history import follow_up, member_series, origins_of, recast_lines
from teams.services.consolidation import TeamPlan, consolidate
from teams.services.team_fates import Fate
from teams.services.unit_plans import choose_fates, record_plan
from teams.services.units import UnitDraft, UnitEvent, rename_unit
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import JULY, make_decision, make_member, make_plan, make_team, make_units

EVE, NEW_YEAR = date(2025, 12, 31), date(2026, 1, 1)


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)


@pytest.fixture
def merged(cat_hai, officer, villages):
    """Thôn 1 and Thôn 2 are Thôn Đông, whose two teams became that of Thôn 1, which has no leader."""
    teams = [make_team(cat_hai, f"Tổ {unit.name}", unit, by=officer, founded_on=JULY) for unit in villages[:2]]
    for team in teams:
        make_member(team, f"Trần Văn {team.pk}")
    ResidentialUnit.objects.filter(pk__in=[unit.pk for unit in villages[:2]]).update(households=100)
    plan = make_plan(villages[:2], "Thôn Đông", by=officer)
    plan = choose_fates(plan=plan, version=1, fates={teams[1].pk: Fate(teams[0].pk)}, by=officer)
    record_plan(plan=plan, version=plan.version, by=officer)
    return teams[0]


def followed(commune) -> list:
    return follow_up([commune.pk], timezone.localdate())[commune.pk]


def names(units) -> list[str]:
    return [unit.name for unit in units]


def test_figures_of_the_old_villages_are_added_for_the_new(cat_hai, merged):
    lines = {tuple(names(line.news)): line for line in recast_lines(cat_hai, EVE, NEW_YEAR)}
    line = lines["Thôn Đông",]
    assert (names(line.olds), line.is_divided) == (["Thôn 1", "Thôn 2"], False)
    assert (line.teams, line.members, line.households) == ((2, 1), (2, 2), (200, None))
    assert lines["Thôn 3",].is_same


def test_a_village_that_went_in_part_is_compared_with_all_it_went_to(cat_hai, officer, villages):
    plan = make_plan(villages[:1], "Thôn Bắc", by=officer, share=Share.PART)
    record_plan(plan=plan, version=1, by=officer)
    line = next(each for each in recast_lines(cat_hai, EVE, NEW_YEAR) if names(each.olds) == ["Thôn 1"])
    assert (sorted(names(line.news)), line.is_divided) == (["Thôn 1", "Thôn Bắc"], True)
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/lich-su/").content.decode()
    assert "chỉ so được cả nhóm" in page


def test_days_before_and_after_a_change_show_nothing_changed(cat_hai, merged):
    for first, last in ((date(2025, 6, 1), EVE), (NEW_YEAR, date(2026, 2, 1))):
        assert all(line.is_same for line in recast_lines(cat_hai, first, last))


def test_what_is_left_to_do_ticks_itself(cat_hai, officer, merged):
    def undone() -> list[str]:
        return [step.key for unit in followed(cat_hai) for step in unit.steps if not step.done]

    assert undone() == ["households", "decision", "leader", "zalo"]
    decision = make_decision(cat_hai, "09/QĐ-UBND ngày 10/1/2026", by=officer)
    old = TeamPlan(team=merged)
    consolidate(commune=cat_hai, decision=decision, effective_on=date(2026, 1, 10), plans=[old], by=officer)
    assert undone() == ["households", "leader", "zalo"]
    Member.objects.filter(pk=Member.objects.filter(team=merged, left_on=None).first().pk).update(role=MemberRole.LEADER)
    assert sum(unit.left for unit in followed(cat_hai)) == 0
    Team.objects.filter(pk=merged.pk).update(zalo_url="https://zalo.me/g/abc")
    ResidentialUnit.objects.filter(name="Thôn Đông").update(households=200)
    assert undone() == []
    assert "việc còn lại sau sắp xếp" not in client_of(officer).get(f"/xa/{cat_hai.pk}/").content.decode()


def test_a_decision_from_before_the_change_does_not_do(cat_hai, officer, merged):
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", by=officer)
    consolidate(commune=cat_hai, decision=decision, effective_on=JULY, plans=[TeamPlan(team=merged)], by=officer)
    steps = [step for unit in followed(cat_hai) for step in unit.steps]
    assert not next(step for step in steps if step.key == "decision").done


def test_a_new_name_a_day_to_come_and_an_old_change_ask_for_nothing(cat_hai, officer, villages):
    today = timezone.localdate()
    event = UnitEvent(today - timedelta(3), "Nghị quyết 1")
    rename_unit(unit=villages[2], version=1, new=UnitDraft("Thôn Mới", "village"), event=event, by=officer)
    for units, day in (([villages[0]], today + timedelta(5)), ([villages[1]], today - timedelta(400))):
        plan = make_plan(units, f"Nửa {units[0].name}", by=officer, day=day, share=Share.PART)
        record_plan(plan=plan, version=1, by=officer)
    assert followed(cat_hai) == []


def test_pages_need_as_many_queries_for_many_changes_as_for_one(cat_hai, officer):
    client, counts = client_of(officer), []
    for word, many in (("Thôn", 1), ("Bản", 4)):
        for number in range(many):
            pair = make_units(cat_hai, f"{word} {number}a", f"{word} {number}b", by=officer)
            make_team(cat_hai, f"Tổ {word} {number}", *pair, by=officer)
            record_plan(plan=make_plan(pair, f"Khu {word} {number}", by=officer), version=1, by=officer)
        pages = ("lich-su", "viec-sau-sap-xep")
        counts.append([count_queries(client, f"/xa/{cat_hai.pk}/thon/{page}/") for page in pages])
    assert counts[0] == counts[1]


def test_a_series_goes_by_the_villages_of_the_time_or_by_those_of_today(cat_hai, merged):
    days = [date(2025, 9, 14), EVE, NEW_YEAR]

    def series(**how) -> dict[tuple[str, ...], list]:
        return {tuple(names(line.units)): line.members for line in member_series(cat_hai, days, **how)}

    assert series(recast_to_last=False) == {
        ("Thôn 1",): [1, 1, None],
        ("Thôn 2",): [1, 1, None],
        ("Thôn 3",): [0, 0, 0],
        ("Thôn Đông",): [None, None, 2],
    }
    assert series(recast_to_last=True) == {("Thôn Đông",): [2, 2, 2], ("Thôn 3",): [0, 0, 0]}


def test_the_origin_of_a_village_is_told_through_all_its_changes(cat_hai, officer, merged):
    new = ResidentialUnit.objects.get(name="Thôn Đông")
    plan = make_plan([new], "Thôn Đông Trên", "Thôn Đông Dưới", by=officer, day=date(2026, 5, 1), share=Share.DIVIDED)
    record_plan(plan=plan, version=1, by=officer)
    upper, _ = origins_of(cat_hai, ResidentialUnit.objects.filter(name__startswith="Thôn Đông ").order_by("-name"))
    (east,) = upper.origins
    assert (upper.effective_on, east.unit, east.whole) == (date(2026, 5, 1), new, False)
    assert names(each.unit for each in east.origins) == ["Thôn 1", "Thôn 2"]
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/lich-su/").content.decode()
    assert "Nguồn gốc các đơn vị" in page
