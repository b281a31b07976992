from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib.periods import (
    ZONE,
    add_working_days,
    deadlines,
    due_after,
    fixed_holidays,
    is_working_day,
    last_day,
    parse_deadline,
    range_name,
    slug_of,
    spans,
    spell_deadline,
)

modest = settings(max_examples=200, deadline=None)
days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
years = st.integers(2020, 2090)
KINDS = ("quarter", "six_months", "nine_months", "year")
FIRST = date(2025, 12, 15)


# Spans ----------------------------------------------------------------------------------------------------------------


def test_periods_of_the_decree_run_from_the_15th_to_the_14th():
    told = [(span.name, span.starts_on, span.ends_on) for span in spans("nd09", 2026, KINDS)]
    assert told == [
        ("Quý I năm 2026", FIRST, date(2026, 3, 14)),
        ("Quý II năm 2026", date(2026, 3, 15), date(2026, 6, 14)),
        ("6 tháng đầu năm 2026", FIRST, date(2026, 6, 14)),
        ("Quý III năm 2026", date(2026, 6, 15), date(2026, 9, 14)),
        ("9 tháng đầu năm 2026", FIRST, date(2026, 9, 14)),
        ("Quý IV năm 2026", date(2026, 9, 15), date(2026, 12, 14)),
        ("Năm 2026", FIRST, date(2026, 12, 14)),
    ]


def test_calendar_quarters_end_with_their_month():
    told = [(span.starts_on, span.ends_on) for span in spans("calendar", 2028, ["quarter"])]
    assert told[0] == (date(2028, 1, 1), date(2028, 3, 31))
    assert told[3] == (date(2028, 10, 1), date(2028, 12, 31))


@pytest.mark.parametrize(("scheme", "january"), [("nd09", FIRST), ("calendar", date(2026, 1, 1))])
def test_cumulative_figures_begin_with_the_reporting_year(scheme, january):
    assert {span.cumulative_from for span in spans(scheme, 2026, KINDS)} == {january}


def test_only_kinds_that_are_wanted_and_none_of_a_custom_scheme():
    assert [span.kind for span in spans("nd09", 2026, ["year"])] == ["year"]
    assert spans("custom", 2026, KINDS) == []


@modest
@given(st.sampled_from(["nd09", "calendar"]), years)
def test_quarters_follow_each_other_without_a_gap_across_years(scheme, year):
    quarters = spans(scheme, year, ["quarter"]) + spans(scheme, year + 1, ["quarter"])
    for before, after in pairwise(quarters):
        assert after.starts_on == before.ends_on + timedelta(days=1)
    whole = spans(scheme, year, ["year"])[0]
    assert (whole.starts_on, whole.ends_on) == (quarters[0].starts_on, quarters[3].ends_on)


@modest
@given(st.sampled_from(["nd09", "calendar"]), years)
def test_the_name_of_a_span_is_what_its_days_are_called(scheme, year):
    assert [range_name(span.starts_on, span.ends_on) for span in spans(scheme, year, KINDS)] == [
        span.name for span in spans(scheme, year, KINDS)
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "name"),
    [
        (date(2025, 9, 1), date(2025, 12, 31), "4 tháng cuối năm 2025"),
        (date(2025, 8, 15), date(2025, 12, 14), "4 tháng cuối năm 2025"),
        (date(2025, 9, 1), date(2025, 9, 30), "Tháng 9 năm 2025"),
        (date(2026, 1, 1), date(2026, 4, 30), "4 tháng đầu năm 2026"),
        (date(2026, 2, 1), date(2026, 5, 31), "Từ tháng 2 đến tháng 5 năm 2026"),
        (date(2025, 9, 5), date(2025, 12, 31), "Từ ngày 05/09/2025 đến ngày 31/12/2025"),
        (date(2025, 11, 1), date(2026, 2, 28), "Từ ngày 01/11/2025 đến ngày 28/02/2026"),
    ],
)
def test_any_range_gets_its_usual_name(starts_on, ends_on, name):
    assert range_name(starts_on, ends_on) == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Quý I năm 2026", "quy-1-2026"),
        ("Quý IV năm 2025", "quy-4-2025"),
        ("6 tháng đầu năm 2026", "6-thang-dau-nam-2026"),
        ("Năm 2026", "nam-2026"),
    ],
)
def test_a_name_becomes_a_slug(name, slug):
    assert slug_of(name) == slug


# Working days ---------------------------------------------------------------------------------------------------------


def test_weekends_and_holidays_are_stepped_over():
    friday = date(2026, 3, 13)
    assert add_working_days(friday, 0, ()) == friday
    assert add_working_days(friday, 1, ()) == date(2026, 3, 16)
    assert add_working_days(friday, 1, {date(2026, 3, 16)}) == date(2026, 3, 17)


@modest
@given(days, st.integers(1, 30), st.sets(days, max_size=20))
def test_as_many_working_days_pass_as_were_added(day, n, holidays):
    end = add_working_days(day, n, holidays)
    passed = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert sum(is_working_day(each, holidays) for each in passed) == n
    assert is_working_day(end, holidays)


