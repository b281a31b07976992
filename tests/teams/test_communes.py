"""The lists of provinces and communes, and the officer's home: one commune's page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from teams.enums import MemberRole, TeamKind, UserRole
from teams.models import Assignment, Commune
from teams.queries.communes import commune_page, search_communes
from teams.services.officers import add_officer
from tests.conftest import client_of, make_commune, make_user
from tests.queries import count_queries
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units
from tests.teams.test_coverage import TODAY


@pytest.fixture
def two_giangs(hai_phong) -> list[Commune]:
    names = {"10888": "Xã Cẩm Giang", "10891": "Xã Cẩm Giàng"}
    return [make_commune(code, name, "rural_commune", hai_phong) for code, name in names.items()]


def found(communes, search: str) -> list[str]:
    return [commune.name for commune in search_communes(communes, search)]


# Search ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("Cẩm Giang", ["Xã Cẩm Giang"]),
        ("cẩm giàng", ["Xã Cẩm Giàng"]),
        ("CẨM GIÀNG", ["Xã Cẩm Giàng"]),
        ("cam giang", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("giang", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("giàng", ["Xã Cẩm Giàng"]),
        ("10891", ["Xã Cẩm Giàng"]),
        ("cẩm gi", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("không có", []),
        ("  ", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
    ],
)
def test_marks_count_only_when_they_are_typed(two_giangs, search, names):
    assert found(two_giangs, search) == names


def test_the_exact_name_comes_first(hai_phong):
    names = {"10001": "Xã An Hải Đông", "10002": "Phường An Hải"}
    communes = [make_commune(code, name, "ward", hai_phong) for code, name in names.items()]
    assert found(communes, "an hải") == ["Phường An Hải", "Xã An Hải Đông"]


# Lists ----------------------------------------------------------------------------------------------------------------


def test_the_department_sees_its_communes_with_a_total(staff, cat_hai, tran_lieu, hac_thanh, officer):
    units = make_units(cat_hai, "Thôn 1", "Thôn 2", by=officer) + make_units(tran_lieu, "Khu 1", by=officer)
    make_team(cat_hai, "Thôn 1", units[0], by=officer)
    page = client_of(staff).get("/xa/").content.decode()
    assert "Đặc khu Cát Hải" in page
    assert "Phường Trần Liễu" in page
    assert "Hạc Thành" not in page
    assert 'href="/quan-tri/"' in page
    assert "Cộng 2 đơn vị" in page
    assert "33,3%" in page


def test_an_officer_sees_their_commune_only(officer, cat_hai, tran_lieu):
    page = client_of(officer).get("/xa/").content.decode()
    assert "Đặc khu Cát Hải" in page
    assert "Trần Liễu" not in page
    assert 'href="/quan-tri/"' not in page


def test_an_officer_of_two_communes_sees_both(officer, cat_hai, tran_lieu, hac_thanh):
    Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_OFFICER, commune=hac_thanh, province=hac_thanh.province
    )
    page = client_of(officer).get("/xa/").content.decode()
    assert "Đặc khu Cát Hải" in page
    assert "Hạc Thành" in page
    assert "Trần Liễu" not in page


def test_the_way_back_is_open_to_everybody_who_is_shown_it(officer, staff, cat_hai, hac_thanh):
    assert 'href="/xa/?tinh=31"' in client_of(staff).get(f"/xa/{cat_hai.pk}/thon/").content.decode()
    Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_OFFICER, commune=hac_thanh, province=hac_thanh.province
    )
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/").content.decode()
    assert "?tinh=" not in page
    assert 'href="/xa/"' in page


def test_those_who_see_the_country_choose_a_province_first(admin, staff, cat_hai, hac_thanh):
    assert client_of(admin).get("/xa/").headers["Location"] == "/tinh/"
    page = client_of(admin).get("/tinh/").content.decode()
    assert "Thành phố Hải Phòng" in page
    assert "Tỉnh Thanh Hóa" in page
    inside = client_of(admin).get("/xa/?tinh=38").content.decode()
    assert "Hạc Thành" in inside
    assert "Cát Hải" not in inside
    assert client_of(staff).get("/tinh/").headers["Location"] == "/xa/"


def test_a_province_out_of_scope_is_not_found(staff, cat_hai, hac_thanh):
    assert client_of(staff).get("/xa/?tinh=31").status_code == 200
    assert client_of(staff).get("/xa/?tinh=38").status_code == 404


def test_the_list_sorts_by_what_is_missing(staff, cat_hai, tran_lieu, officer):
    make_units(tran_lieu, "Khu 1", by=officer)
    (unit,) = make_units(cat_hai, "Thôn 1", by=officer)
    make_team(cat_hai, "Thôn 1", unit, by=officer)
    page = client_of(staff).get("/xa/?xep=bao-phu").content.decode()
    assert page.index("Trần Liễu") < page.index("Cát Hải")
    page = client_of(staff).get("/xa/?xep=to").content.decode()
    assert page.index("Cát Hải") < page.index("Trần Liễu")


def test_fifty_communes_stand_on_a_page_under_the_total_of_all(staff, hai_phong):
    for number in range(51):
        make_commune(f"{20000 + number}", f"Xã Số {number}", "rural_commune", hai_phong)
    first = client_of(staff).get("/xa/").content.decode()
    second = client_of(staff).get("/xa/?trang=2").content.decode()
    assert (first.count('href="/xa/2'), second.count('href="/xa/2')) == (50, 1)
    assert "Cộng 51 đơn vị" in first


def test_the_list_is_as_of_the_day(staff, cat_hai, officer):
    make_units(cat_hai, "Thôn 1", by=officer, since=JULY)
    before = client_of(staff).get("/xa/?ngay=9/7/2025").content.decode()
    assert 'data-label="Thôn, TDP">0<' in before
    after = client_of(staff).get("/xa/?ngay=10.07.2025").content.decode()
    assert 'data-label="Thôn, TDP">1<' in after


def test_the_list_needs_as_many_queries_for_three_communes_as_for_one(staff, hai_phong):
    counts = []
    for code in (["30001"], ["30002", "30003"]):
        for each in code:
            make_commune(each, f"Xã {each}", "rural_commune", hai_phong)
        counts.append(count_queries(client_of(staff), "/xa/"))
    assert counts[0] == counts[1]


# One commune ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(cat_hai, officer):
    """Three villages, two teams: one complete, one that lacks everything; and a squad."""
    one, two, _ = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", officer)
    whole = make_team(cat_hai, "Tổ Thôn 1", one, by=officer, decision=decision)
    make_member(whole, "Nguyễn Văn An", MemberRole.LEADER, phone="0914994123")
    make_member(whole, "Trần Thị Bình", phone="0914994124")
    make_member(whole, "Lê Chi", phone="0914994125")
    poor = make_team(cat_hai, "Tổ Thôn 2", two, by=officer)
    make_member(poor, "Phạm Dung")
    make_team(cat_hai, "Đội Cát Bà", by=officer, kind=TeamKind.RAPID_RESPONSE)
    return whole, poor


def test_a_past_day_accuses_nobody_of_a_missing_phone(cat_hai, filled):
    yesterday = timezone.localdate() - timedelta(1)
    (line,) = [line for line in commune_page(cat_hai, yesterday).teams if line.name == "Tổ Thôn 2"]
    assert line.missing == ("leader", "decision", "norm")


def test_the_page_says_what_each_team_lacks(cat_hai, filled):
    lines = {line.name: line for line in commune_page(cat_hai, timezone.localdate()).teams}
    assert lines["Tổ Thôn 1"].missing == ()
    assert (lines["Tổ Thôn 1"].leader, lines["Tổ Thôn 1"].decision) == ("Nguyễn Văn An", "01/QĐ-UBND")
    assert lines["Tổ Thôn 2"].missing == ("leader", "decision", "norm", "phone")


def test_other_kinds_stand_apart(cat_hai, filled):
    page = commune_page(cat_hai, TODAY)
    assert [line.name for line in page.teams] == ["Tổ Thôn 1", "Tổ Thôn 2"]
    assert list(page.other_teams) == ["Đội hỗ trợ phản ứng nhanh"]


def test_the_figures_agree_with_the_lines(cat_hai, filled):
    page = commune_page(cat_hai, TODAY)
    assert page.figures.villages == len(page.villages)
    assert page.figures.covered == sum(bool(line.teams) for line in page.villages)
    assert page.figures.teams == len(page.teams)
    assert page.figures.members == sum(line.members for line in page.teams)
    assert page.figures.without_leader == sum(not line.leader for line in page.teams)
    assert page.figures.without_decision == sum(not line.decision for line in page.teams)


def test_a_commune_may_set_its_own_norm(cat_hai, filled):
    Commune.objects.filter(pk=cat_hai.pk).update(size_norm=5)
    cat_hai.refresh_from_db()
    lacking = [line.name for line in commune_page(cat_hai, TODAY).teams if "norm" in line.missing]
    assert lacking == ["Tổ Thôn 1", "Tổ Thôn 2"]


def test_the_officer_is_told_what_to_do_next(officer, cat_hai, filled):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/").content.decode()
    for task in ("1 thôn, tổ dân phố chưa có tổ", "1 tổ chưa có tổ trưởng", "1 tổ chưa có quyết định"):
        assert task in page
    assert "Chưa có cán bộ phụ trách" in page
    assert "Lập tổ" in page


def test_an_empty_commune_starts_with_its_villages(officer, cat_hai):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/").content.decode()
    assert "Chưa có danh sách thôn, tổ dân phố" in page


def test_a_viewer_gets_the_page_without_tasks_and_buttons(viewer, officer, cat_hai, filled):
    page = client_of(viewer).get(f"/xa/{cat_hai.pk}/").content.decode()
    assert "Tổ Thôn 1" in page
    for words in ('id="viec"', "Lập tổ", "Kiện toàn", "Nhập tệp Excel</a>"):
        assert words not in page


def test_teams_can_be_narrowed_to_those_that_lack_something(officer, cat_hai, filled):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/?thieu=leader").content.decode()
    table = page[page.index('id="to"') : page.index('id="qd"')]
    assert "Tổ Thôn 2" in table
    assert "Tổ Thôn 1" not in table


def test_the_page_is_as_of_the_day(officer, cat_hai, filled):
    before = client_of(officer).get(f"/xa/{cat_hai.pk}/?ngay=9/7/2025").content.decode()
    assert "01/QĐ-UBND</a></td>" not in before
    assert 'id="viec"' not in before
    after = client_of(officer).get(f"/xa/{cat_hai.pk}/?ngay=10/7/2025").content.decode()
    assert "01/QĐ-UBND</a></td>" in after


def test_only_those_of_the_commune_and_above_see_it(cat_hai, officer, commune_leader, staff, neighbour, stranger):
    answers = [
        client_of(user).get(f"/xa/{cat_hai.pk}/").status_code
        for user in (officer, commune_leader, staff, neighbour, stranger)
    ]
    assert answers == [200, 200, 200, 404, 404]


def test_a_commune_that_does_not_exist_is_not_found(admin):
    assert client_of(admin).get("/xa/99999/").status_code == 404


def test_the_page_needs_as_many_queries_for_three_teams_as_for_one(officer, cat_hai):
    add_officer(commune=cat_hai, fields={"full_name": "Phạm Thị Hà"}, by=officer)
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", officer)
    counts = []
    for batch in (["Thôn 1"], ["Thôn 2", "Thôn 3"]):
        for unit in make_units(cat_hai, *batch, by=officer):
            team = make_team(cat_hai, unit.name, unit, by=officer, decision=decision)
            make_member(team, "Lê Chi", MemberRole.LEADER)
        counts.append(count_queries(client_of(officer), f"/xa/{cat_hai.pk}/"))
    assert counts[0] == counts[1]


def test_an_officer_of_one_commune_is_one_touch_away_from_it(officer, staff, cat_hai):
    assert f'href="/xa/{cat_hai.pk}/">Tổ và địa bàn</a>' in client_of(officer).get("/").content.decode()
    assert 'href="/xa/">Tổ và địa bàn</a>' in client_of(staff).get("/").content.decode()


def test_a_national_viewer_sees_every_province(hai_phong, hac_thanh):
    viewer = make_user("bo", UserRole.DEPARTMENT_VIEWER)
    assert client_of(viewer).get("/tinh/").status_code == 200


def test_a_past_day_stays_on_the_way_to_a_team_and_offers_no_change(cat_hai, officer, filled):
    yesterday = format_date(timezone.localdate() - timedelta(1))
    past, now = (
        client_of(officer).get(f"/xa/{cat_hai.pk}/{query}").content.decode() for query in (f"?ngay={yesterday}", "")
    )
    assert f'href="/to/{filled[0].pk}/?ngay={yesterday}"' in past
    assert f'href="/to/{filled[0].pk}/"' in now
    for url in (f"/xa/{cat_hai.pk}/kien-toan/", f"/xa/{cat_hai.pk}/to/them/", f"/nhap-tep/?xa={cat_hai.pk}"):
        assert url not in past
        assert url in now
