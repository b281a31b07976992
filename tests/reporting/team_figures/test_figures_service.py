"""What is typed for a team: stored, refused in words, copied from the period before. Empty is not zero."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from reporting.enums import FigureSource
from reporting.models import ReportingPolicy, TeamFigures
from reporting.queries.team_figures import previous_period, team_grid
from reporting.services.team_figures import copy_previous, save_figures
from teams.enums import TeamKind
from teams.services.concurrency import Conflict
from tests.reporting.team_figures.makers import make_figures, make_form, make_period
from tests.teams.makers import make_team

LAST_QUARTER = timezone.localdate() - timedelta(days=91)


def save(period, team, officer, version=0, **raw) -> TeamFigures:
    return save_figures(period=period, team=team, version=version, raw=raw, by=officer)


# Typed ----------------------------------------------------------------------------------------------------------------


def test_numbers_are_read_as_officers_write_them_and_zero_is_a_figure(period, team, officer):
    row = save(period, team, officer, households="1.440", households_guided="0", vneid="  25 ")
    assert row.values == {"households": 1440, "households_guided": 0, "vneid": 25}
    assert (row.version, row.source, row.commune_id, row.province_id) == (1, FigureSource.OFFICER, "11914", "31")


def test_an_emptied_cell_is_not_reported_and_the_others_stay(period, team, officer):
    save(period, team, officer, households="1.440", vneid="25")
    row = save(period, team, officer, version=1, households="")
    assert row.values == {"vneid": 25}
    assert row.version == 2


def test_text_is_kept_in_nfc_with_its_lines_and_without_tags(period, team, officer):
    row = save(period, team, officer, remarks="Hoa\u0300\n<b>đậm</b>")
    assert row.values == {"remarks": "<p>Hoà</p><p>&lt;b&gt;đậm&lt;/b&gt;</p>"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-1", "không được âm"),
        ("12,5", "số nguyên"),
        ("10.000.001", "quá lớn"),
        ("9" * 400, "quá lớn"),
        ("mười", "Hãy nhập một số"),
        ("12 hộ", "Hãy nhập một số"),
    ],
)
def test_a_wrong_number_is_refused_beside_its_cell_and_nothing_is_saved(period, team, officer, typed, words):
    with pytest.raises(ValidationError) as refusal:
        save(period, team, officer, households=typed, vneid="5")
    assert list(refusal.value.message_dict) == ["households"]
    assert words in refusal.value.message_dict["households"][0]
    assert not TeamFigures.objects.exists()


@pytest.mark.parametrize("typed", ["10.000.000", "0", "1440", "1 440", "12,0"])
def test_a_right_number_beside_it_is_taken(period, team, officer, typed):
    assert save(period, team, officer, households=typed, vneid="5").values["vneid"] == 5


def test_a_text_has_a_limit(period, team, officer):
    with pytest.raises(ValidationError, match="Dài quá"):
        save(period, team, officer, remarks="a" * 2001)
    save(period, team, officer, remarks="a" * 2000)


def test_what_follows_from_figures_is_not_typed(period, team, officer):
    assert save(period, team, officer, guided_rate="99", vneid="1", khong_co="3").values == {"vneid": 1}


def test_a_save_of_what_stands_there_writes_nothing(period, team, officer):
    row = save(period, team, officer, vneid="25")
    assert save(period, team, officer, version=1, vneid="25").version == 1
    assert row.events.count() == 1


def test_the_slower_of_two_is_told_what_stands(period, team, officer):
    save(period, team, officer, vneid="25")
    with pytest.raises(Conflict) as conflict:
        save(period, team, officer, version=0, vneid="30")
    assert conflict.value.current.values == {"vneid": 25}
    save(period, team, officer, version=1, vneid="30")
    with pytest.raises(Conflict):
        save(period, team, officer, version=1, households="4")
    assert TeamFigures.objects.get().values == {"vneid": 30}


# As last period -------------------------------------------------------------------------------------------------------


@pytest.fixture
def before(period, hai_phong):
    return make_period(hai_phong, name="Quý IV/2025", ends_on=LAST_QUARTER, team_form=period.team_form)


def test_what_is_empty_is_filled_and_what_is_there_stays(cat_hai, period, before, teams, officer):
    first, second, third = teams
    make_figures(before, first, households=100, vneid=7, remarks="<p>cũ</p>")
    make_figures(before, second, households=200)
    make_figures(period, first, households=120)
    copied = copy_previous(commune=cat_hai, period=period, by=officer)
    assert (copied.cells, copied.period) == (2, before)
    assert {row.team_id for row in copied.rows} == {first.pk, second.pk}
    assert TeamFigures.objects.get(period=period, team=first).values == {"households": 120, "vneid": 7}
    assert TeamFigures.objects.get(period=period, team=second).values == {"households": 200}
    assert not TeamFigures.objects.filter(period=period, team=third).exists()
    assert copy_previous(commune=cat_hai, period=period, by=officer).cells == 0


def test_a_zero_that_stands_is_not_filled_and_a_zero_of_then_is_copied(cat_hai, period, before, team, officer):
    make_figures(before, team, households=100, vneid=0)
    make_figures(period, team, households=0)
    copy_previous(commune=cat_hai, period=period, by=officer)
    assert TeamFigures.objects.get(period=period).values == {"households": 0, "vneid": 0}


def test_without_a_period_before_it_says_so(cat_hai, period, teams, officer):
    with pytest.raises(ValidationError, match="Chưa có kỳ trước"):
        copy_previous(commune=cat_hai, period=period, by=officer)


def test_the_period_before_is_of_the_same_kind_and_asked_teams(period, hai_phong, hac_thanh):
    make_period(hai_phong, ends_on=LAST_QUARTER, kind="year", team_form=period.team_form)
    make_period(hai_phong, ends_on=LAST_QUARTER, team_form=None)
    make_period(hac_thanh.province, ends_on=LAST_QUARTER, team_form=period.team_form)
    assert previous_period(period) is None
    older = make_period(hai_phong, ends_on=LAST_QUARTER - timedelta(days=91), team_form=period.team_form)
    assert previous_period(period) == older


def test_a_figure_that_the_form_of_today_does_not_ask_is_left_behind(cat_hai, period, hai_phong, team, officer):
    old_form = make_form(
        {"sections": [{"heading": "I", "indicators": [{"code": "vneid", "label": "V", "kind": "text"}]}]}
    )
    before = make_period(hai_phong, ends_on=LAST_QUARTER, team_form=old_form)
    make_figures(before, team, vneid="<p>nhiều</p>", gone=3, households=9)
    copy_previous(commune=cat_hai, period=period, by=officer)
    assert TeamFigures.objects.get(period=period).values == {"households": 9}


# Who is asked, what it adds up to -------------------------------------------------------------------------------------


def totals(cat_hai, period) -> dict[str, tuple[str, int]]:
    grid = team_grid(cat_hai, period)
    return {total.indicator.code: (total.text, total.reported) for total in grid.totals.columns}


def test_sums_count_who_reported_and_never_take_silence_for_zero(cat_hai, period, teams):
    first, second, third = teams
    assert totals(cat_hai, period)["households"] == ("", 0)
    make_figures(period, first, households=1000, households_guided=900, people_shopping=4, vneid=0)
    make_figures(period, second, households=500, people_shopping=1, people_safety=2)
    make_figures(period, third)
    found = totals(cat_hai, period)
    assert found["households"] == ("1.500", 2)
    assert found["households_guided"] == ("900", 1)
    assert found["guided_rate"] == ("90%", 1)  # over the teams that gave both figures
    assert found["people"] == ("7", 2)
    assert found["vneid"] == ("0", 1)
    assert found["remarks"] == ("", 0)
    grid = team_grid(cat_hai, period)
    assert (grid.totals.reported, grid.totals.asked) == (2, 3)


@pytest.mark.parametrize(("guided", "reaches"), [(80, True), (79, False), (None, None)])
def test_the_rate_is_held_against_the_target(cat_hai, period, team, guided, reaches):
    make_figures(period, team, households=100, **({"households_guided": guided} if guided else {}))
    rate = next(each for each in team_grid(cat_hai, period).totals.columns if each.indicator.code == "guided_rate")
    assert (rate.target, rate.reaches) == (80, reaches)


def test_the_province_may_set_another_target(cat_hai, period, team):
    ReportingPolicy.objects.create(province=period.province, household_target=95)
    make_figures(period, team, households=100, households_guided=90)
    rate = next(each for each in team_grid(cat_hai, period).totals.columns if each.indicator.code == "guided_rate")
    assert (rate.target, rate.reaches) == (95, False)


def test_village_teams_of_the_cut_off_are_asked_and_no_others(cat_hai, tran_lieu, period, teams, officer):
    make_team(cat_hai, "Đội phản ứng nhanh", by=officer, kind=TeamKind.RAPID_RESPONSE)
    make_team(tran_lieu, "Tổ KP1", by=officer)
    teams[2].dissolved_on = period.ends_on - timedelta(days=1)
    teams[2].save()
    make_figures(period, teams[2], households=5)
    grid = team_grid(cat_hai, period)
    assert [row.team.name for row in grid.rows] == ["Tổ Thôn 1", "Tổ Thôn 2"]
    assert (grid.totals.asked, grid.totals.reported) == (2, 0)


def test_households_are_suggested_only_where_all_villages_are_known(cat_hai, period, teams):
    cells = [row.cells[0] for row in team_grid(cat_hai, period).rows]
    assert [(cell.text, cell.suggestion) for cell in cells] == [("", "120"), ("", ""), ("", "")]


def test_what_contradicts_itself_is_told_beside_the_row(cat_hai, period, teams):
    make_figures(period, teams[0], households=10, households_guided=11)
    make_figures(period, teams[1], households=11, households_guided=11)
    make_figures(period, teams[2], households_guided=11)
    told = [row.problems for row in team_grid(cat_hai, period).rows]
    assert told == [("Số hộ được hướng dẫn lớn hơn số hộ trên địa bàn.",), (), ()]
