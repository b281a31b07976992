"""Periods that open by themselves, and those added by hand."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cdt_portal.lib.periods import ZONE, due_after, last_day
from cdt_portal.notices.models import Notice
from cdt_portal.settings import CELERY_BEAT_SCHEDULE
from reporting.enums import CampaignState, FormAudience, PeriodKind, PeriodScheme
from reporting.models import Campaign, Holiday, Report, ReportingPolicy, ReportPeriod, TeamLink
from reporting.queries.periods import foreseen, kept_out, not_opened, policy_of, shortest_kind
from reporting.services import periods as services
from reporting.services.campaigns import lock_campaign
from reporting.services.periods import (
    add_holidays,
    add_period,
    open_due_periods,
    remove_period,
    save_policy,
    update_period,
)
from reporting.tasks import open_due_periods as task
from teams.models import Commune
from teams.services.concurrency import Conflict
from tests.reporting.campaigns.makers import make_form, make_period, make_periodic, opened
from tests.teams.makers import make_team

QUARTERS = [PeriodKind.QUARTER]


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=ZONE)


def make_policy(province, **more) -> ReportingPolicy:
    return ReportingPolicy.objects.create(province=province, **{"kinds": QUARTERS, "open_days_ahead": 30} | more)


# Opened by beat -------------------------------------------------------------------------------------------------------


def test_beat_opens_periods_every_day(hai_phong, monkeypatch):
    assert CELERY_BEAT_SCHEDULE["periods"]["task"] == task.name
    make_policy(hai_phong, open_days_ahead=366)
    assert task() == ReportPeriod.objects.count() > 0


def test_a_period_opens_as_many_days_before_its_cutoff_as_the_policy_says(hai_phong):
    make_policy(hai_phong)
    assert open_due_periods(noon(2026, 2, 11)) == []  # Q4 of 2025 is over for the department, too
    assert [period.name for period in open_due_periods(noon(2026, 2, 12))] == ["Quý I năm 2026"]
    period = ReportPeriod.objects.get()
    assert (period.starts_on, period.ends_on) == (date(2025, 12, 15), date(2026, 3, 14))
    assert period.cumulative_from == date(2025, 12, 15)
    assert [last_day(getattr(period, name)) for name in services.DUE] == [
        date(2026, 3, 16),  # the 14th is a Saturday
        date(2026, 3, 18),
        date(2026, 3, 25),
    ]


def test_opening_again_makes_nothing_twice(hai_phong):
    make_policy(hai_phong)
    assert open_due_periods(noon(2026, 3, 1))
    assert open_due_periods(noon(2026, 3, 1)) == []
    assert open_due_periods(noon(2026, 3, 2)) == []
    assert ReportPeriod.objects.count() == 1


def test_what_was_missed_while_beat_was_down_is_made_up_for(hai_phong):
    make_policy(hai_phong)
    assert [period.name for period in open_due_periods(noon(2026, 3, 25))] == ["Quý I năm 2026"]
    ReportPeriod.objects.all().delete()
    assert open_due_periods(noon(2026, 3, 26)) == []  # the department's last day was the 25th


def test_the_day_is_that_of_ho_chi_minh_city(hai_phong):
    make_policy(hai_phong)
    late = datetime(2026, 2, 11, 23, 59, tzinfo=ZONE)
    assert open_due_periods(late) == []
    assert len(open_due_periods(late + timedelta(minutes=1))) == 1


def test_a_custom_scheme_and_a_province_without_policy_open_nothing(hai_phong, hac_thanh):
    make_policy(hai_phong, scheme=PeriodScheme.CUSTOM)
    assert open_due_periods(noon(2026, 3, 1)) == []


def test_days_off_push_the_deadlines(hai_phong, staff):
    make_policy(hai_phong)
    add_holidays(province=hai_phong, days={date(2026, 3, 16): "Nghỉ"}, by=staff)
    assert last_day(open_due_periods(noon(2026, 3, 1))[0].team_due_at) == date(2026, 3, 17)


def test_days_off_of_the_same_date_each_year_count_without_anybody_writing_them_in(hai_phong):
    make_policy(hai_phong, scheme=PeriodScheme.CALENDAR)
    (period,) = open_due_periods(noon(2027, 12, 20))
    days = [last_day(getattr(period, name)) for name in services.DUE]
    assert period.ends_on == date(2027, 12, 31) and days[0] == date(2028, 1, 4)  # Monday is off for Saturday the 1st


def test_a_neighbouring_provinces_days_off_count_there_only(hai_phong, hac_thanh):
    make_policy(hai_phong)
    Holiday.objects.create(province=hac_thanh.province, day=date(2026, 3, 16), name="Nghỉ")
    assert last_day(open_due_periods(noon(2026, 3, 1))[0].team_due_at) == date(2026, 3, 16)
    Holiday.objects.create(province=None, day=date(2026, 6, 15), name="Nghỉ")
    assert last_day(open_due_periods(noon(2026, 6, 1))[0].team_due_at) == date(2026, 6, 16)


def test_one_provinces_trouble_does_not_keep_the_others_waiting(hai_phong, hac_thanh, monkeypatch, caplog):
    for province in (hai_phong, hac_thanh.province):
        make_policy(province)
    real = services.open_periods_of

    def broken(policy, now):
        if policy.pk == "31":
            raise RuntimeError("broken")
        return real(policy, now)

    monkeypatch.setattr(services, "open_periods_of", broken)
    assert [period.province_id for period in open_due_periods(noon(2026, 3, 1))] == ["38"]
    assert "31" in caplog.text


def test_a_period_takes_the_teams_form_of_last_time_in_its_latest_version(hai_phong):
    shipped = make_form("so-lieu-to-hang-quy", FormAudience.TEAM)
    make_policy(hai_phong)
    assert open_due_periods(noon(2026, 3, 1))[0].team_form == shipped
    own = make_form("mau-rieng", FormAudience.TEAM)
    ReportPeriod.objects.update(team_form=own)
    newer = make_form("mau-rieng", FormAudience.TEAM, number=2)
    assert open_due_periods(noon(2026, 6, 1))[0].team_form == newer


# With their campaigns -------------------------------------------------------------------------------------------------


@pytest.fixture
def first_quarter(hai_phong, cat_hai, tran_lieu, staff) -> Campaign:
    make_policy(hai_phong)
    campaign = make_periodic(make_period(hai_phong), staff, form=make_form(), bodies=["Tỉnh đoàn"])
    return opened(campaign, staff)


@pytest.fixture
def open_policy(first_quarter) -> None:
    ReportingPolicy.objects.update(opens_campaigns=True)


def test_the_last_periods_campaign_is_copied_as_a_draft(first_quarter, staff):
    (period,) = open_due_periods(noon(2026, 5, 20))
    copy = Campaign.objects.exclude(pk=first_quarter.pk).get()
    assert (copy.period, copy.previous, copy.state) == (period, first_quarter, CampaignState.DRAFT)
    assert (copy.title, copy.slug) == ("Báo cáo hoạt động Quý II năm 2026", "quy-2-2026")
    assert copy.commune_due_at == period.commune_due_at
    assert [body.name for body in copy.bodies.all()] == ["Tỉnh đoàn"]
    assert not copy.reports.exists()


def test_it_opens_by_itself_when_the_policy_says_so(first_quarter):
    ReportingPolicy.objects.update(opens_campaigns=True)
    open_due_periods(noon(2026, 5, 20))
    copy = Campaign.objects.exclude(pk=first_quarter.pk).get()
    assert copy.state == CampaignState.OPEN
    assert copy.reports.count() == 2


def test_it_waits_as_a_draft_when_its_deadline_is_over_already(first_quarter):
    ReportingPolicy.objects.update(opens_campaigns=True)
    (period,) = open_due_periods(noon(2026, 6, 20))
    assert period.commune_due_at < noon(2026, 6, 20) < period.department_due_at
    assert Campaign.objects.exclude(pk=first_quarter.pk).get().state == CampaignState.DRAFT


def test_a_year_does_not_copy_a_quarter(first_quarter):
    ReportingPolicy.objects.update(kinds=[PeriodKind.YEAR])
    assert open_due_periods(noon(2026, 12, 1))
    assert Campaign.objects.count() == 1


def test_a_locked_campaign_is_copied_and_a_draft_is_not(first_quarter, staff):
    lock_campaign(campaign=first_quarter, by=staff)
    open_due_periods(noon(2026, 5, 20))
    open_due_periods(noon(2026, 9, 1))  # the copy was never opened: the one before it is copied
    assert {copy.previous for copy in Campaign.objects.exclude(pk=first_quarter.pk)} == {first_quarter}


def test_two_campaigns_of_one_form_do_not_keep_the_period_from_opening(first_quarter, staff, open_policy):
    second = opened(make_periodic(first_quarter.period, staff, form=first_quarter.form_version), staff)
    (period,) = open_due_periods(noon(2026, 5, 20))
    assert [(copy.previous, copy.state) for copy in period.campaigns.all()] == [(first_quarter, CampaignState.OPEN)]
    notice = Notice.objects.get(user=staff)
    assert second.title in notice.text and "đã có đợt báo cáo theo mẫu này" in notice.text
    assert notice.url == f"/bao-cao/ky/{period.pk}/"
    assert open_due_periods(noon(2026, 5, 21)) == []


def test_a_campaign_whose_communes_all_ended_is_copied_as_a_draft_and_told(first_quarter, staff, open_policy):
    Commune.objects.filter(province=first_quarter.province).update(ended_on=date(2026, 5, 1))
    (period,) = open_due_periods(noon(2026, 5, 20))
    assert period.campaigns.get().state == CampaignState.DRAFT
    assert "Chưa có xã" in Notice.objects.get(user=staff).text


def test_nobody_is_told_when_all_goes_well(first_quarter, staff, open_policy):
    (period,) = open_due_periods(noon(2026, 5, 20))
    assert period.campaigns.get().state == CampaignState.OPEN
    assert not Notice.objects.filter(user=staff).exists()


# Another way of counting ----------------------------------------------------------------------------------------------


def test_a_new_scheme_does_not_double_the_quarter_that_runs(hai_phong):
    policy = make_policy(hai_phong)
    assert [each.ends_on for each in open_due_periods(noon(2026, 11, 20))] == [date(2026, 12, 14)]
    ReportingPolicy.objects.update(scheme=PeriodScheme.CALENDAR)
    assert open_due_periods(noon(2026, 12, 10)) == []
    assert [each.name for each in open_due_periods(noon(2027, 3, 10))] == ["Quý I năm 2027"]
    policy.refresh_from_db()
    coming = foreseen(policy, date(2026, 11, 20))
    ((kept, there),) = kept_out(coming, hai_phong.pk)
    assert (kept.span.ends_on, there.ends_on) == (date(2026, 12, 31), date(2026, 12, 14))
    assert kept.span not in {each.span for each in not_opened(coming, hai_phong.pk)}


def test_longer_periods_over_the_same_days_open_beside_the_quarter(hai_phong):
    make_policy(hai_phong, kinds=[PeriodKind.QUARTER, PeriodKind.YEAR])
    opened_now = open_due_periods(noon(2026, 11, 20))
    assert {each.kind for each in opened_now} == {PeriodKind.QUARTER, PeriodKind.YEAR}


def test_teams_are_asked_for_the_shortest_periods_alone(hai_phong):
    shipped = make_form("so-lieu-to-hang-quy", FormAudience.TEAM)
    policy = make_policy(hai_phong, kinds=[PeriodKind.YEAR, PeriodKind.QUARTER])
    forms = {each.kind: each.team_form for each in open_due_periods(noon(2026, 11, 20))}
    assert forms == {PeriodKind.QUARTER: shipped, PeriodKind.YEAR: None}
    policy.kinds = [PeriodKind.YEAR, PeriodKind.SIX_MONTHS]
    assert shortest_kind(policy) == PeriodKind.SIX_MONTHS
    assert shortest_kind(ReportingPolicy(kinds=[])) is None


# By hand --------------------------------------------------------------------------------------------------------------


def plan(**more) -> dict[str, object]:
    """The four-month plan of 2025."""
    return {
        "name": "4 tháng cuối năm 2025",
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2025, 12, 31),
        "cumulative_from": date(2025, 1, 1),
        "team_due_at": due_after(date(2026, 1, 5)),
        "commune_due_at": due_after(date(2026, 1, 7)),
        "department_due_at": due_after(date(2026, 1, 9)),
    } | more


def test_any_range_can_be_added_once(hai_phong, staff):
    period = add_period(province=hai_phong, fields=plan(), by=staff)
    assert (period.kind, period.scheme) == (PeriodKind.RANGE, PeriodScheme.CUSTOM)
    with pytest.raises(ValidationError, match="Đã có kỳ"):
        add_period(province=hai_phong, fields=plan(name="Tên khác"), by=staff)
    assert add_period(province=hai_phong, fields=plan(ends_on=date(2025, 12, 30)), by=staff)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": date(2026, 1, 1)}, "starts_on"),
        ({"cumulative_from": date(2025, 9, 2)}, "cumulative_from"),
        ({"team_due_at": due_after(date(2025, 12, 31))}, "team_due_at"),
        ({"commune_due_at": due_after(date(2026, 1, 5))}, "commune_due_at"),
        ({"department_due_at": due_after(date(2026, 1, 7))}, "department_due_at"),
    ],
)
def test_days_and_deadlines_that_do_not_follow_are_refused_beside_their_field(hai_phong, staff, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        add_period(province=hai_phong, fields=plan(**wrong), by=staff)
    assert set(refusal.value.error_dict) == {field}
    assert not ReportPeriod.objects.exists()


def test_the_database_would_refuse_them_too(hai_phong):
    for wrong in ({"starts_on": date(2026, 4, 1)}, {"team_due_at": due_after(date(2026, 4, 1))}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_period(hai_phong, **wrong)
    assert make_period(hai_phong)


def test_deadlines_of_a_period_change_and_a_late_save_conflicts(hai_phong, staff):
    period = make_period(hai_phong)
    later = {"department_due_at": due_after(date(2026, 3, 31))}
    assert last_day(update_period(period=period, version=1, fields=later, by=staff).department_due_at).day == 31
    with pytest.raises(Conflict):
        update_period(period=period, version=1, fields=later, by=staff)


def test_a_period_that_nothing_speaks_of_can_be_removed(hai_phong, cat_hai, officer, staff):
    period, used, shared = (make_period(hai_phong, quarter) for quarter in (1, 2, 3))
    make_periodic(used, staff, form=make_form())
    TeamLink.objects.create(
        period=shared,
        team=make_team(cat_hai, "Tổ 1", by=officer),
        commune=cat_hai,
        province=hai_phong,
        expires_at=shared.commune_due_at,
        made_by=officer,
    )
    remove_period(period=period, by=staff)
    for each in (used, shared):
        with pytest.raises(ValidationError):
            remove_period(period=each, by=staff)
    assert set(ReportPeriod.objects.all()) == {used, shared}


# Policy, days off -----------------------------------------------------------------------------------------------------


def test_the_first_policy_is_made_and_two_firsts_conflict(hai_phong, staff):
    assert policy_of(hai_phong).version == 0
    fields = {"scheme": PeriodScheme.CALENDAR, "kinds": QUARTERS}
    assert save_policy(province=hai_phong, version=0, fields=fields, by=staff).version == 1
    with pytest.raises(Conflict):
        save_policy(province=hai_phong, version=0, fields=fields, by=staff)
    assert save_policy(province=hai_phong, version=1, fields=fields, by=staff).version == 2


def test_a_level_without_a_working_day_is_refused_by_the_database(hai_phong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_policy(hai_phong, commune_days=0)


def test_what_a_new_policy_makes_due_opens_at_once(hai_phong, staff):
    fields = {"kinds": QUARTERS, "open_days_ahead": 120}
    save_policy(province=hai_phong, version=0, fields=fields, by=staff)
    assert ReportPeriod.objects.exists()


def test_periods_that_will_come_are_foretold_in_order(hai_phong):
    policy = ReportingPolicy(province=hai_phong, kinds=["quarter", "year"])
    coming = foreseen(policy, date(2026, 11, 20))
    assert [each.span.name for each in coming] == [
        "Quý IV năm 2026",
        "Năm 2026",
        "Quý I năm 2027",
        "Quý II năm 2027",
        "Quý III năm 2027",
        "Quý IV năm 2027",
        "Năm 2027",
    ]
    assert coming[0].opens_on == date(2026, 11, 14)


def test_a_day_off_is_kept_once(hai_phong, staff):
    Holiday.objects.create(province=None, day=date(2026, 9, 2), name="Quốc khánh")
    days = {date(2026, 9, 3): "Nghỉ", date(2026, 9, 2): "Quốc khánh", date(2026, 9, 1): "Quốc khánh"}
    assert add_holidays(province=hai_phong, days={date(2026, 9, 3): "Nghỉ"}, by=staff) == 1
    assert add_holidays(province=hai_phong, days=days, by=staff) == 1
    assert add_holidays(province=hai_phong, days=days, by=staff) == 0
    assert Holiday.objects.count() == 3
    assert not Report.objects.exists()
