"""What the overview says of a province by commune and of the nation by province, and what it must not say."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from reporting.enums import ReportState
from reporting.models import CommuneStanding, Report, ReportingPolicy
from reporting.queries.overview import Overview, Standing, nation_overview, province_overview
from reporting.queries.rates import counted_reports
from reporting.services.standings import keep_ended_quarters, renew_standings, told_period
from teams.access import Post, Scope
from teams.enums import MemberRole, UserRole
from teams.models import Commune, Member
from tests.reporting.campaigns.makers import make_form, make_periodic, opened
from tests.reporting.campaigns.makers import make_period as make_quarter
from tests.reporting.team_figures.makers import make_figures, make_period
from tests.teams.makers import JULY, make_member, make_team, make_units
from training.services.external import add_external

TODAY = timezone.localdate
EVERYWHERE = Scope((Post(UserRole.SYSTEM_ADMIN, "", ""),))


@pytest.fixture
def teams(cat_hai, tran_lieu, hac_thanh, officer):
    """Cát Hải: two teams with leaders since July; Trần Liễu: one without; the stranger: one village."""
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)
    teams = [make_team(cat_hai, each.name, each, by=officer, founded_on=JULY) for each in villages[:2]]
    for team in teams:
        make_member(team, f"Nguyễn Văn {team.name}", MemberRole.LEADER, joined_on=JULY)
    other = make_team(tran_lieu, "Khu 1", *make_units(tran_lieu, "Khu 1", by=officer), by=officer)
    led = make_team(hac_thanh, "Phố 1", *make_units(hac_thanh, "Phố 1", by=officer), by=officer)
    make_member(led, "Hoàng Minh", MemberRole.LEADER)
    return [*teams, other]


def lines(overview: Overview) -> dict:
    return {line.unit.pk: line for line in overview.lines}


def learn(member: Member, by) -> None:
    fields = {"title": "Kỹ năng số", "provider": "Tỉnh đoàn", "finished_on": JULY, "hours": 4}
    proof = {"evidence_url": "https://tinhdoan.example/1"}
    add_external(members=[member], fields=fields | proof, evidence=None, by=by)


def test_a_province_stands_by_commune_and_the_nation_by_province(teams, hai_phong):
    shown = province_overview(hai_phong, TODAY())
    found = lines(shown)
    assert {code: line.figures.coverage for code, line in found.items()} == {"11914": 200 / 3, "10729": 100}
    assert shown.total.figures == found["11914"].figures + found["10729"].figures
    nation = nation_overview(EVERYWHERE, TODAY())
    assert lines(nation)["31"].figures == shown.total.figures
    assert nation.total.figures.villages == 5


def test_who_sees_one_province_gets_it_alone(teams, hai_phong):
    assert set(lines(nation_overview(Scope((Post(UserRole.DEPARTMENT_VIEWER, "31", ""),)), TODAY()))) == {"31"}


def test_states_of_reports_are_told_while_a_campaign_runs(teams, hai_phong, staff):
    campaign = make_periodic(make_quarter(hai_phong), staff, form=make_form())
    assert province_overview(hai_phong, TODAY()).campaigns == []
    opened(campaign, staff)
    Report.objects.filter(commune="11914").update(
        state=ReportState.SUBMITTED, first_submitted_at=timezone.now(), on_time=True
    )
    shown = province_overview(hai_phong, TODAY())
    assert shown.campaigns[0].states == {ReportState.SUBMITTED: 1, ReportState.NOT_STARTED: 1}
    sent = {code: (line.reports_sent, line.reports_asked) for code, line in lines(shown).items()}
    assert sent == {"11914": (1, 1), "10729": (0, 1)}
    assert (shown.total.reports_sent, shown.total.reports_asked) == (1, 2)
    assert lines(nation_overview(EVERYWHERE, TODAY()))["31"].reports_sent == 1


@pytest.mark.parametrize(("ended_after", "asked"), [(0, 1), (1, 2)])
def test_who_ended_before_the_cut_off_is_not_asked(teams, hai_phong, staff, ended_after, asked):
    """Found out after the opening: as in `counted_reports`, on the province's page and the nation's alike."""
    campaign = opened(make_periodic(make_quarter(hai_phong), staff, form=make_form()), staff)
    ended_on = campaign.ends_on + timedelta(days=ended_after)
    Commune.objects.filter(pk="10729").update(ended_on=ended_on)
    assert counted_reports([campaign]).count() == asked
    for shown in (province_overview(hai_phong, TODAY()), nation_overview(EVERYWHERE, TODAY())):
        assert sum(shown.campaigns[0].states.values()) == asked


def test_households_are_of_the_quarter_that_is_over_and_of_teams_that_gave_both_numbers(teams, hai_phong):
    over = make_period(hai_phong, ends_on=TODAY() - timedelta(days=10))
    make_period(hai_phong, name="Quý đang chạy", ends_on=TODAY() + timedelta(days=80))
    make_figures(over, teams[0], households=100, households_guided=60)
    make_figures(over, teams[1], households=500)
    renew_standings()
    shown = province_overview(hai_phong, TODAY())
    told = lines(shown)["11914"].standing
    assert (told.households, told.guided, told.reported, told.asked, told.guided_share) == (100, 60, 1, 2, 60)
    assert lines(shown)["10729"].standing.guided_share is None
    assert (shown.total.standing.guided_share, shown.total.standing.asked) == (60, 3)
    assert lines(nation_overview(EVERYWHERE, TODAY()))["31"].standing == shown.total.standing


def test_before_a_quarter_is_over_the_first_one_is_told(hai_phong):
    assert told_period(hai_phong) is None
    first = make_period(hai_phong, ends_on=TODAY() + timedelta(days=10))
    assert told_period(hai_phong) == first


def test_the_share_of_trained_leaders_is_not_known_where_nobody_keeps_training(teams, hai_phong, officer):
    renew_standings()
    assert province_overview(hai_phong, TODAY()).total.standing.trained_share is None
    learn(teams[0].members.get(), officer)
    renew_standings()
    shown = province_overview(hai_phong, TODAY())
    assert shown.total.standing.trained_share == 50
    assert lines(shown)["11914"].standing == Standing(2, 1, 0, 0, None, None)
    assert shown.counted_at == CommuneStanding.objects.get(pk="11914").counted_at
    nation = nation_overview(EVERYWHERE, TODAY())
    assert lines(nation)["38"].standing.trained_share is None
    assert nation.total.standing.trained_share == 50  # leaders of whom it is not known are no part of the whole


def test_quarters_that_are_over_are_kept_once_and_compared_with(teams, hai_phong):
    for ends_on in (date(2025, 6, 14), date(2025, 9, 14)):
        make_period(hai_phong, name=f"{ends_on}", ends_on=ends_on, team_form=None)
    make_period(hai_phong, name="Quý đang chạy", ends_on=TODAY(), team_form=None)
    assert keep_ended_quarters() == 2
    assert keep_ended_quarters() == 0
    make_member(teams[0], "Lê Chi")
    shown = province_overview(hai_phong, TODAY())
    assert [(point.day, point.figures.members, point.provinces) for point in shown.trend] == [
        (date(2025, 6, 14), 0, 1),
        (date(2025, 9, 14), 2, 1),
    ]
    assert (shown.compared_on, shown.total.change("members")) == (date(2025, 9, 14), 1)
    assert (shown.total.change("coverage"), shown.total.change("without_phone")) == (0, None)
    assert [lines(shown)[code].change("members") for code in ("11914", "10729")] == [1, 0]
    assert lines(nation_overview(EVERYWHERE, TODAY()))["31"].change("members") == 1
    assert lines(nation_overview(EVERYWHERE, TODAY()))["38"].change("members") is None


def test_provinces_that_end_their_quarter_on_other_days_stand_at_one_point(teams, hai_phong, hac_thanh):
    for province, day in ((hai_phong, date(2026, 3, 14)), (hac_thanh.province, date(2026, 3, 31))):
        make_period(province, ends_on=day, team_form=None)
    keep_ended_quarters()
    points = nation_overview(EVERYWHERE, TODAY()).trend
    assert [(point.day, point.provinces, point.figures.villages) for point in points] == [(date(2026, 3, 31), 2, 5)]


def test_of_a_past_day_only_the_register_is_told(teams, hai_phong, staff):
    opened(make_periodic(make_quarter(hai_phong), staff, form=make_form()), staff)
    renew_standings()
    shown = province_overview(hai_phong, JULY - timedelta(days=1))
    assert (shown.total.figures.teams, shown.total.standing, shown.campaigns, shown.trend) == (1, None, [], [])
    assert shown.total.states == {}


def test_the_province_sets_its_own_target(teams, hai_phong):
    assert province_overview(hai_phong, TODAY()).household_target == 80
    ReportingPolicy.objects.create(province=hai_phong, household_target=90)
    assert province_overview(hai_phong, TODAY()).household_target == 90


def test_the_number_of_queries_does_not_grow(teams, hai_phong, hac_thanh, staff, officer, django_assert_num_queries):
    opened(make_periodic(make_quarter(hai_phong), staff, form=make_form()), staff)
    make_period(hai_phong, ends_on=date(2025, 9, 14), team_form=None)
    keep_ended_quarters()
    renew_standings()
    for day in (date(2025, 9, 30), date(2025, 12, 31)):
        with django_assert_num_queries(9):
            assert province_overview(hai_phong, TODAY()).trend
        with django_assert_num_queries(7):
            assert nation_overview(EVERYWHERE, TODAY()).trend
        make_units(hac_thanh, f"Phố {day}", by=officer)
        make_period(hac_thanh.province, ends_on=day, team_form=None)
        assert keep_ended_quarters() == 1
