"""Training in a commune's report: shares of leaders, classes, people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reporting.queries.sources import SOURCES, compute, source_of
from tests.training.after.makers import attend, complete, make_past_class
from tests.training.makers import make_people, make_topic, make_venue

YESTERDAY = timezone.localdate() - timedelta(days=1)
NAMES = ("training.leaders", "training.leaders_trained", "training.classes", "training.attended")


@pytest.fixture
def this_week(campaign):
    campaign.starts_on, campaign.ends_on = YESTERDAY, timezone.localdate()
    campaign.save()
    return campaign


def found(campaign, code: str) -> list:
    answers = compute(campaign, [code])[code]
    return [answers[name] for name in NAMES]


def test_training_is_empty_then_zero_then_counted(this_week, cat_hai, staff):
    assert found(this_week, cat_hai.pk) == [None, None, None, None]
    leaders = make_people(cat_hai, 1, role="leader") + make_people(cat_hai, 1, team="Thôn Tây", role="leader")
    assert found(this_week, cat_hai.pk) == [2, None, None, None]
    row = make_past_class(make_venue(cat_hai), make_topic(), YESTERDAY, leaders)
    assert found(this_week, cat_hai.pk) == [2, 0, 0, 0]
    attend(row, leaders[0], True)
    attend(row, leaders[1], True)
    complete(row, leaders[:1], staff)
    assert found(this_week, cat_hai.pk) == [2, 50, 1, 2]


def test_the_share_stands_on_the_cut_off_and_the_people_within_the_time(this_week, cat_hai, staff):
    [leader] = make_people(cat_hai, 1, role="leader")
    row = make_past_class(make_venue(cat_hai), make_topic(), YESTERDAY, [leader])
    attend(row, leader, True)
    complete(row, [leader], staff)
    this_week.starts_on = this_week.ends_on
    assert found(this_week, cat_hai.pk) == [1, 100, 0, 0]
    this_week.starts_on = this_week.ends_on = YESTERDAY - timedelta(days=1)
    assert found(this_week, cat_hai.pk) == [1, None, None, None]


def test_the_share_is_worked_out_anew_for_the_province_and_leads_to_its_people(this_week):
    assert SOURCES["training.leaders_trained"].over == "training.leaders"
    day = this_week.ends_on.strftime("%d/%m/%Y")
    for name in NAMES:
        assert source_of(name).door("11914", this_week) == f"/tap-huan/xa/11914/?ngay={day}"
