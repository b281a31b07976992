"""Contests and their counts: cumulative, dated, the latest stands; a fall is asked about."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from training.models import Contest, ContestCount
from training.queries.contests import count_rows, counts
from training.services.contests import (
    Decrease,
    StaleCounts,
    TypedCount,
    create_contest,
    save_counts,
    update_contest,
)

OCTOBER, NOVEMBER, DECEMBER = date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31)


def count(contest: Contest, day: date, people: int | None, by, *, commune="11914", seen=None, sure=False) -> int:
    return save_counts(contest=contest, day=day, counts=[TypedCount(commune, people, seen)], by=by, sure=sure)


# Contests


def test_a_contest_runs_forward_and_stands_once(hai_phong, contest, staff):
    for name, days, field in [
        ("Khác", (DECEMBER, NOVEMBER), "ends_on"),
        (contest.name, (OCTOBER, NOVEMBER), "name"),
    ]:
        fields = {"name": name, "starts_on": days[0], "ends_on": days[1]}
        with pytest.raises(ValidationError) as refused:
            create_contest(province=hai_phong, fields=fields, by=staff)
        assert list(refused.value.error_dict) == [field]
    fields = {"name": "Khác", "starts_on": OCTOBER, "ends_on": NOVEMBER}
    create_contest(province=hai_phong, fields=fields, by=staff)
    assert Contest.objects.count() == 2


def test_a_contest_does_not_begin_after_its_first_count(contest, cat_hai, staff):
    count(contest, OCTOBER, 860, staff)
    fields = {"name": contest.name, "starts_on": NOVEMBER, "ends_on": DECEMBER}
    with pytest.raises(ValidationError, match="31/10/2025"):
        update_contest(contest=contest, version=contest.version, fields=fields, by=staff)
    fields["starts_on"] = OCTOBER
    assert update_contest(contest=contest, version=contest.version, fields=fields, by=staff).starts_on == OCTOBER


# Writing counts


def test_a_count_is_written_changed_and_taken_away(contest, cat_hai, officer):
    assert count(contest, OCTOBER, 860, officer) == 1
    assert count(contest, OCTOBER, 860, officer, seen=860) == 0
    assert count(contest, OCTOBER, 900, officer, seen=860) == 1
    row = ContestCount.objects.get()
    assert (row.people, row.by, row.version) == (900, officer, 2)
    count(contest, OCTOBER, None, officer, seen=900)
    assert not ContestCount.objects.exists()


def test_nobody_is_not_nothing(contest, cat_hai, officer):
    count(contest, OCTOBER, 0, officer)
    assert counts(["11914"], OCTOBER) == {"11914": 0}
    assert counts(["11914"], OCTOBER - timedelta(days=1)) == {}


@pytest.mark.parametrize(
    ("day", "people", "why"),
    [(NOVEMBER, 859, "Nhỏ hơn số 860 đã ghi đến hết ngày 31/10/2025."),
     (date(2025, 10, 15), 861, "Lớn hơn số 860 đã ghi đến hết ngày 31/10/2025.")],
)  # fmt: skip
def test_a_fall_is_asked_about(contest, cat_hai, officer, day, people, why):
    count(contest, OCTOBER, 860, officer)
    with pytest.raises(Decrease) as asked:
        count(contest, day, people, officer)
    assert asked.value.told == {"11914": why}
    assert ContestCount.objects.count() == 1
    count(contest, day, people, officer, sure=True)
    assert ContestCount.objects.count() == 2


def test_what_grows_or_stays_is_not_asked_about(contest, cat_hai, officer):
    for day, people in [(OCTOBER, 860), (NOVEMBER, 860), (DECEMBER, 1440)]:
        count(contest, day, people, officer)
    assert ContestCount.objects.count() == 3


def test_no_day_before_the_contest_or_to_come(contest, cat_hai, officer):
    for day in (date(2025, 9, 30), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(ValidationError):
            count(contest, day, 1, officer)
    count(contest, contest.starts_on, 1, officer)
    count(contest, timezone.localdate(), 1, officer)


def test_who_counts_which_commune(contest, cat_hai, tran_lieu, hac_thanh, officer, staff, viewer, commune_leader):
    for stranger in (viewer, commune_leader):
        with pytest.raises(PermissionDenied):
            count(contest, OCTOBER, 1, stranger)
    with pytest.raises(PermissionDenied):
        count(contest, OCTOBER, 1, officer, commune=tran_lieu.pk)
    with pytest.raises(ValidationError, match="không thuộc cuộc thi"):
        count(contest, OCTOBER, 1, staff, commune=hac_thanh.pk)
    assert not ContestCount.objects.exists()
    count(contest, OCTOBER, 1, officer)
    count(contest, OCTOBER, 1, staff, commune=tran_lieu.pk)
    assert ContestCount.objects.count() == 2


def test_no_count_goes_over_another_unseen(contest, cat_hai, tran_lieu, officer, staff):
    count(contest, OCTOBER, 860, officer)
    with pytest.raises(StaleCounts) as stale:
        count(contest, OCTOBER, 900, staff)
    assert {code: row.people for code, row in stale.value.current.items()} == {"11914": 860}
    with pytest.raises(StaleCounts):  # nor over one that was taken away
        count(contest, NOVEMBER, 900, staff, seen=870)
    assert ContestCount.objects.get().people == 860
    count(contest, OCTOBER, 900, staff, seen=860)
    assert ContestCount.objects.get().people == 900


def test_a_row_that_its_typist_left_alone_is_no_conflict(contest, cat_hai, tran_lieu, officer, staff):
    """The department fills its grid while communes fill their rows."""
    count(contest, OCTOBER, 860, officer)
    untouched, typed = TypedCount("11914", None, None), TypedCount(tran_lieu.pk, 300, None)
    save_counts(contest=contest, day=OCTOBER, counts=[untouched, typed], by=staff)
    assert counts(["11914", tran_lieu.pk], OCTOBER) == {"11914": 860, tran_lieu.pk: 300}


# Reading them


def test_the_latest_count_up_to_the_day_stands(contest, cat_hai, tran_lieu, officer):
    count(contest, OCTOBER, 860, officer)
    count(contest, NOVEMBER, 1440, officer)
    communes = ["11914", tran_lieu.pk]
    assert counts(communes, OCTOBER) == {"11914": 860}
    assert counts(communes, date(2025, 12, 15)) == {"11914": 1440}


def test_contests_add_up_and_those_over_before_the_period_do_not_count(hai_phong, contest, cat_hai, officer, staff):
    spring = {"name": "Cuộc thi mùa xuân", "starts_on": date(2025, 2, 1), "ends_on": date(2025, 3, 31)}
    earlier = create_contest(province=hai_phong, fields=spring, by=staff)
    count(earlier, date(2025, 3, 31), 100, officer)
    count(contest, NOVEMBER, 1440, officer)
    assert counts(["11914"], NOVEMBER) == {"11914": 1540}
    assert counts(["11914"], NOVEMBER, since=date(2025, 7, 1)) == {"11914": 1440}
    assert counts(["11914"], NOVEMBER, since=date(2025, 3, 31)) == {"11914": 1540}


def test_reading_takes_one_query_for_any_number_of_communes(contest, cat_hai, tran_lieu, officer, staff):
    count(contest, OCTOBER, 860, officer)
    count(contest, OCTOBER, 300, staff, commune=tran_lieu.pk)
    with CaptureQueriesContext(connection) as queries:
        counts(["11914", tran_lieu.pk], NOVEMBER)
    assert len(queries) == 1


def test_a_row_knows_what_was_counted_before(contest, cat_hai, officer):
    count(contest, OCTOBER, 860, officer)
    (row,) = count_rows(contest, [cat_hai], NOVEMBER)
    assert (row.people, row.before.people, row.standing) == (None, 860, 860)
    count(contest, NOVEMBER, 0, officer, sure=True)
    (row,) = count_rows(contest, [cat_hai], NOVEMBER)
    assert row.standing == 0