def test_a_holiday_on_a_weekend_is_taken_on_the_next_working_day():
    assert {day: name for day, name in fixed_holidays(2027).items() if "Nghỉ bù" in name} == {
        date(2027, 5, 3): "Nghỉ bù Ngày Quốc tế lao động 01/5"
    }


@modest
@given(years)
def test_each_of_the_four_holidays_gives_a_day_off_on_a_working_day(year):
    assert sum(day.weekday() < 5 for day in fixed_holidays(year)) == 4


# Deadlines ------------------------------------------------------------------------------------------------------------


def test_each_level_has_its_days_after_the_level_below():
    found = deadlines(date(2026, 3, 14), team=1, commune=2, department=5, holidays=())  # a Saturday
    assert [last_day(each) for each in (found.team, found.commune, found.department)] == [
        date(2026, 3, 16),
        date(2026, 3, 18),
        date(2026, 3, 25),
    ]


@modest
@given(days, st.tuples(*[st.integers(1, 9)] * 3), st.sets(days, max_size=20))
def test_levels_are_a_working_day_apart_at_least(cutoff, counts, holidays):
    team, commune, department = counts
    found = deadlines(cutoff, team=team, commune=commune, department=department, holidays=holidays)
    last_days = [cutoff, *(last_day(each) for each in (found.team, found.commune, found.department))]
    for before, after in pairwise(last_days):
        assert after >= add_working_days(before, 1, holidays)


def test_a_level_without_a_day_is_refused():
    with pytest.raises(ValueError, match="one working day"):
        deadlines(FIRST, team=1, commune=0, department=1, holidays=())


def test_the_day_ends_at_midnight_in_ho_chi_minh_city():
    due = due_after(date(2026, 3, 15))
    assert due.astimezone(UTC) == datetime(2026, 3, 15, 17, tzinfo=UTC)
    assert last_day(due) == date(2026, 3, 15)
    assert last_day(due.astimezone(UTC)) == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("trước ngày 16/3/2026", "hết ngày 15/03/2026"),
        ("Trước 16/3/2026", "hết ngày 15/03/2026"),
        ("15/3/2026", "hết ngày 15/03/2026"),
        ("hết ngày 15/3/2026", "hết ngày 15/03/2026"),
        ("trước hết ngày 15/3/2026", "hết ngày 15/03/2026"),
        ("chậm nhất ngày 15 tháng 3 năm 2026", "hết ngày 15/03/2026"),
        ("Hạn nộp: 15.3.26.", "hết ngày 15/03/2026"),
        ("24 giờ ngày 15/3/2026", "hết ngày 15/03/2026"),
        ("15/3/2026 23:59", "hết ngày 15/03/2026"),
        ("trước 0 giờ ngày 16/3/2026", "hết ngày 15/03/2026"),
        ("16 giờ ngày 15/3/2026", "trước 16 giờ 00 ngày 15/03/2026"),
        ("trước 16h30 ngày 15/3/2026", "trước 16 giờ 30 ngày 15/03/2026"),
        ("16:30 15/3/2026", "trước 16 giờ 30 ngày 15/03/2026"),
        ("15/03/2026 lúc 9h", "trước 9 giờ 00 ngày 15/03/2026"),
        ("17 giờ 00 phút ngày 15/3/2026", "trước 17 giờ 00 ngày 15/03/2026"),
        ("trước ngày 01/01/2026", "hết ngày 31/12/2025"),
    ],
)
def test_a_deadline_as_people_write_it_is_spelled_out(typed, spelled):
    assert spell_deadline(parse_deadline(typed)) == spelled


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("thứ Ba, ngày 15/12/2026", "hết ngày 15/12/2026"),
        ("trước 16 giờ 00, thứ ba ngày 15/12/2026", "trước 16 giờ 00 ngày 15/12/2026"),
        ("trước thứ Tư, ngày 16/12/2026", "hết ngày 15/12/2026"),
        ("T3 15/12/2026", "hết ngày 15/12/2026"),
        ("hết thứ 3 (15/12/2026)", "hết ngày 15/12/2026"),
        ("Chủ nhật, 20/12/2026", "hết ngày 20/12/2026"),
    ],
)
def test_a_day_of_the_week_may_stand_with_its_date(typed, spelled):
    assert spell_deadline(parse_deadline(typed)) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sớm",
        "31/2/2026",
        "sau ngày 15/3/2026",
        "trước ngày 16 hằng tháng",
        "2 giờ chiều ngày 15/3/2026",
        "25 giờ ngày 15/3/2026",
        "16:75 15/3/2026",
        "15/3/2026 hoặc 16/3/2026",
        "thứ Hai, ngày 15/12/2026",
        "Chủ nhật, ngày 15/12/2026",
        "thứ Ba, thứ Tư 15/12/2026",
    ],
)
def test_what_is_not_understood_is_not_guessed(typed):
    assert parse_deadline(typed) is None


moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, minute=moment.minute % 59, tzinfo=ZONE)
)


@modest
@given(moments)
def test_what_is_spelled_is_read_back(due_at):
    assert parse_deadline(spell_deadline(due_at)) == due_at
