"""Behind every number of the overview stand exactly as many rows, for each who sees it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from reporting.enums import ReportState
from reporting.models import Report
from reporting.queries.overview import province_overview
from reporting.queries.overview_measures import value
from reporting.services.standings import renew_standings
from reporting.views.doors import LISTS, Doors
from teams.enums import MemberRole, Organization
from teams.models import Member, Province
from teams.queries.members import UNKNOWN
from tests.conftest import client_of
from tests.queries import count_queries
from tests.reporting.campaigns.makers import make_form, make_periodic, opened
from tests.reporting.campaigns.makers import make_period as make_quarter
from tests.reporting.registers import make_register
from tests.reporting.team_figures.makers import make_figures, make_period
from tests.reporting.test_overview import learn
from tests.teams.makers import JULY, make_team, make_units

COUNTED = re.compile(r'data-count="(\d+)"')
FIGURES = [name for name in LISTS if name not in (*Organization.values, UNKNOWN)]


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh, officer):
    return make_register(cat_hai, tran_lieu, hac_thanh, officer)


def rows_behind(client, url: str) -> int:
    page = client.get(url)
    assert page.status_code == 200, url
    text = page.content.decode()
    counted = COUNTED.search(text)
    rows = text.split("<tbody>")[1].split("</tbody>")[0].count("<tr") if "<tbody>" in text else 0
    assert rows == (int(counted[1]) if counted else 0)
    return rows


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_leads_to_as_many_rows(register, hai_phong, viewer, officer, admin, name):
    overview = province_overview(hai_phong, timezone.localdate())
    number = value(overview.total, name)
    assert number > 0
    assert rows_behind(client_of(viewer), Doors(province="31").to(name)) == number
    for line in overview.lines:
        door = Doors(province="31", commune=line.unit.pk).to(name)
        assert rows_behind(client_of(viewer), door) == value(line, name), line.unit
    own = next(line for line in overview.lines if line.unit.pk == "11914")
    assert rows_behind(client_of(officer), Doors(province="31", commune="11914").to(name)) == value(own, name)
    far = value(province_overview(Province.objects.get(pk="38"), timezone.localdate()).total, name)
    assert rows_behind(client_of(admin), Doors().to(name)) == number + far


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "without_phone"])
def test_of_a_past_day_too(register, hai_phong, viewer, name):
    day = JULY + timedelta(days=1)
    number = value(province_overview(hai_phong, day).total, name)
    assert rows_behind(client_of(viewer), Doors(day, "31").to(name)) == number


def test_of_organizations_too(register, hai_phong, viewer):
    composition = province_overview(hai_phong, timezone.localdate()).total.figures.composition
    assert composition[Organization.TEACHER] == 2
    assert composition[Organization.POLICE] == 1  # the squad's is not counted
    unknown = province_overview(hai_phong, timezone.localdate()).total.figures.members - sum(composition.values())
    for organization, count in (composition | {UNKNOWN: unknown}).items():
        assert rows_behind(client_of(viewer), Doors(province="31").to(str(organization))) == count


def test_without_its_filter_a_door_would_lead_to_other_rows(register, hai_phong, viewer):
    """The control run: every figure but the wholes differs from the list it is a part of."""
    total = province_overview(hai_phong, timezone.localdate()).total
    everything = {
        page: rows_behind(client_of(viewer), Doors(province="31").to(name).split("?")[0])
        for name, page in (
            ("villages", "teams:village_list"),
            ("teams", "teams:team_list"),
            ("members", "teams:members"),
        )
    }
    for name in FIGURES:
        if name != "villages":
            assert value(total, name) < everything[LISTS[name][0]], name


def test_the_overview_shows_each_number_with_its_door(register, hai_phong, viewer):
    page = client_of(viewer).get("/tong-quan/").content.decode()
    total = province_overview(hai_phong, timezone.localdate()).total
    for name in FIGURES:
        door = Doors(province="31").to(name).replace("&", "&amp;")
        assert re.search(rf'href="{re.escape(door)}"[^>]*>(<strong>)?{value(total, name)}<?', page), name


@pytest.mark.parametrize("key", ["coverage", "led", "assisted", "decided", "sized", "reachable"])
def test_each_line_leads_to_its_own_rows(register, viewer, admin, key):
    for user, units in ((viewer, 2), (admin, 2)):
        lines = client_of(user).get(f"/tong-quan/?chi_so={key}").context["rows"]
        assert len(lines) == units
        for line in lines:
            assert rows_behind(client_of(user), line.counted_url) == int(line.counted.split(" / ")[1])
            if line.lacking_url:
                assert rows_behind(client_of(user), line.lacking_url) == int(line.lacking)
        assert key == "sized" or any(line.lacking_url for line in lines)


def test_trained_leaders_and_guided_households_lead_to_the_same_sums(register, hai_phong, viewer, officer):
    learn(register[0].members.get(role=MemberRole.LEADER), officer)
    period = make_period(hai_phong, ends_on=timezone.localdate() - timedelta(days=10))
    make_figures(period, register[0], households=1_000, households_guided=700)
    renew_standings()
    overview = province_overview(hai_phong, timezone.localdate())
    doors = Doors(province="31", period_id=overview.period_id)
    assert (value(overview.total, "leaders_trained"), value(overview.total, "leaders")) == (1, 2)
    assert client_of(viewer).get(doors.to("leaders_trained")).context["done"] == 1
    assert client_of(viewer).get(doors.to("leaders")).context["leaders"] == 2
    totals = client_of(viewer).get(doors.to("guided")).context["totals"].columns
    shown = {each.indicator.code: each.value for each in totals}
    assert (shown["households_guided"], shown["households"]) == (700, 1_000)
    assert (overview.total.standing.guided, overview.total.standing.households) == (700, 1_000)


def test_states_of_reports_lead_to_the_communes_in_them(register, hai_phong, viewer, staff):
    opened(make_periodic(make_quarter(hai_phong), staff, form=make_form()), staff)
    Report.objects.filter(commune="11914").update(
        state=ReportState.SUBMITTED, first_submitted_at=timezone.now(), on_time=True
    )
    page = client_of(viewer).get("/tong-quan/")
    links = [link for _, _, links in page.context["campaigns"] for link in links]
    assert {link.words: link.count for link in links} == {"Chưa bắt đầu": 1, "Đã nộp": 1}
    for link in links:
        assert len(client_of(viewer).get(link.url).context["lines"]) == link.count


def test_the_lists_are_taken_along_as_they_are(register, viewer):
    for url, name in (
        ("/to/xuat/?thieu=leader&loai=village_team", "Tổ công nghệ số cộng đồng Tổ 4"),
        ("/thon/xuat/?to=chua", "Thôn 5"),
    ):
        response = client_of(viewer).get(url)
        rows = list(load_workbook(BytesIO(b"".join(response))).active.iter_rows(values_only=True))
        shown = [row for row in rows if isinstance(row[0], int)]
        assert name in [row[2] for row in shown]
        assert len(shown) == rows_behind(client_of(viewer), url.replace("xuat/", ""))


def test_a_list_shows_nothing_of_others(register, officer, stranger):
    for url, own, foreign in (("/to/?tinh=31", "Phố 1", "Tổ 3"), ("/thon/?xa=11914", "Phố 2", "Thôn 5")):
        page = client_of(stranger).get(url).content.decode()
        assert own in page
        assert foreign not in page
    assert rows_behind(client_of(officer), "/to/?tinh=31") == 4


def test_who_leaves_later_is_counted_and_listed_until_then(register, hai_phong, viewer):
    Member.objects.filter(full_name="Lê Văn Cường").update(
        left_on=timezone.localdate() + timedelta(days=3), left_reason="resigned"
    )
    number = value(province_overview(hai_phong, timezone.localdate()).total, "without_phone")
    assert rows_behind(client_of(viewer), Doors(province="31").to("without_phone")) == number == 3


@pytest.mark.parametrize("url", ["/to/", "/to/?thieu=leader", "/thon/", "/thon/?to=chua"])
def test_the_number_of_queries_of_a_list_does_not_grow(register, cat_hai, viewer, officer, url):
    before = count_queries(client_of(viewer), url)
    for unit in make_units(cat_hai, *(f"Xóm {number}" for number in range(8)), by=officer):
        make_team(cat_hai, f"Tổ {unit.name}", by=officer)
    assert count_queries(client_of(viewer), url) == before
