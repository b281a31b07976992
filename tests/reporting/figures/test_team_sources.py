"""Reports on several of the teams' periods: what happened is added up, what is at hand is the latest."""

from datetime import date
from random import Random

import pytest

from reporting.answers import add_up
from reporting.definition import Indicator, Kind, Nature
from reporting.enums import PeriodKind
from reporting.models import Campaign, FormVersion, ReportPeriod, TeamFigures
from reporting.queries.figures import report_figures
from reporting.queries.sources import answer_of, compute
from reporting.queries.team_sources import drawn_on
from tests.conftest import client_of
from tests.reporting.campaigns.makers import make_period, page_text
from tests.reporting.figures.makers import make_register, write
from tests.reporting.reports.makers import make_campaign, make_report, make_version
from tests.reporting.team_figures.makers import make_form

FLOWS = ("people", "sessions")
COLUMNS = [
    *({"code": code, "label": code, "nature": "flow"} for code in FLOWS),
    {"code": "households", "label": "Số hộ"},
    {"code": "guided", "label": "Số hộ được hướng dẫn", "nature": "cumulative"},
    {"code": "rate", "label": "Tỷ lệ", "kind": "rate", "rate_of": "guided", "rate_over": "households"},
    {"code": "each", "label": "Người mỗi buổi", "kind": "rate", "rate_of": "people", "rate_over": "sessions"},
]
TEAM_FORM = {"sections": [{"heading": "Số liệu", "indicators": COLUMNS}]}
REPORT_FORM = {
    "title": "BÁO CÁO",
    "sections": [
        {
            "heading": "Kết quả",
            "indicators": [
                {"code": "people", "label": "Số người", "nature": "flow", "source": "teams.people"},
                {"code": "people_so_far", "label": "Lũy kế", "nature": "cumulative", "source": "teams.people"},
                {"code": "households", "label": "Số hộ", "source": "teams.households"},
                {"code": "guided", "label": "Số hộ", "nature": "cumulative", "source": "teams.guided"},
                {"code": "teams", "label": "Số tổ", "source": "teams.reported"},
            ],
        }
    ],
}
DAYS = [date(2025, 12, 15), date(2026, 3, 15), date(2026, 6, 15), date(2026, 9, 15)]


@pytest.fixture
def version(db) -> FormVersion:
    return make_form(TEAM_FORM)


@pytest.fixture
def quarters(hai_phong, version) -> list[ReportPeriod]:
    return [make_period(hai_phong, number, team_form=version) for number in (1, 2, 3, 4)]


@pytest.fixture
def teams(cat_hai, officer):
    return make_register(cat_hai, officer, teams=3)


@pytest.fixture
def year(hai_phong, quarters) -> Campaign:
    period = make_period(hai_phong, 4, kind=PeriodKind.YEAR, name="Năm 2026", starts_on=DAYS[0])
    return asked(hai_phong, period.starts_on, period.ends_on, period=period)


def asked(province, starts_on: date, ends_on: date, *, cumulative_from: date = DAYS[0], **more) -> Campaign:
    """A campaign on those days, which is all that computing looks at."""
    return Campaign(province=province, starts_on=starts_on, ends_on=ends_on, cumulative_from=cumulative_from, **more)


def told(team, period, **values) -> TeamFigures:
    units = {"province_id": team.province_id, "commune_id": team.commune_id}
    return TeamFigures.objects.create(period=period, team=team, values=values, **units)


def answers(campaign: Campaign) -> dict:
    return compute(campaign, ["11914"])["11914"]


@pytest.mark.parametrize("seed", range(4))
def test_sums_over_quarters_are_the_years(hai_phong, quarters, year, teams, seed):
    rng = Random(seed)
    for period in quarters:
        for team in teams:
            given = {code: rng.randrange(50) for code in FLOWS if rng.random() < 0.7}
            told(team, period, **given)
    teams[0].dissolved_on = DAYS[3]  # what it did in the first three quarters stays done
    teams[0].save()
    by_quarter = [answers(asked(hai_phong, each.starts_on, each.ends_on, period=each)) for each in quarters]
    of_year = answers(year)
    for code in FLOWS:
        parts = [found[f"teams.{code}"] for found in by_quarter]
        assert of_year[f"teams.{code}"] == add_up(parts) > 0
        so_far = [found[f"since teams.{code}"] for found in by_quarter]
        assert so_far == [add_up(parts[: n + 1]) for n in range(4)]
    assert (of_year["teams.asked"], by_quarter[0]["teams.asked"], by_quarter[3]["teams.asked"]) == (3, 3, 2)


def test_what_is_at_hand_and_what_teams_count_cumulatively_is_of_the_latest_quarter(year, quarters, teams):
    for number, period in enumerate(quarters, start=1):
        told(teams[0], period, households=100, guided=20 * number, people=10, sessions=number)
    told(teams[1], quarters[0], households=40, guided=30)
    found = answers(year)
    assert (found["teams.households"], found["teams.guided"], found["teams.rate"]) == (100, 80, 80.0)
    assert (found["teams.people"], found["teams.each"]) == (40, 400.0)
    assert (found["teams.asked"], found["teams.reported"]) == (3, 2)


def test_one_quarter_of_the_year_full_is_the_year_so_far_and_empty_is_not_zero(year, quarters, teams):
    told(teams[0], quarters[3], people=7)
    found = answers(year)
    assert (found["teams.reported"], found["teams.people"], found["teams.sessions"]) == (1, 7, None)


