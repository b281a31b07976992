"""The overview's page: measures against their targets, tiles and table, who sees what, files, how much it asks for."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Work
from reporting.models import ProvinceTargets, ReportingPolicy
from reporting.queries.overview_measures import MEASURES, bounds, step, targets_of
from reporting.queries.overview_page import ordered
from reporting.services.standings import keep_ended_quarters, renew_standings
from reporting.services.targets import save_targets
from reporting.tasks import draw_overview
from teams.enums import MemberRole
from teams.models import Member, ResidentialUnit
from teams.services.concurrency import Conflict
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.campaigns.makers import make_form, make_periodic, opened
from tests.reporting.campaigns.makers import make_period as make_quarter
from tests.reporting.team_figures.makers import make_period
from tests.reporting.test_overview import learn
from tests.teams.makers import JULY, make_member, make_team, make_units

PAGE, OF_HAI_PHONG = "/tong-quan/", "/tong-quan/?tinh=31"
ALL_HUNDRED = dict.fromkeys((key for key in MEASURES if key != "guided"), 100)


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh, officer):
    """Cát Hải: 1 of 3 villages covered, its team led; Trần Liễu: its only one, by a team without a leader."""
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer, since=JULY)
    led = make_team(cat_hai, "Tổ 1", villages[0], by=officer, founded_on=JULY)
    make_member(led, "Nguyễn Văn An", MemberRole.LEADER, joined_on=JULY, phone="0912345678", organization="teacher")
    make_team(tran_lieu, "Khu 1", *make_units(tran_lieu, "Khu 1", by=officer), by=officer)
    make_team(hac_thanh, "Phố 1", *make_units(hac_thanh, "Phố 1", by=officer), by=officer)


def order_of(client, query: str) -> list[str]:
    page = client.get(f"{PAGE}?{query}")
    return [line.url.removeprefix("/xa/").removesuffix("/") for line in page.context["rows"]]


@pytest.mark.parametrize(
    ("percent", "target", "colour"),
    [(None, 80, None), (0, 80, 0), (39.9, 80, 0), (40, 80, 1), (60, 80, 2), (72, 80, 3), (79.9, 80, 3), (80, 80, 4)],
)
def test_five_colours_tell_how_far_the_target_is(percent, target, colour):
    assert step(percent, target) == colour
    assert bounds(80) == [40, 60, 72, 80]


def test_units_are_ordered_by_what_is_asked(register, viewer):
    client = client_of(viewer)
    assert order_of(client, "") == order_of(client, "xep=khac") == ["11914", "10729"]
    assert order_of(client, "xep=-ten") == ["10729", "11914"]
    assert order_of(client, "xep=ty-le") == ["11914", "10729"]
    assert order_of(client, "xep=-ty-le") == ["10729", "11914"]
    assert order_of(client, "chi_so=led&xep=-thieu") == ["10729", "11914"]


def test_what_is_not_known_stands_last_in_either_order(register, hai_phong, viewer):
    make_commune("11500", "Xã Không Thôn", "rural_commune", hai_phong)
    for order in ("xep=ty-le", "xep=-ty-le"):
        assert order_of(client_of(viewer), order)[-1] == "11500"
    assert ordered([], "-ty-le") == []


def test_a_measure_that_the_day_does_not_tell_is_not_offered(register, viewer):
    assert client_of(viewer).get(f"{PAGE}?chi_so=trained").context["measure"].key == "trained"
    past = client_of(viewer).get(f"{PAGE}?chi_so=trained&ngay=11/07/2025").context
    assert past["measure"].key == "coverage"
    assert [each.key for each in past["measures"]] == ["coverage", "led", "assisted", "decided", "sized"]


def test_differences_and_the_trend_are_those_of_the_quarters_kept(register, hai_phong, cat_hai, viewer, officer):
    make_period(hai_phong, ends_on=date(2025, 9, 14), team_form=None)
    keep_ended_quarters()
    make_team(cat_hai, "Tổ 2", ResidentialUnit.objects.get(name="Thôn 2"), by=officer)
    context = client_of(viewer).get(PAGE).context
    assert [(point.day, point.share) for point in context["points"]] == [
        (date(2025, 9, 14), 50),
        (timezone.localdate(), 75),
    ]
    changes = {card.measure.key: card.change for card, _ in context["cards"]}
    assert changes["coverage"] == 25
    assert (changes["reachable"], changes["trained"], changes["reported"]) == (None, None, None)


def test_a_province_sets_its_targets_and_history_keeps_the_old_ones(register, hai_phong, staff, viewer):
    assert targets_of(hai_phong) == ALL_HUNDRED | {"guided": 80}
    ReportingPolicy.objects.create(province=hai_phong, household_target=70)
    client = client_of(staff)
    form = dict.fromkeys(ALL_HUNDRED, 100) | {"coverage": 50, "version": 0}
    assert client.post("/tong-quan/muc-tieu/", form).status_code == 302
    context = client_of(viewer).get(PAGE).context
    assert {card.measure.key: card.target for card, _ in context["cards"]}["guided"] == 70
    assert context["target"] == 50
    assert [(line.name, line.colour) for line in context["tiles"]] == [
        ("Phường Trần Liễu", "4"),
        ("Đặc khu Cát Hải", "1"),
    ]
    assert client.post("/tong-quan/muc-tieu/", form | {"coverage": 101, "version": 1}).status_code == 422
    assert client.post("/tong-quan/muc-tieu/", form | {"coverage": 60, "version": 1}).status_code == 302
    events = ProvinceTargets.objects.get().events.order_by("pgh_id")
    assert list(events.values_list("coverage", flat=True)) == [50, 60]


def test_targets_of_two_at_once_conflict(hai_phong, staff):
    save_targets(province=hai_phong, version=0, fields=ALL_HUNDRED, by=staff)
    save_targets(province=hai_phong, version=1, fields=ALL_HUNDRED | {"led": 90}, by=staff)
    for version in (0, 1):
        with pytest.raises(Conflict):
            save_targets(province=hai_phong, version=version, fields=ALL_HUNDRED, by=staff)
    events = ProvinceTargets.objects.get().events.order_by("pgh_id")
    assert list(events.values_list("led", flat=True)) == [100, 90]


def test_who_sees_the_nation_sees_it_by_province(register, admin, viewer):
    page = client_of(admin).get(PAGE)
    assert [line.url for line in page.context["tiles"]] == ["?tinh=31", "?tinh=38"]
    assert [line.url for line in client_of(admin).get(f"{PAGE}?chi_so=led").context["tiles"]] == [
        "?tinh=31&chi_so=led",
        "?tinh=38&chi_so=led",
    ]
    assert client_of(admin).get("/tong-quan/?tinh=38").context["province"].pk == "38"
    assert client_of(viewer).get("/tong-quan/?tinh=38").status_code == 404
    assert [line.url for line in client_of(viewer).get(PAGE).context["tiles"]] == ["/xa/10729/", "/xa/11914/"]


def test_what_no_list_has_of_several_provinces_is_told_by_province(register, admin, officer):
    learn(Member.objects.get(full_name="Nguyễn Văn An"), officer)
    renew_standings()
    links = {card.measure.key: told for card, told in client_of(admin).get(PAGE).context["cards"]}["trained"]
    assert [(link.count, link.words) for link in links] == [(1, "đã tập huấn"), (1, "tổ trưởng")]
    page = client_of(admin).get(f"{PAGE}{links[0].url.partition('#')[0]}").context
    assert {line.name: line.counted for line in page["rows"]} == {
        "Thành phố Hải Phòng": "1 / 1",
        "Tỉnh Thanh Hóa": "–",
    }


def test_a_commune_stands_beside_its_province(register, officer, commune_leader):
    for user in (officer, commune_leader):
        page = client_of(user).get(PAGE)
        shares = {card.measure.key: (card.share, average) for card, _, average in page.context["lines"]}
        assert shares["coverage"] == (pytest.approx(100 / 3), 50)
        assert shares["led"] == (100, 50)
        assert "Trần Liễu" not in page.content.decode()
    assert client_of(officer).get("/tong-quan/?xa=10729").status_code == 404
    assert client_of(officer).get("/tong-quan/?ngay=01/01/2020").status_code == 200


def test_the_workbook_has_what_the_page_has(register, hai_phong, viewer):
    book = load_workbook(BytesIO(b"".join(client_of(viewer).get("/tong-quan/xuat/"))))
    assert book.sheetnames == ["Tổng quan", "Theo đơn vị", "Diễn biến", "Thành phần"]
    shares = {row[0]: row[1] for row in book["Tổng quan"].iter_rows(min_row=4, values_only=True)}
    assert shares["Bao phủ thôn, tổ dân phố"] == 50
    units = {row[1]: row[2:4] for row in book["Theo đơn vị"].iter_rows(min_row=4, values_only=True)}
    assert units["Đặc khu Cát Hải"] == (3, 1)


def test_the_paper_is_a4_and_says_the_same(register, viewer):
    client_of(viewer).post("/tong-quan/pdf/?chi_so=led")
    job = Job.objects.get(kind="overview.paper")
    assert job.province_code == "31"
    result = draw_overview(Work(job, lambda *args: None))
    pages = PdfReader(result.file).pages
    assert {round(float(side)) for side in pages[0].mediabox[2:]} == {595, 842}
    text = " ".join(page.extract_text() for page in pages)
    assert "Đặc khu Cát Hải" in text
    assert "50%, mục tiêu 100%" in text


def test_the_paper_of_the_nation_shows_only_what_its_asker_sees_now(register, admin):
    client_of(admin).post("/tong-quan/pdf/")
    job = Job.objects.get(kind="overview.paper")
    admin.assignments.update(role="department_viewer", province="38")
    text = PdfReader(draw_overview(Work(job, lambda *args: None)).file).pages[-1].extract_text()
    assert "Thanh Hóa" in text
    assert "Hải Phòng" not in text


def test_the_number_of_queries_does_not_grow(register, hai_phong, cat_hai, hac_thanh, staff, admin, viewer, officer):
    opened(make_periodic(make_quarter(hai_phong), staff, form=make_form()), staff)
    make_period(hai_phong, ends_on=date(2025, 9, 14), team_form=None)
    keep_ended_quarters()
    renew_standings()
    pages = [(viewer, PAGE), (viewer, f"{PAGE}?ngay=01/09/2025"), (admin, PAGE), (officer, PAGE)]
    before = [count_queries(client_of(user), url) for user, url in pages]
    assert max(before) <= 18
    for number in range(6):
        commune = make_commune(f"1200{number}", f"Xã Mới {number}", "rural_commune", hai_phong)
        make_team(commune, "Tổ 1", *make_units(commune, "Thôn 1", by=officer), by=officer)
    make_period(hac_thanh.province, ends_on=date(2025, 12, 31), team_form=None)
    keep_ended_quarters()
    assert [count_queries(client_of(user), url) for user, url in pages] == before


def test_without_a_script_there_are_tables(register, viewer):
    page = client_of(viewer).get(PAGE).content.decode()
    assert page.count("data-chart=") == 2
    assert '<button class="btn btn-primary">Xem</button>' in page
