"""Figures of communes and provinces: what they count, and what they must not."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from teams.enums import LeaveReason, MemberRole, TeamKind
from teams.figures import RosterFigures
from teams.models import Member, Team, TeamCoverage
from teams.queries.coverage import figures_by_commune, figures_by_province
from teams.services.teams import dissolve_team
from teams.services.units import end_unit
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units

TODAY = date(2026, 3, 1)


def figures(commune, day: date = TODAY) -> RosterFigures:
    return figures_by_commune(Q(), day)[commune.pk]


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer)


def test_a_commune_without_rows_has_zeros_and_no_rate(cat_hai):
    assert figures(cat_hai) == RosterFigures()
    assert figures(cat_hai).coverage is None


def test_two_teams_on_one_village_cover_it_once(cat_hai, officer, villages):
    for name in ("Thôn 1", "Thôn 1 (Đoàn Thanh niên)", "Thôn 1 (Hội Phụ nữ)", "Xóm Bãi", "Xóm Chùa"):
        make_team(cat_hai, name, villages[0], by=officer)
    seen = figures(cat_hai)
    assert (seen.teams, seen.covered, seen.villages, seen.coverage) == (5, 1, 4, 25)


def test_coverage_never_passes_one_hundred_per_cent(cat_hai, officer, villages):
    for number in range(12):
        make_team(cat_hai, f"Tổ {number} ven biển", *villages, by=officer)
    assert figures(cat_hai).coverage == 100


def test_one_team_may_cover_several_villages(cat_hai, officer, villages):
    make_team(cat_hai, "Liên thôn", *villages[:3], by=officer)
    assert figures(cat_hai).coverage == 75


def test_only_village_teams_cover(cat_hai, officer, villages):
    make_team(cat_hai, "Đội Cát Bà", villages[0], by=officer, kind=TeamKind.RAPID_RESPONSE)
    make_team(cat_hai, "Ban chỉ đạo", by=officer, kind=TeamKind.STEERING_COMMITTEE)
    seen = figures(cat_hai)
    assert (seen.covered, seen.teams, seen.rapid_response, seen.steering_committee, seen.other_teams) == (0, 0, 1, 1, 2)


def test_an_ended_village_leaves_both_sides_of_the_rate(cat_hai, officer, villages):
    make_team(cat_hai, "Thôn 1", villages[0], by=officer)
    end_unit(unit=villages[0], version=1, ended_on=date(2026, 1, 1), by=officer)
    before, after = figures(cat_hai, date(2025, 12, 31)), figures(cat_hai, date(2026, 1, 1))
    assert (before.villages, before.covered) == (4, 1)
    assert (after.villages, after.covered) == (3, 0)


def test_coverage_counts_from_its_first_day_until_the_day_before_its_end(cat_hai, officer, villages):
    team = make_team(cat_hai, "Thôn 1", villages[0], by=officer, founded_on=JULY)
    TeamCoverage.objects.filter(team=team).update(ended_on=date(2026, 2, 1))
    days = [JULY - timedelta(1), JULY, date(2026, 1, 31), date(2026, 2, 1)]
    assert [figures(cat_hai, day).covered for day in days] == [0, 1, 1, 0]


def test_a_dissolved_team_counts_until_the_day_before(cat_hai, officer, villages):
    team = make_team(cat_hai, "Thôn 1", villages[0], by=officer, founded_on=JULY)
    make_member(team, "Nguyễn Văn An", joined_on=JULY)
    dissolve_team(team=team, version=1, dissolved_on=date(2026, 1, 1), decision=None, by=officer)
    before, after = figures(cat_hai, date(2025, 12, 31)), figures(cat_hai, date(2026, 1, 1))
    assert (before.teams, before.covered, before.members) == (1, 1, 1)
    assert (after.teams, after.covered, after.members) == (0, 0, 0)


def test_members_count_while_they_belong(cat_hai, officer):
    team = make_team(cat_hai, "Thôn 1", by=officer)
    make_member(team, "Nguyễn Văn An", joined_on=JULY)
    make_member(team, "Trần Thị Bình", left_on=date(2026, 1, 1), left_reason=LeaveReason.RESIGNED)
    assert [figures(cat_hai, day).members for day in (date(2025, 7, 9), JULY, TODAY)] == [1, 2, 1]


def test_a_team_lacks_a_leader_on_the_days_it_has_none(cat_hai, officer):
    team = make_team(cat_hai, "Thôn 1", by=officer)
    make_team(cat_hai, "Thôn 2", by=officer)
    make_member(team, "Nguyễn Văn An", MemberRole.LEADER, joined_on=JULY)
    assert [figures(cat_hai, day).without_leader for day in (JULY - timedelta(1), JULY)] == [2, 1]


def test_a_team_lacks_a_decision_until_one_takes_effect(cat_hai, officer):
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", officer)
    make_team(cat_hai, "Thôn 1", by=officer, decision=decision)
    make_team(cat_hai, "Thôn 2", by=officer)
    assert [figures(cat_hai, day).without_decision for day in (JULY - timedelta(1), JULY)] == [2, 1]


def test_a_province_is_the_sum_of_its_communes(cat_hai, tran_lieu, hac_thanh, officer, villages):
    others = make_units(tran_lieu, "Khu dân cư 1", "Khu dân cư 2", by=officer)
    make_units(hac_thanh, "Phố 1", by=officer)
    make_team(cat_hai, "Thôn 1", villages[0], by=officer)
    make_team(tran_lieu, "Khu dân cư 1", *others, by=officer)
    by_province = figures_by_province(Q(), TODAY)
    assert by_province["31"] == figures(cat_hai) + figures(tran_lieu)
    assert (by_province["31"].villages, by_province["31"].covered, by_province["38"].villages) == (6, 3, 1)


def test_the_condition_keeps_foreign_rows_out(cat_hai, tran_lieu, officer, villages):
    make_units(tran_lieu, "Khu dân cư 1", by=officer)
    assert set(figures_by_commune(Q(commune_id=tran_lieu.pk), TODAY)) == {tran_lieu.pk}


def test_the_number_of_queries_does_not_grow(cat_hai, tran_lieu, officer, villages, django_assert_num_queries):
    with django_assert_num_queries(4):
        figures_by_commune(Q(), TODAY)
    for number, commune in enumerate([cat_hai, tran_lieu] * 2):
        make_member(make_team(commune, f"Xóm {number}", by=officer), "Lê Chi")
    assert (Team.objects.count(), Member.objects.count()) == (4, 4)
    with django_assert_num_queries(4):
        figures_by_commune(Q(), TODAY)