def test_a_campaign_on_a_letter_draws_on_the_quarters_within_its_days(hai_phong, quarters, teams):
    for period in quarters:
        told(teams[0], period, people=1, households=period.ends_on.month)
    two = asked(hai_phong, DAYS[1], date(2026, 9, 14))
    found = answers(two)
    assert (found["teams.people"], found["since teams.people"], found["teams.households"]) == (2, 3, 9)
    midst = answers(asked(hai_phong, date(2026, 5, 1), date(2026, 8, 31)))  # no quarter lies within, one is over
    assert (midst["teams.people"], midst["since teams.people"], midst["teams.households"]) == (None, 2, 6)
    assert "teams.reported" not in midst


def test_a_cumulative_count_of_another_year_does_not_go_on(hai_phong, quarters, teams):
    told(teams[0], quarters[3], guided=50, households=100)
    found = answers(asked(hai_phong, date(2026, 12, 15), date(2027, 1, 31), cumulative_from=date(2026, 12, 15)))
    assert (found["teams.guided"], found["teams.households"]) == (None, 100)


def test_nobody_is_counted_twice_when_a_longer_or_a_crossing_period_asked_too(year, quarters, version, teams):
    ReportPeriod.objects.filter(pk=year.period.pk).update(team_form=version)
    month = make_period(year.province, 2, kind=PeriodKind.RANGE, starts_on=date(2026, 5, 15), team_form=version)
    for period in (*quarters, year.period, month):
        told(teams[0], period, people=10)
    assert drawn_on(year).within == tuple(quarters)
    assert answers(year)["teams.people"] == 40
    own = asked(year.province, month.starts_on, month.ends_on, period=month)
    assert (drawn_on(own).within, drawn_on(own).latest) == ((month,), month)


def test_a_column_that_the_latest_form_dropped_keeps_its_figures(year, quarters, teams):
    columns = [each for each in COLUMNS if each["code"] not in {"sessions", "each"}]
    newer = make_form({"sections": [{"heading": "Số liệu", "indicators": columns}]}, slug="mau-moi")
    ReportPeriod.objects.filter(pk=quarters[3].pk).update(team_form=newer)
    told(teams[0], quarters[0], sessions=3)
    assert answers(year)["teams.sessions"] == 3


def test_the_line_says_which_periods_were_added_up_and_leads_to_the_latest(hai_phong, cat_hai, quarters, teams):
    for period in quarters:
        told(teams[0], period, people=5, households=9, guided=2)
    days = {"starts_on": DAYS[2], "ends_on": date(2026, 12, 14), "cumulative_from": DAYS[0]}
    campaign = make_campaign(hai_phong, version=make_version(REPORT_FORM), **days)
    figures = report_figures(make_report(campaign, cat_hai))
    lines = {line.indicator.code: line for line in figures.lines()}
    names = [each.name for each in quarters]
    assert {code: list(line.periods) for code, line in lines.items()} == {
        "people": names[2:],
        "people_so_far": names,
        "households": names[3:],
        "guided": names[3:],
        "teams": names[2:],
    }
    assert {code: line.value for code, line in lines.items()} == {
        "people": 10,
        "people_so_far": 20,
        "households": 9,
        "guided": 2,
        "teams": 1,
    }
    assert {line.door for line in lines.values()} == {f"/bao-cao/so-lieu/11914/{quarters[3].pk}/"}


def test_the_page_names_the_periods_beside_the_figure(hai_phong, cat_hai, officer, quarters, teams):
    told(teams[0], quarters[3], people=5)
    days = {"starts_on": DAYS[2], "ends_on": date(2026, 12, 14), "cumulative_from": DAYS[0]}
    campaign = make_campaign(hai_phong, version=make_version(REPORT_FORM), **days)
    report = make_report(campaign, cat_hai)
    page = page_text(client_of(officer), f"/bao-cao/xa/{report.pk}/")
    assert "theo số liệu các tổ, cộng Quý III năm 2026 + Quý IV năm 2026" in page
    ReportPeriod.objects.update(team_form=None)
    page = page_text(client_of(officer), f"/bao-cao/xa/{report.pk}/")
    assert "chưa có kỳ nào của tổ nằm trong thời gian này" in page


def test_a_cumulative_indicator_of_the_register_asks_the_register(year, teams):
    indicator = Indicator("members", "", Kind.NUMBER, nature=Nature.CUMULATIVE, source="register.members")
    assert answer_of(indicator, answers(year)) == 6


def test_a_rate_is_over_the_teams_that_gave_both_numbers_and_keeps_its_whole(hai_phong, cat_hai, quarters, teams):
    rate = {"code": "rate", "label": "Tỷ lệ", "kind": "rate", "nature": "cumulative", "source": "teams.rate"}
    parts = REPORT_FORM["sections"][0]["indicators"]
    version = make_version({"title": "BÁO CÁO", "sections": [{"heading": "Kết quả", "indicators": [*parts, rate]}]})
    days = {"starts_on": quarters[0].starts_on, "ends_on": quarters[0].ends_on, "cumulative_from": DAYS[0]}
    report = make_report(make_campaign(hai_phong, version=version, **days), cat_hai)
    told(teams[0], quarters[0], households=100, guided=80)
    told(teams[1], quarters[0], households=100)  # says nothing of how many were guided
    line = report_figures(report).line("rate")
    assert (line.value, line.whole) == (80.0, 100)

    write(report, rate=60.0)
    assert report_figures(report).line("rate").whole == 200  # written over: of the households in the report
