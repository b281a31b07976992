"""Reports that speak of villages: told before these change, and in the way of taking back a change they count on."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from reporting.services.reports import submit
from teams.models import UnitPlan
from teams.services.unit_mentions import mentions
from teams.services.unit_plans import call_off_plan, record_plan
from tests.conftest import client_of
from tests.reporting.reports.makers import make_report, ready
from tests.teams.makers import make_plan, make_units

BEFORE, AFTER = date(2025, 11, 1), date(2026, 6, 1)  # of the campaign's last day, 31/12/2025


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", by=officer)


def recorded(villages, day: date, by) -> UnitPlan:
    return record_plan(plan=make_plan(villages, "Thôn Đông", by=by, day=day), version=1, by=by)


@pytest.mark.parametrize(("day", "says"), [(BEFORE, "các đơn vị mới"), (AFTER, "các đơn vị cũ")])
def test_an_open_report_counts_the_villages_of_its_last_day(cat_hai, report, day, says):
    (mention,) = mentions([cat_hai.pk], day)
    assert says in mention.says
    assert str(report.pk) in mention.url


def test_a_submitted_report_keeps_its_names_and_the_plan_says_so(cat_hai, officer, report, villages):
    submit(report=ready(report, officer), by=officer)
    page = client_of(officer).get(f"/sap-xep-thon/{make_plan(villages, 'Thôn Đông', by=officer, day=BEFORE).pk}/")
    assert "giữ nguyên tên và số liệu như khi nộp" in page.content.decode()


def test_a_report_of_another_commune_is_not_told(cat_hai, tran_lieu, campaign, officer):
    make_report(campaign, tran_lieu)
    assert mentions([cat_hai.pk], BEFORE) == []
    assert len(mentions([tran_lieu.pk], BEFORE)) == 1


def test_what_a_report_was_submitted_on_is_not_taken_back(officer, report, villages):
    plan = recorded(villages, BEFORE, officer)
    submit(report=ready(report, officer), by=officer)
    with pytest.raises(ValidationError, match="đã nộp theo đơn vị mới"):
        call_off_plan(plan=plan, version=plan.version, by=officer)


@pytest.mark.parametrize("first", ["submit", "record after its days"])
def test_a_report_that_did_not_count_on_it_is_not_in_the_way(officer, report, villages, first):
    if first == "submit":
        submit(report=ready(report, officer), by=officer)
        plan = recorded(villages, BEFORE, officer)
    else:
        plan = recorded(villages, AFTER, officer)
        submit(report=ready(report, officer), by=officer)
    assert call_off_plan(plan=plan, version=plan.version, by=officer).state == "called_off"
