"""Counters are what a recount of the rows says, whichever way the rows were written; and who reads them when."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pgtrigger
import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cdt_portal.notices.models import Notice
from teams.demo.province import seed_communes
from teams.enums import MemberRole, Organization, TeamKind
from teams.figures import FIGURES, RosterFigures
from teams.models import Commune, CommuneCounters, CommuneRecord, CounterNote, Member, ProvinceRecord, Team
from teams.queries.coverage import figures_by_commune, figures_by_province, grouped_figures
from teams.services.counters import check_counters, count_the_day, record_day, repair_and_tell
from tests.teams.counters.operations import OPERATIONS, REFUSED, Chance
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units

TODAY = timezone.localdate


def counted(commune: Commune) -> RosterFigures:
    return figures_by_commune(Q(commune_id=commune.pk), TODAY())[commune.pk]


@pytest.fixture
def province(cat_hai, tran_lieu, hac_thanh, officer) -> list[Commune]:
    """Three communes of two provinces with rows to begin with."""
    communes = [cat_hai, tran_lieu, hac_thanh]
    make_rows(communes)
    return communes


def make_rows(communes: list[Commune]) -> None:
    seed_communes(Random(1), communes, 12, 50)


def test_every_figure_is_counted(cat_hai, officer):
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", officer)
    whole = make_team(cat_hai, "Thôn 1", villages[0], by=officer, decision=decision)
    make_member(whole, "Nguyễn Văn An", MemberRole.LEADER, phone="0914994001", organization=Organization.POLICE)
    make_member(whole, "Trần Thị Bình", MemberRole.DEPUTY_LEADER, organization=Organization.POLICE)
    make_member(whole, "Lê Chi")
    small = make_team(cat_hai, "Thôn 2", villages[0], villages[1], by=officer)
    make_member(small, "Phạm Dung", phone="0914994002", organization=Organization.TEACHER)
    make_team(cat_hai, "Xóm Chùa", by=officer)
    make_member(make_team(cat_hai, "Đội 1", villages[2], by=officer, kind=TeamKind.RAPID_RESPONSE), "Vũ Hà")
    assert counted(cat_hai) == RosterFigures(
        villages=3, covered=2, teams=3, members=4, reachable=2, without_members=1, without_leader=2, without_deputy=2,
        without_decision=2, below_norm=1, rapid_response=1, police=2, teacher=1,
    )  # fmt: skip
    assert grouped_figures("commune_id", Q(), TODAY())[cat_hai.pk] == counted(cat_hai)


def test_a_norm_counts_at_once_for_all_whom_it_binds(province):
    cat_hai, tran_lieu, hac_thanh = province
    before = [counted(each).below_norm for each in province]
    Commune.objects.filter(pk=tran_lieu.pk).update(size_norm=1)
    cat_hai.province.size_norm = 50
    cat_hai.province.save()
    assert [counted(each).below_norm for each in (tran_lieu, hac_thanh)] == [0, before[2]]
    assert counted(cat_hai).below_norm == counted(cat_hai).teams > before[0]
    assert check_counters(repair=False) == []


@pytest.mark.parametrize("seed", range(4))
def test_after_anything_that_may_happen_counters_are_what_the_rows_say(province, officer, seed):
    chance = Chance(seed, province, officer)
    done = sum(chance.act() for _ in range(60))
    assert done > 30
    assert [str(each) for each in check_counters(repair=False)] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_kind_of_change_is_counted(province, officer, name):
    """So that none of them hides behind the refusals of chance."""
    for seed in range(12):
        with suppress(*REFUSED), transaction.atomic():
            OPERATIONS[name](Chance(seed, province, officer), province[0])
            break
    else:
        pytest.fail("never done")
    assert [str(each) for each in check_counters(repair=False)] == []


def test_without_the_triggers_the_check_finds_differences_and_mends_them(province, officer):
    """The control."""
    counted(province[0])  # what was written before is counted
    chance = Chance(7, province, officer)
    with pgtrigger.ignore():
        assert sum(chance.act() for _ in range(60)) > 30
    assert {each.commune for each in check_counters(repair=True)} == set(province)
    assert check_counters(repair=False) == []


def test_of_today_the_list_takes_one_query_of_another_day_one_for_each_kind_of_row(province, django_assert_num_queries):
    counted(province[0])
    with django_assert_num_queries(1):
        today = figures_by_commune(Q(), TODAY())
    with django_assert_num_queries(1):
        assert figures_by_province(Q(), TODAY())["38"] == today[province[2].pk]
    with django_assert_num_queries(4):
        figures_by_commune(Q(), TODAY() - timedelta(days=1))


def test_until_the_new_day_is_counted_figures_come_from_the_rows(province, django_assert_num_queries):
    """A team was founded for today, counters are of yesterday: as after midnight."""
    cat_hai = province[0]
    before = counted(cat_hai)
    with pgtrigger.ignore():
        Team.objects.filter(commune=cat_hai).update(dissolved_on=TODAY())
        CommuneCounters.objects.filter(commune__in=province[:2]).update(counted_on=TODAY() - timedelta(days=1))
    with django_assert_num_queries(5):
        assert counted(cat_hai).teams == 0 < before.teams
    count_the_day()
    with django_assert_num_queries(1):
        assert counted(cat_hai).teams == 0
    assert check_counters(repair=False) == []


def test_what_was_counted_today_is_not_counted_again(province):
    before = counted(province[0])
    with pgtrigger.ignore():
        Team.objects.filter(commune=province[0]).update(dissolved_on=TODAY())
    count_the_day()
    assert counted(province[0]) == before


def test_a_commune_counts_from_its_first_row_on(cat_hai):
    assert counted(cat_hai) == RosterFigures()
    assert CommuneCounters.objects.get().counted_on == TODAY()
    assert not CounterNote.objects.exists()


def test_the_command_says_what_differs(province, capsys):
    call_command("counters_check")
    assert "khớp" in capsys.readouterr().out
    CommuneCounters.objects.filter(commune=province[1]).update(villages=999)
    with pytest.raises(SystemExit) as ended:
        call_command("counters_check", "--repair")
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert "10729 Phường Trần Liễu: villages 999 → " in told
    call_command("counters_check")


def test_administrators_are_told_of_a_difference_that_the_night_found(province, admin, staff):
    assert repair_and_tell() == 0
    assert not Notice.objects.exists()
    CommuneCounters.objects.filter(commune=province[0]).delete()
    assert repair_and_tell() == 1
    notice = Notice.objects.get()
    assert notice.user == admin
    assert "Số đếm của 1 xã không khớp" in notice.text
    assert repair_and_tell() == 0


def test_a_day_is_kept_once_as_it_was(hai_phong, cat_hai, tran_lieu, officer):
    team = make_team(cat_hai, "Thôn 1", *make_units(cat_hai, "Thôn 1", by=officer), by=officer, founded_on=JULY)
    make_member(team, "Nguyễn Văn An", joined_on=JULY)
    make_units(tran_lieu, "Khu 1", by=officer)
    assert record_day(province=hai_phong, day=JULY)
    Member.objects.all().delete()
    assert not record_day(province=hai_phong, day=JULY)
    kept = {row.commune_id: row for row in CommuneRecord.objects.filter(day=JULY)}
    whole = ProvinceRecord.objects.get()
    assert (kept[cat_hai.pk].members, kept[tran_lieu.pk].villages, kept[cat_hai.pk].covered) == (1, 1, 1)
    assert all(getattr(whole, name) == sum(getattr(row, name) for row in kept.values()) for name in FIGURES)


def test_a_record_leaves_out_what_came_later(hai_phong, cat_hai, officer):
    make_team(cat_hai, "Thôn 1", by=officer, founded_on=JULY)
    record_day(province=hai_phong, day=date(2025, 7, 9))
    assert ProvinceRecord.objects.get().teams == 0
