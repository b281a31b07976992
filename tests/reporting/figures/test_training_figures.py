"""Training in a commune's report: shares of leaders, classes, people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib import richtext
from reporting.queries.figures import report_figures
from reporting.queries.sources import SOURCES, compute, source_of
from tests.reporting.figures.test_shipped_forms import form_of
from tests.reporting.reports.makers import make_campaign, make_report, make_version
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


@pytest.mark.parametrize("held", [True, False])
def test_shipped_forms_tell_of_classes_where_the_letters_ask_and_only_when_there_were_any(
    held, hai_phong, cat_hai, staff
):
    leaders = make_people(cat_hai, 1, role="leader") + make_people(cat_hai, 1, team="Thôn Tây", role="leader")
    if held:
        row = make_past_class(make_venue(cat_hai), make_topic(), YESTERDAY, leaders)
        complete(row, leaders, staff)
    days = {"starts_on": YESTERDAY, "ends_on": timezone.localdate()}
    quarter = make_campaign(hai_phong, version=make_version(form_of("hoat-dong-6-noi-dung")), **days)
    figures = report_figures(make_report(quarter, cat_hai))
    told = [figures.line(code).value for code in ("classes", "trained", "leaders", "leaders_trained")]
    assert told == ([1, 2, 2, 100] if held else [None, None, 2, None])
    words = richtext.plain(figures.line("training_text").value or "")
    assert ("tham gia 1 lớp tập huấn, với 2 người" in words and "đạt 100%" in words) if held else words == ""


@pytest.mark.parametrize("held", [True, False])
def test_the_letters_report_speaks_of_classes_in_its_sentence(held, hai_phong, cat_hai, staff):
    leaders = make_people(cat_hai, 1, role="leader") + make_people(cat_hai, 1, team="Thôn Tây", role="leader")
    if held:
        complete(make_past_class(make_venue(cat_hai), make_topic(), YESTERDAY, leaders), leaders, staff)
    days = {"starts_on": YESTERDAY, "ends_on": timezone.localdate()}
    campaign = make_campaign(hai_phong, version=make_version(form_of("ket-qua-to-cong-nghe-so")), **days)
    words = richtext.plain(report_figures(make_report(campaign, cat_hai)).line("training_course").value)
    assert ("đã tham gia 1 lớp tập huấn, với 2 người" in words) is held
    assert "…" not in words
