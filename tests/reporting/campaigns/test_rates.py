"""The four rates, with reports in every state and communes that came, went, were late, extended or returned."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from reporting.enums import ReportState
from reporting.figures import Rates
from reporting.models import Campaign, Report
from reporting.queries.rates import rate_lines, rates_of
from reporting.queries.reports import campaign_lines
from teams.models import Commune
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.campaigns.makers import page_text

S = ReportState
SENT_ON_TIME = {"first_submitted_at": timezone.now(), "on_time": True}
SENT_LATE = {"first_submitted_at": timezone.now(), "on_time": False}


@pytest.fixture
def reports(campaign, hai_phong, cat_hai, tran_lieu) -> list[Report]:
    """One in each state there is and some more, those first that never were sent."""
    Report.objects.filter(campaign=campaign).delete()
    stories = [
        (S.NOT_STARTED, {}),
        (S.DRAFT, {}),
        (S.AWAITING_APPROVAL, {"extended_until": timezone.now() + timedelta(days=60)}),
        (S.SUBMITTED, SENT_ON_TIME),
        (S.UNDER_REVIEW, SENT_LATE),
        (S.RETURNED, SENT_ON_TIME | {"returns": 1}),
        (S.DRAFT, SENT_ON_TIME | {"accepted_at": timezone.now()}),  # accepted, then reopened
        (S.ACCEPTED, SENT_ON_TIME),
        (S.ACCEPTED, SENT_LATE | {"returns": 2}),
        (S.LOCKED, SENT_ON_TIME),
    ]
    communes = [make_commune(f"2000{n}", f"Xã Số {n}", "rural_commune", hai_phong) for n in range(len(stories))]
    return [
        Report.objects.create(campaign=campaign, province=hai_phong, commune=commune, state=state, **more)
        for commune, (state, more) in zip(communes, stories, strict=True)
    ]


def of(campaign: Campaign) -> Rates:
    return rates_of([campaign])[campaign.pk]


def test_each_rate_is_over_all_who_were_asked(campaign, reports):
    assert {report.state for report in reports} == set(S.values)
    assert of(campaign) == Rates(asked=10, submitted=7, on_time=5, accepted=3, accepted_first=2)


@pytest.mark.parametrize(("ended_on", "asked"), [(date(2025, 12, 31), 9), (date(2026, 1, 1), 10), (None, 10)])
def test_a_commune_that_ended_by_the_cutoff_is_not_counted(campaign, reports, ended_on, asked):
    assert campaign.ends_on == date(2025, 12, 31)
    Commune.objects.filter(pk=reports[-1].commune_id).update(ended_on=ended_on)
    gone = asked == 9
    assert of(campaign) == Rates(asked, 7 - gone, 5 - gone, 3 - gone, 2 - gone)


@pytest.mark.parametrize(("valid_from", "asked"), [(date(2026, 1, 1), 9), (date(2025, 12, 31), 10)])
def test_a_commune_that_began_after_the_cutoff_is_not_counted(campaign, reports, valid_from, asked):
    Commune.objects.filter(pk=reports[0].commune_id).update(valid_from=valid_from)
    assert of(campaign).asked == asked


def test_a_campaign_that_asks_nobody_has_no_rates(draft):
    assert of(draft) == Rates(0, 0, 0, 0, 0)
    assert {line.percent for line in rate_lines(of(draft))} == {""}


@pytest.mark.parametrize(
    ("count", "asked", "shown"),
    [(0, 3, "0%"), (1, 3, "33,3%"), (3, 3, "100%"), (1999, 2000, "99,9%"), (1, 8, "12,5%")],
)
def test_percents_have_one_decimal_and_all_but_one_are_not_all(count, asked, shown):
    assert rate_lines(Rates(asked, count, 0, 0, 0))[0].percent == shown


def test_the_rates_take_one_query_for_any_number_of_campaigns(campaign, reports, django_assert_num_queries):
    with django_assert_num_queries(1):
        rates_of([campaign])
    with django_assert_num_queries(1):
        rates_of([campaign, campaign, campaign])


def test_the_list_and_the_page_show_them(campaign, reports, staff, viewer):
    (line,) = campaign_lines([campaign])
    assert [(each.count, each.percent) for each in line.rates] == [(7, "70%"), (5, "50%"), (3, "30%"), (2, "20%")]
    assert (line.waiting, line.returned) == (2, 1)
    for user in (staff, viewer):
        page = page_text(client_of(user), f"/bao-cao/dot/{campaign.pk}/")
        assert "Tỷ lệ trên 10 đơn vị được yêu cầu" in page
        assert '<dt>Đã nộp</dt><dd><span class="figure">70%</span>7/10</dd>' in page
        assert '>7<span class="share">70%</span>' in page_text(client_of(user), "/bao-cao/")


def test_the_list_takes_the_same_queries_for_few_communes_and_many(campaign, hai_phong, staff):
    client = client_of(staff)
    few = count_queries(client, "/bao-cao/")
    for number in range(10):
        commune = make_commune(f"3000{number}", f"Xã Số {number}", "rural_commune", hai_phong)
        Report.objects.create(campaign=campaign, commune=commune, province=hai_phong)
    assert count_queries(client, "/bao-cao/") == few
