"""One box finds units, teams, people, decisions and reports: in any writing, inside the scope, in few queries."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cdt_portal import search
from cdt_portal.lib import text
from cdt_portal.logs import hide_links
from teams.access import Scope, scope_for
from teams.enums import UserRole
from teams.models import Commune, ResidentialUnit
from teams.queries.search import search_decisions, search_people, search_teams, search_units
from tests.conftest import client_of, make_commune, make_user
from tests.queries import count_queries
from tests.reporting.reports.makers import make_campaign, make_report
from tests.teams.makers import make_decision, make_member, make_team, make_units

MANY = 50
KINDS = {"units": search_units, "teams": search_teams, "people": search_people, "decisions": search_decisions}


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh, hai_phong, officer, neighbour, stranger):
    for code, name in {"10888": "Xã Cẩm Giang", "10891": "Xã Cẩm Giàng"}.items():
        make_commune(code, name, "rural_commune", hai_phong)
    for commune, names, by in (
        (cat_hai, ["Thôn Đông", "Thôn Đồng Hải", "Thôn 1", "Thôn 12", "Khu phố 1", "Thôn Hoà Quang"], officer),
        (tran_lieu, ["Khu phố Đông"], neighbour),
        (hac_thanh, ["Phố Đông"], stranger),
    ):
        units = make_units(commune, *names, by=by)
        team = make_team(commune, f"Tổ CNSCĐ {units[0].name}", units[0], by=by)
        make_member(team, "Nguyễn Văn Đông", phone="0912345678")
        make_decision(commune, "1907/QĐ-UBND ngày 31/10/2025", by)


def found(user, kind: str, typed: str) -> list[str]:
    return [each.title for each in KINDS[kind](scope_for(user), typed, MANY)]


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("cam giang", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("CAM GIANG", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("Cẩm Giang", ["Xã Cẩm Giang"]),
        ("cẩm giàng", ["Xã Cẩm Giàng"]),
        ("giàng xã", ["Xã Cẩm Giàng"]),
        ("xã cam giang", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),  # everybody writes the marks of "xã"
        ("ca\u0302\u0309m gia", ["Xã Cẩm Giang"]),  # marks apart from their letters
        ("cẩm g", ["Xã Cẩm Giang", "Xã Cẩm Giàng"]),
        ("am giang", []),
        ("cam giang zzz", []),
        ("thon dong", ["Thôn Đông", "Thôn Đồng Hải"]),
        ("thôn dong", ["Thôn Đông", "Thôn Đồng Hải"]),
        ("thôn đông", ["Thôn Đông"]),
        ("đồng", ["Thôn Đồng Hải"]),
        ("thôn 1", ["Thôn 1"]),  # a number is whole
        ("thon 01", ["Thôn 1"]),
        ("KP1", ["Khu phố 1"]),
        ("hòa quang", ["Thôn Hoà Quang"]),
        ("hoa", ["Thôn Hoà Quang"]),
        ("10891", ["Xã Cẩm Giàng"]),
        ("cat & ! | :* ' # \\", ["Đặc khu Cát Hải"]),
        ("'#31'", []),
        ("=đông", ["Thôn Đông", "Khu phố Đông"]),
    ],
)
def test_units_are_found_with_or_without_marks(register, staff, typed, names):
    assert sorted(found(staff, "units", typed)) == sorted(names)


def test_the_whole_name_comes_first_and_what_is_no_more_last(register, staff, cat_hai, officer):
    ended = make_units(cat_hai, "Thôn Đông Cũ", by=officer)
    ResidentialUnit.objects.filter(pk=ended[0].pk).update(ended_on=date(2026, 1, 1))
    units = search_units(scope_for(staff), "thôn đông", MANY)
    assert [(each.title, each.note) for each in units] == [
        ("Thôn Đông", ""),
        ("Thôn Đông Cũ", "không còn từ 01/01/2026"),
    ]
    assert units[0].detail == "Đặc khu Cát Hải"


@pytest.mark.parametrize("typed", ["cnscd thon dong", "Tổ công nghệ số cộng đồng thôn Đông", "thôn đông", "dong"])
def test_teams_are_found_by_their_own_words_and_by_their_village(register, officer, typed):
    assert found(officer, "teams", typed) == ["Tổ CNSCĐ Thôn Đông"]


def test_what_the_database_makes_of_letters_is_what_we_make_of_them(db):
    """`teams_words` folds as `text.fold` does, but for letters that no Vietnamese or minority name has."""
    letters = "".join(map(chr, [*range(0xC0, 0x180), *range(0x1EA0, 0x1EFA)]))
    names = [letter for letter in letters if text.fold(letter).isascii() and len(text.fold(letter)) == 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, teams_words(name, '', '31', '11914')::text FROM unnest(%s) name", [names])
        rows = cursor.fetchall()
    wrong = [name for name, words in rows if f"'{text.fold(name)}'" not in words]
    assert len(rows) > 150
    assert set(wrong) <= set("ŀĿſŉİ")


# Numbers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["1907", "1907/QĐ-UBND", "1907 qd-ubnd", "số 1907", "QĐ 1907/QĐ-UB", "quyết định số 1907 ngày 31.10.25"]
)
def test_decisions_are_found_in_any_writing(register, officer, typed):
    assert found(officer, "decisions", typed) == ["1907/QĐ-UBND ngày 31/10/2025"]


@pytest.mark.parametrize("typed", ["190", "19070", "1907/QĐ-TTg", "1907 ngày 1/1/2025", "thôn 1907", "ubnd"])
def test_other_numbers_are_other_decisions(register, officer, typed):
    assert found(officer, "decisions", typed) == []


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912.345.678", "84912345678", "0912"])
def test_people_are_found_by_their_phone(register, officer, typed):
    assert found(officer, "people", typed) == ["Nguyễn Văn Đông"]


def test_who_may_not_see_a_phone_neither_sees_nor_guesses_it(register, officer, staff, viewer):
    def people(user, typed):
        return search_people(scope_for(user), typed, MANY)

    assert "0912 345 678" in people(officer, "van dong")[0].detail
    for user in (staff, viewer):
        assert "0912 345 ***" in people(user, "van dong")[0].detail
    assert len(people(staff, "0912345678")) == 2  # who may reveal it may look for it
    assert len(people(viewer, "0912345999")) == 2  # as by its visible digits alone
    assert people(staff, "0912345999") == []


# Scope ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed"), [("units", "đông"), ("teams", "đông"), ("people", "đông"), ("decisions", "1907")]
)
def test_nothing_foreign_is_found(register, officer, staff, stranger, monkeypatch, kind, typed):
    everywhere = make_user("bo", UserRole.DEPARTMENT_VIEWER)
    counts = [len(found(user, kind, typed)) for user in (officer, staff, stranger, everywhere)]
    assert counts == [1, 2, 1, 3]
    monkeypatch.setattr(Scope, "narrow", lambda self, rows, *more, **other: rows)
    monkeypatch.setattr(Scope, "codes", lambda self: None)
    assert len(found(officer, kind, typed)) == 3  # the guards do it


def test_either_guard_of_words_would_do(register, officer, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Scope, "codes", lambda self: None)
        assert found(officer, "teams", "đông") == ["Tổ CNSCĐ Thôn Đông"]
    monkeypatch.setattr(Scope, "narrow", lambda self, rows, *more, **other: rows)
    assert found(officer, "teams", "đông") == ["Tổ CNSCĐ Thôn Đông"]


def test_who_has_no_post_finds_nothing(register):
    assert KINDS["units"](Scope(()), "thon", MANY) == []


def test_campaigns_are_the_departments_and_reports_the_communes(hai_phong, cat_hai, officer, neighbour, staff):
    report = make_report(make_campaign(hai_phong), cat_hai)
    urls = [
        [each.url for each in search.search_campaigns(scope_for(user), "cong van 4675", MANY)]
        for user in (staff, officer, neighbour)
    ]
    assert urls == [[f"/bao-cao/dot/{report.campaign_id}/"], [f"/bao-cao/xa/{report.pk}/"], []]
    assert search.search_campaigns(scope_for(staff), "quý bốn", MANY) == []


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_shows_a_few_of_each_kind_and_leads_to_all(register, officer, cat_hai):
    make_units(cat_hai, *(f"Thôn Đông {number}" for number in range(2, 10)), by=officer)
    page = client_of(officer).get("/tim/", {"q": "đông"})
    groups = {group.key: group for group in page.context["groups"]}
    assert {key: len(group.found) for key, group in groups.items()} == {"don-vi": search.FEW, "to": 1, "nguoi": 1}
    assert groups["to"].more == ""
    everything = client_of(officer).get(groups["don-vi"].more)
    assert [len(group.found) for group in everything.context["groups"]] == [9]
    assert 'value="đông"' in page.content.decode()


def test_all_people_are_the_list_of_members(register, officer):
    for number in range(search.FEW + 1):
        make_member(officer_team(), f"Nguyễn Đông {number}")
    group = client_of(officer).get("/tim/", {"q": "dong"}).context["groups"][-1]
    page = client_of(officer).get(group.more)
    assert page.context["count"] == search.FEW + 2


@pytest.mark.parametrize(("key", "address"), [("to", "/to/"), ("don-vi", "/thon/")])
def test_all_teams_and_villages_are_their_lists_with_the_same_words(register, officer, cat_hai, key, address):
    for village in make_units(cat_hai, *(f"Thôn Đông {number}" for number in range(2, 9)), by=officer):
        make_team(cat_hai, village.name, village, by=officer)
    make_team(cat_hai, "Thôn 1", by=officer)
    client = client_of(officer)
    groups = {group.key: group for group in client.get("/tim/", {"q": "đông"}).context["groups"]}
    more = groups[key].more if key == "to" else client.get(groups[key].more).context["beside"]
    assert more == f"{address}?{urlencode({'tim': 'đông'})}"
    found, every, nobody = (client.get(url).context["page"].paginator.count for url in (more, address, f"{more}x"))
    assert (found, nobody) == (8, 0) and every > found


def officer_team():
    return Commune.objects.get(pk="11914").residential_units.get(name="Thôn Đông").coverages.get().team


@pytest.mark.parametrize("typed", ["", "d", " ", "'", "%"])
def test_too_little_asks_for_more(register, officer, typed):
    page = client_of(officer).get("/tim/", {"q": typed})
    assert page.context["groups"] == []
    assert "Gõ ít nhất 2 chữ" in page.content.decode()


def test_the_box_gets_options_alone(register, officer):
    options = client_of(officer).get("/tim/", {"q": "dong", "goi_y": ""}).content.decode()
    assert options.count('role="option"') == 4
    assert "<html" not in options
    assert "Không tìm thấy" in client_of(officer).get("/tim/", {"q": "zzzz", "goi_y": ""}).content.decode()


def test_the_number_of_queries_is_the_same_for_many_and_for_nobody(register, staff, cat_hai, officer):
    make_units(cat_hai, *(f"Thôn Tây {number}" for number in range(30)), by=officer)
    client = client_of(staff)
    count_queries(client, "/tim/?q=tay")
    with CaptureQueriesContext(connection) as nobody:
        client.get("/tim/?q=zzzz")
    with CaptureQueriesContext(connection) as many:
        client.get("/tim/?q=tay")
    assert len(nobody) == len(many) <= 12


def test_words_stay_out_of_logs(officer):
    line = '"GET /tim/?goi_y&q=nguy%E1%BB%85n+v%C4%83n HTTP/1.1" 200 "https://cong.vn/tim/?q=0912345678&loai=nguoi"'
    told = '"GET /tim/?goi_y&q=*** HTTP/1.1" 200 "https://cong.vn/tim/?q=***&loai=nguoi"'
    assert hide_links(line) == told
