"""The counts of contests in a commune's report: the latest up to the cut-off."""

from datetime import date, timedelta

import pytest

from reporting.models import Campaign
from reporting.queries.sources import compute, source_of
from tests.reporting.figures.makers import make_letter_campaign
from training.services.contests import TypedCount, create_contest, save_counts


@pytest.fixture
def campaign(hai_phong) -> Campaign:
    return make_letter_campaign(hai_phong)


def people(campaign: Campaign, *codes: str) -> list:
    answers = compute(campaign, list(codes))
    return [answers[code]["contest.people"] for code in codes]


def run(campaign: Campaign, starts_on: date, ends_on: date, counts: dict[date, int], by) -> None:
    fields = {"name": f"Cuộc thi từ {starts_on}", "starts_on": starts_on, "ends_on": ends_on}
    contest = create_contest(province=campaign.province, fields=fields, by=by)
    for day, number in counts.items():
        save_counts(contest=contest, day=day, counts=[TypedCount("11914", number, None)], by=by)


def test_a_report_knows_the_latest_count_up_to_its_cut_off(campaign, cat_hai, tran_lieu, staff):
    last = campaign.ends_on
    counts = {last - timedelta(days=30): 860, last: 1440, last + timedelta(days=1): 2000}
    run(campaign, last - timedelta(days=40), last + timedelta(days=10), counts, staff)
    assert people(campaign, "11914", tran_lieu.pk) == [1440, None]


def test_a_contest_that_was_over_before_the_cumulative_start_is_of_another_year(campaign, cat_hai, staff):
    over = campaign.cumulative_from - timedelta(days=1)
    run(campaign, over - timedelta(days=30), over, {over: 500}, staff)
    assert people(campaign, "11914") == [None]
    run(campaign, over, campaign.cumulative_from, {campaign.cumulative_from: 7}, staff)
    assert people(campaign, "11914") == [7]


def test_its_door_leads_to_the_contests(campaign, cat_hai):
    assert source_of("contest.people").door("11914", campaign) == "/tap-huan/cuoc-thi/"
