"""What the portal computes for a report: the register on the cut-off, the figures of the teams."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reporting.models import TeamFigures
from reporting.queries.sources import SOURCES, compute, source_of, teams_door
from teams.enums import LeaveReason
from teams.models import Member
from teams.services.officers import add_officer
from tests.reporting.figures.makers import (
    ABOUT,
    CUT_OFF,
    ZALO,
    make_letter_campaign,
    make_period,
    make_register,
)
from tests.teams.makers import make_decision, make_member, make_team, make_units

THE_DECISION = {"text": "Quyết định số 1907", "date": "2025-10-31", "subject": ABOUT}


@pytest.fixture
def quarter(hai_phong, teams):
    """A campaign on a period whose teams are asked for figures."""
    return make_letter_campaign(hai_phong, period=make_period(hai_phong))


def report_figures_of(team, period, **values) -> TeamFigures:
    units = {"province_id": team.province_id, "commune_id": team.commune_id}
    return TeamFigures.objects.create(period=period, team=team, values=values, **units)


def test_the_register_is_counted_as_of_the_cut_off(campaign, cat_hai, officer, teams):
    later = CUT_OFF + timedelta(days=1)
    make_member(teams[0], "Vào Sau", joined_on=later)
    gone = make_member(teams[0], "Thôi Sau", joined_on=date(2025, 11, 1), left_on=later, left_reason="resigned")
    make_units(cat_hai, "Thôn mới", by=officer, since=later)
    make_team(cat_hai, "Tổ mới", by=officer, founded_on=later)
    found = compute(campaign, [cat_hai.pk])[cat_hai.pk]
    expected = {"villages": 3, "covered": 2, "teams": 2, "members": 5, "rapid_response": 1, "without_leader": 0}
    assert {name: found[f"register.{name}"] for name in expected} == expected
    assert found["register.coverage"] == pytest.approx(200 / 3)
    assert found["register.zalo"] == ZALO
    today = compute(campaign, [cat_hai.pk], day=timezone.localdate())[cat_hai.pk]
    assert (today["register.members"], today["register.villages"], today["register.teams"]) == (5, 4, 3)
    assert gone.left_reason == LeaveReason.RESIGNED


def test_a_register_without_an_entry_reports_nothing_and_not_zero(campaign, cat_hai, officer):
    found = compute(campaign, [cat_hai.pk])[cat_hai.pk]
    assert set(found) >= {name for name in SOURCES if name.startswith("register.")}
    assert not [name for name, value in found.items() if value is not None]
    make_units(cat_hai, "Thôn 1", by=officer)
    found = compute(campaign, [cat_hai.pk])[cat_hai.pk]
    assert (found["register.villages"], found["register.teams"], found["register.coverage"]) == (1, 0, 0)


def test_decisions_are_those_in_force_and_documents_those_of_the_period(campaign, cat_hai, officer, teams):
    make_decision(cat_hai, "05/KH-UBND ngày 20/11/2025", by=officer)
    make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", by=officer)
    found = compute(campaign, [cat_hai.pk])[cat_hai.pk]
    plan = {"text": "05/KH-UBND", "date": "2025-11-20", "subject": ""}
    assert found["register.decisions"] == [THE_DECISION]
    assert found["register.documents"] == [THE_DECISION, plan]
    Member.objects.all().delete()
    for team in teams:
        decision = make_decision(cat_hai, "02/QĐ-UBND ngày 15/11/2025", by=officer)
        team.decision = decision
        team.decisions.create(
            decision=decision, kind="consolidate", province_id=team.province_id, commune_id=team.commune_id
        )
        team.save()
    after = {"text": "Quyết định số 02/QĐ-UBND", "date": "2025-11-15", "subject": ""}
    assert compute(campaign, [cat_hai.pk])[cat_hai.pk]["register.decisions"] == [after]
    before = compute(campaign, [cat_hai.pk], day=date(2025, 11, 10))[cat_hai.pk]
    assert before["register.decisions"] == [THE_DECISION]


def test_officers_come_without_their_numbers(campaign, cat_hai, officer):
    person = {"full_name": "Phạm Thị Hà", "position": "Chuyên viên"}
    fields = person | {"phone": "0912345678", "citizen_id": "031190001234"}
    add_officer(commune=cat_hai, fields=fields, by=officer)
    found = compute(campaign, [cat_hai.pk])[cat_hai.pk]["register.officers"]
    assert found == [person]


def test_figures_of_teams_are_added_up_and_rates_made_from_the_sums(quarter, cat_hai, teams):
    report_figures_of(teams[0], quarter.period, households=10, guided=9)
    report_figures_of(teams[1], quarter.period, households=90, guided=0, remarks="<p>Tốt</p>")
    found = compute(quarter, [cat_hai.pk])[cat_hai.pk]
    assert (found["teams.asked"], found["teams.reported"]) == (2, 2)
    assert (found["teams.households"], found["teams.guided"], found["teams.rate"]) == (100, 9, 9.0)
    assert "teams.remarks" not in found


def test_a_team_that_reported_nothing_is_not_zero(quarter, cat_hai, teams):
    report_figures_of(teams[0], quarter.period)
    found = compute(quarter, [cat_hai.pk])[cat_hai.pk]
    assert (found["teams.asked"], found["teams.reported"], found["teams.households"]) == (2, 0, None)
    report_figures_of(teams[1], quarter.period, households=0)
    found = compute(quarter, [cat_hai.pk])[cat_hai.pk]
    assert (found["teams.reported"], found["teams.households"], found["teams.guided"]) == (1, 0, None)


def test_a_team_without_one_half_of_a_rate_does_not_weigh_in_it(quarter, cat_hai, teams):
    report_figures_of(teams[0], quarter.period, households=10, guided=5)
    report_figures_of(teams[1], quarter.period, households=90)
    found = compute(quarter, [cat_hai.pk])[cat_hai.pk]
    assert (found["teams.households"], found["teams.rate"]) == (100, 50.0)


def test_a_dissolved_team_counts_no_more(quarter, cat_hai, teams):
    report_figures_of(teams[0], quarter.period, households=10)
    report_figures_of(teams[1], quarter.period, households=7)
    teams[0].dissolved_on = CUT_OFF
    teams[0].save()
    found = compute(quarter, [cat_hai.pk])[cat_hai.pk]
    assert (found["teams.asked"], found["teams.reported"], found["teams.households"]) == (1, 1, 7)


def test_communes_are_kept_apart_at_the_price_of_one(quarter, cat_hai, tran_lieu, hac_thanh, officer, teams):
    make_register(tran_lieu, officer, teams=3)
    report_figures_of(teams[0], quarter.period, households=10)
    codes = [cat_hai.pk, tran_lieu.pk, hac_thanh.pk]
    with CaptureQueriesContext(connection) as one:
        compute(quarter, [cat_hai.pk])
    with CaptureQueriesContext(connection) as three:
        found = compute(quarter, codes)
    assert len(one) == len(three) == 20
    assert [found[code]["register.teams"] for code in codes] == [2, 3, None]
    assert [found[code]["teams.households"] for code in codes] == [10, None, None]
    assert [found[code]["teams.asked"] for code in codes] == [2, 3, 0]


def test_every_source_has_a_door_and_a_name_is_known_or_not(campaign):
    for source in SOURCES.values():
        assert source.label
    assert source_of("register.members").door("11914", campaign) == "/xa/11914/?ngay=31/12/2025#to"
    assert source_of("register.without_leader").door("11914", campaign) == "/xa/11914/?ngay=31/12/2025&thieu=leader#to"
    assert source_of("register.documents").door("11914", campaign) == "/xa/11914/quyet-dinh/"
    assert source_of("register.officers").door("11914", campaign) == "/xa/11914/can-bo/?ngay=31/12/2025"
    assert source_of("") is source_of("register.nothing") is None


def test_behind_the_figures_of_teams_stands_their_grid(quarter):
    assert teams_door("11914", [quarter.period]) == f"/bao-cao/so-lieu/11914/{quarter.period_id}/"
    assert teams_door("11914", ()) == ""  # no teams that were asked
