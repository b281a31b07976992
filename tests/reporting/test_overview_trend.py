"""The trend by the villages of the time, or recast to those of the day: decrees on villages change no coverage."""

from datetime import date

import pytest

from reporting.queries.overview import recast_trend, trend_of, whole_provinces
from reporting.services.standings import keep_ended_quarters
from teams.access import Post, Scope
from teams.enums import Share, UserRole
from teams.queries.recast import recast_coverage, were_rearranged
from teams.services.unit_plans import record_plan
from teams.services.units import UnitDraft, UnitEvent, rename_unit
from tests.conftest import client_of
from tests.queries import count_queries
from tests.reporting.team_figures.makers import make_period
from tests.teams.makers import JULY, make_plan, make_team, make_units

PAGE = "/tong-quan/"
EVE, NEW_YEAR, LATER = date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 1)
AUTUMN = date(2025, 9, 14)


@pytest.fixture
def villages(cat_hai, officer):
    """Four since July, of which Thôn 1 and Thôn 4 have a team."""
    found = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer, since=JULY)
    for village in (found[0], found[3]):
        make_team(cat_hai, f"Tổ {village.name}", village, by=officer, founded_on=JULY)
    return found


def rearranged(olds, *news, by, share=Share.WHOLE, day=NEW_YEAR) -> None:
    plan = make_plan(olds, *news, by=by, share=share, day=day)
    record_plan(plan=plan, version=plan.version, by=by)


@pytest.fixture
def quarters(hai_phong, hac_thanh):
    for province in (hai_phong, hac_thanh.province):
        for day in (AUTUMN, EVE):
            make_period(province, name=f"{day}", ends_on=day, team_form=None)


def added(day: date = EVE, last: date = LATER) -> tuple[int, int]:
    return recast_coverage({"31": [day]}, last).get(("31", day), (0, 0))


def test_a_merged_village_counts_once_and_as_covered_when_one_of_its_old_ones_was(villages, officer):
    rearranged(villages[:2], "Thôn Đông", by=officer)
    assert added() == (-1, 0)  # Thôn 1 had a team, Thôn 2 none
    rearranged(villages[2:], "Thôn Tây", by=officer, day=date(2026, 3, 1))
    assert added() == (-2, 0)
    assert added(last=date(2026, 2, 1)) == (-1, 0)
    assert added(day=date(2026, 1, 15)) == (-1, 0)  # only the second is still to come
    assert added(day=date(2026, 3, 1)) == (0, 0)


def test_two_covered_villages_that_merged_are_one_covered_less(villages, officer):
    rearranged([villages[0], villages[3]], "Thôn Đông", by=officer)
    assert added() == (-1, -1)


@pytest.mark.parametrize("share", [Share.PART, Share.DIVIDED])
def test_what_a_covered_village_was_split_into_was_covered(villages, officer, share):
    news = ["Thôn Bắc"] if share == Share.PART else ["Thôn Bắc", "Thôn Nam"]
    rearranged(villages[:1], *news, by=officer, share=share)
    assert added() == (1, 1)


def test_what_an_uncovered_village_was_split_into_was_not(villages, officer):
    rearranged(villages[1:2], "Thôn Bắc", "Thôn Nam", by=officer, share=Share.DIVIDED)
    assert added() == (1, 0)


def test_the_trend_can_be_read_either_way(villages, officer, quarters, cat_hai):
    rearranged(villages[:2], "Thôn Đông", by=officer)
    keep_ended_quarters()
    everywhere = whole_provinces(Scope((Post(UserRole.SYSTEM_ADMIN, "", ""),)))
    of_hai_phong = whole_provinces(Scope((Post(UserRole.DEPARTMENT_VIEWER, "31", ""),)))
    for where in (everywhere, of_hai_phong):
        as_then = [(point.figures.covered, point.figures.villages) for point in trend_of(where, LATER)]
        recast = [(point.figures.covered, point.figures.villages) for point in recast_trend(where, LATER)]
        assert (as_then, recast) == ([(2, 4), (2, 4)], [(2, 3), (2, 3)])
    of_thanh_hoa = whole_provinces(Scope((Post(UserRole.DEPARTMENT_VIEWER, "38", ""),)))
    assert [point.figures.villages for point in recast_trend(of_thanh_hoa, LATER)] == [0, 0]


def test_the_page_offers_the_switch_where_villages_became_others(villages, officer, viewer, quarters):
    event = UnitEvent(NEW_YEAR, "Nghị quyết 04/NQ-HĐND")
    rename_unit(unit=villages[0], version=1, new=UnitDraft("Thôn Một", "village"), event=event, by=officer)
    keep_ended_quarters()
    client = client_of(viewer)
    assert client.get(PAGE).context["recast"] is None  # a new name is no other village
    rearranged(villages[1:3], "Thôn Đông", by=officer)
    as_then, recast = client.get(PAGE), client.get(f"{PAGE}?cach=hien-nay")
    assert "cach=hien-nay#dien-bien" in as_then.content.decode()
    assert [point.share for point in as_then.context["points"]] == pytest.approx([50, 50, 200 / 3])
    assert [point.share for point in recast.context["points"]] == pytest.approx([200 / 3] * 3)
    assert client.get(f"{PAGE}?cach=hien-nay&chi_so=led").context["recast"] is None


def test_the_number_of_queries_does_not_grow_with_decrees(villages, officer, viewer, quarters, cat_hai):
    keep_ended_quarters()
    rearranged(villages[:2], "Thôn Đông", by=officer)
    before = count_queries(client_of(viewer), f"{PAGE}?cach=hien-nay")
    assert were_rearranged(whole_provinces(Scope((Post(UserRole.DEPARTMENT_VIEWER, "31", ""),))), EVE, LATER)
    for number in range(3):
        pair = make_units(cat_hai, f"Thôn A{number}", f"Thôn B{number}", by=officer)
        rearranged(pair, f"Thôn C{number}", by=officer)
    assert count_queries(client_of(viewer), f"{PAGE}?cach=hien-nay") == before
