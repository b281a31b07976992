"""Members are found inside the scope by name, phone and decision, page by page, and taken along as they are shown."""

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from teams.access import Scope, scope_for
from teams.models import ExportTrace, Member, PhoneReveal
from teams.queries import members as queries
from teams.queries.members import MemberFilter, page_of
from teams.views import members as views
from tests.conftest import client_of
from tests.teams.test_exports import make_decision, make_team

TODAY = timezone.localdate()
MEMBERS = "/thanh-vien/"


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh):
    decision = make_decision(cat_hai, "1907")
    make_team(cat_hai, "Thôn 1", "Nguyễn Văn Hùng", "Trần Thị Hưng", "Đỗ Hùng Anh", decision=decision)
    make_team(cat_hai, "Thôn 2", "Hoàng Thị Thúy", "Lê Thị Ánh")
    make_team(tran_lieu, "Khu phố 1", "Nguyễn Thị Hùng")
    make_team(hac_thanh, "Phố 1", "Nguyễn Đức Hùng")


def found(user, search: str = "", **asked) -> list[str]:
    filters = MemberFilter(day=asked.pop("day", TODAY), search=search, **asked)
    return [member.full_name for member in page_of(scope_for(user), filters).members]


def page(user, **query):
    return client_of(user).get(MEMBERS, query)


# Names ----------------------------------------------------------------------------------------------------------------


def test_the_list_is_in_the_order_of_given_names(register, officer):
    expected = ["Đỗ Hùng Anh", "Lê Thị Ánh", "Nguyễn Văn Hùng", "Trần Thị Hưng", "Hoàng Thị Thúy"]
    assert found(officer) == expected


@pytest.mark.parametrize("walk", [queries.WALK, 2], ids=["read in order", "by the word index"])
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("hung nguyen", ["Nguyễn Văn Hùng"]),
        ("NGUYEN  HUNG", ["Nguyễn Văn Hùng"]),
        ("hung", ["Đỗ Hùng Anh", "Nguyễn Văn Hùng", "Trần Thị Hưng"]),
        ("hùng", ["Đỗ Hùng Anh", "Nguyễn Văn Hùng"]),
        ("Hưng tran", ["Trần Thị Hưng"]),
        ("thuý", ["Hoàng Thị Thúy"]),
        ("ngu va", ["Nguyễn Văn Hùng"]),
        ("ung", []),
        ("do anh", ["Đỗ Hùng Anh"]),
        ("đo", []),
        ("khong ai ten the", []),
        ("nguyen", ["Nguyễn Văn Hùng"]),
        ("van nguyễn", ["Nguyễn Văn Hùng"]),
        ("thi", ["Lê Thị Ánh", "Trần Thị Hưng", "Hoàng Thị Thúy"]),
        ("thí", []),
        ("hung & ! | :* '", ["Đỗ Hùng Anh", "Nguyễn Văn Hùng", "Trần Thị Hưng"]),
    ],
)
def test_names_are_found_in_any_word_order_with_or_without_marks(
    register, officer, monkeypatch, walk, search, expected
):
    monkeypatch.setattr(queries, "WALK", walk)
    assert found(officer, search) == expected


def test_a_name_that_nobody_has_is_looked_for_in_the_word_index_apart_from_the_order(register, officer, monkeypatch):
    monkeypatch.setattr(queries, "WALK", 2)
    with CaptureQueriesContext(connection) as captured:
        found(officer, "xyzab")
    assert "MATERIALIZED" in captured[-1]["sql"]
    assert "to_tsvector" in captured[-1]["sql"]


# Numbers --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hung(register) -> Member:
    Member.objects.filter(full_name="Nguyễn Văn Hùng").update(phone="0987654321")
    return Member.objects.get(full_name="Nguyễn Văn Hùng")


@pytest.mark.parametrize("search", ["0987654321", "0987.654", "+84 987 654 321", "987654321", "098"])
def test_a_phone_is_found_in_any_writing(hung, officer, search):
    assert found(officer, search) == ["Nguyễn Văn Hùng"]


@pytest.mark.parametrize("search", ["0987.655", "0987654322", "654321"])
def test_another_phone_is_not_found(hung, officer, search):
    assert found(officer, search) == []


def test_hidden_digits_cannot_be_guessed_by_searching(hung, viewer, staff):
    assert found(viewer, "0987654000") == found(viewer, "0987654321") == ["Nguyễn Văn Hùng"]
    assert found(staff, "0987654321") == ["Nguyễn Văn Hùng"]
    assert found(staff, "0987654000") == []


def test_the_second_phone_is_found_as_the_first_and_hidden_as_well(hung, officer, viewer):
    Member.objects.filter(pk=hung.pk).update(other_phone="0912345678")
    assert found(officer, "0912 345 678") == found(officer, "0987654321") == ["Nguyễn Văn Hùng"]
    assert found(officer, "0912345000") == []
    assert found(viewer, "0912345000") == ["Nguyễn Văn Hùng"]


@pytest.mark.parametrize("search", ["1907", "1907/QĐ-UBND", "QĐ 1907", "1907/QĐ-UBND ngày 10/7/2025"])
def test_a_decision_finds_the_members_of_its_teams(register, officer, search):
    assert found(officer, search) == ["Đỗ Hùng Anh", "Nguyễn Văn Hùng", "Trần Thị Hưng"]


@pytest.mark.parametrize("search", ["190", "19070", "1907/KH-UBND", "1907/QĐ-UBND ngày 11/7/2025"])
def test_another_decision_finds_nobody(register, officer, search):
    assert found(officer, search) == []


# Filters --------------------------------------------------------------------------------------------------------------


def test_filters_narrow_by_commune_role_and_organization(register, staff, tran_lieu):
    Member.objects.filter(full_name="Lê Thị Ánh").update(organization="teacher")
    assert found(staff, commune=tran_lieu.pk) == ["Nguyễn Thị Hùng"]
    assert found(staff, role="leader") == ["Nguyễn Thị Hùng", "Nguyễn Văn Hùng", "Hoàng Thị Thúy"]
    assert found(staff, organization="teacher") == ["Lê Thị Ánh"]


def test_what_is_missing_can_be_asked_for(register, officer):
    Member.objects.filter(full_name="Lê Thị Ánh").update(phone="")
    Member.objects.filter(full_name="Nguyễn Văn Hùng").update(role="member")
    assert found(officer, lack="phone") == ["Lê Thị Ánh"]
    assert found(officer, lack="decision") == ["Lê Thị Ánh", "Hoàng Thị Thúy"]
    assert found(officer, lack="leader", day=date(2026, 10, 1)) == found(officer, lack="leader")
    assert found(officer, lack="leader") == ["Đỗ Hùng Anh", "Nguyễn Văn Hùng", "Trần Thị Hưng"]


def test_who_left_is_not_accused_of_a_missing_phone(register, officer):
    Member.objects.filter(full_name="Lê Thị Ánh").update(phone="", left_on=TODAY, left_reason="resigned")
    assert found(officer, lack="phone", state="all") == []
    Member.objects.filter(full_name="Đỗ Hùng Anh").update(phone="")
    assert found(officer, lack="phone", state="all") == ["Đỗ Hùng Anh"]


def test_on_a_past_day_the_missing_phones_are_not_asked_for_and_that_is_said(register, officer):
    Member.objects.filter(full_name="Lê Thị Ánh").update(phone="", left_on=TODAY, left_reason="resigned")
    past = page(officer, thieu="phone", ngay="1/10/2026")
    assert "Ngày trong quá khứ không lọc được" in past.content.decode()
    assert len(past.context["rows"]) == 5
    today = page(officer, thieu="phone")
    assert "Ngày trong quá khứ" not in today.content.decode()
    assert [row.member.phone for row in today.context["rows"]] == []


def test_who_left_is_in_the_list_of_earlier_days(register, officer):
    left = date(2026, 3, 1)
    Member.objects.filter(full_name="Lê Thị Ánh").update(left_on=left, left_reason="resigned")
    assert "Lê Thị Ánh" not in found(officer)
    assert found(officer, state="left") == ["Lê Thị Ánh"]
    assert found(officer, state="left", day=date(2026, 2, 28)) == []
    assert "Lê Thị Ánh" in found(officer, day=date(2026, 2, 28))
    assert "Lê Thị Ánh" in found(officer, state="all")


def test_the_address_says_it_all_and_a_wrong_choice_asks_for_nothing(register, officer):
    Member.objects.filter(full_name="Lê Thị Ánh").update(organization="teacher")
    shown = page(officer, **{"thanh-phan": "teacher"}).content.decode()
    assert "Lê Thị Ánh" in shown
    assert "Nguyễn Văn Hùng" not in shown
    assert "Nguyễn Văn Hùng" in page(officer, **{"thanh-phan": "la"}, ngay="la", sau="la").content.decode()


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(cat_hai, monkeypatch) -> list[str]:
    """Seven homonyms and neighbours in pages of three."""
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    people = ["Lê Văn An", "Lê Văn An", "Bùi Thị Bé", "Lê Văn An", "Vũ Thị Chi", "Lê Thị Dung", "Hà Văn Em"]
    make_team(cat_hai, "Thôn 1", *people[:4])
    make_team(cat_hai, "Thôn 2", *people[4:])
    return people


@pytest.mark.parametrize("sort", ["name", "team"])
@pytest.mark.parametrize("search", ["", "le"])
@pytest.mark.parametrize("walk", [queries.WALK, 2])
def test_pages_follow_each_other_there_and_back_without_loss(many, officer, monkeypatch, sort, search, walk):
    monkeypatch.setattr(queries, "WALK", walk)
    scope, asked = scope_for(officer), MemberFilter(day=TODAY, search=search, sort=sort)
    whole = [member.pk for member in queries.all_of(scope, asked)]
    pages = [page_of(scope, asked)]
    while pages[-1].older:
        pages.append(page_of(scope, asked, after=pages[-1].older))
    there = [[member.pk for member in each.members] for each in pages]
    back = [page_of(scope, asked, before=each.newer) for each in pages[1:]]
    assert [pk for page in there for pk in page] == whole
    assert len(whole) == (7 if not search else 4)
    assert [[member.pk for member in each.members] for each in back] == there[:-1]
    assert pages[0].newer is None
    assert [bool(each.newer) for each in back] == [False, True][: len(back)]


@pytest.mark.parametrize("sort", ["name", "team"])
@pytest.mark.parametrize(("search", "count"), [("", 7), ("le", 4), ("van", 4), ("le van", 3), ("khong ai", 0)])
@pytest.mark.parametrize("walk", [queries.WALK, 2])
def test_the_first_page_says_how_many_there_are(many, officer, monkeypatch, sort, search, count, walk):
    monkeypatch.setattr(queries, "WALK", walk)
    scope, asked = scope_for(officer), MemberFilter(day=TODAY, search=search, sort=sort)
    first = page_of(scope, asked)
    assert first.count == count == queries.all_of(scope, asked).count()
    if first.older:
        assert page_of(scope, asked, after=first.older).count is None


def test_no_more_are_counted_than_tells_something(many, officer, monkeypatch):
    assert "7 thành viên</span>" in page(officer).content.decode()
    for module in (queries, views):
        monkeypatch.setattr(module, "COUNTED", 5)
    assert "hơn 5 thành viên</span>" in page(officer).content.decode()
    assert '<span class="me-auto">4 thành viên</span>' in page(officer, tim="le").content.decode()


def test_the_pager_leads_on_and_keeps_the_filter(many, officer):
    first = page(officer, tim="le")
    older = first.context["page"]["older"]
    second = client_of(officer).get(f"{MEMBERS}?{older}")
    assert "tim=le" in older
    assert len(first.context["rows"]) == 3
    assert len(second.context["rows"]) == 1


def test_the_number_of_queries_does_not_grow_with_rows(register, officer, neighbour):
    def queries_of(user) -> int:
        client = client_of(user)
        client.get(MEMBERS)
        with CaptureQueriesContext(connection) as captured:
            client.get(MEMBERS, {"tim": "hung"})
        return len(captured)

    assert len(found(officer, "hung")) == 3
    assert len(found(neighbour, "hung")) == 1
    assert queries_of(officer) == queries_of(neighbour)


# Scope and phones -----------------------------------------------------------------------------------------------------


def test_nobody_finds_members_of_other_units(register, officer, neighbour, stranger, staff):
    assert found(officer, "hung nguyen") == ["Nguyễn Văn Hùng"]
    assert found(neighbour, "hung nguyen") == ["Nguyễn Thị Hùng"]
    assert found(stranger, "hung nguyen") == ["Nguyễn Đức Hùng"]
    assert found(staff, "hung nguyen") == ["Nguyễn Thị Hùng", "Nguyễn Văn Hùng"]


def test_without_the_scope_they_would_be_found(register, neighbour, monkeypatch):
    monkeypatch.setattr(Scope, "narrow", lambda scope, rows, *args: rows)
    assert len(found(neighbour, "hung nguyen")) == 3


def test_a_foreign_commune_or_row_in_the_address_shows_nothing_foreign(register, neighbour, cat_hai):
    foreign = Member.objects.filter(commune=cat_hai).first()
    shown = page(neighbour, xa=cat_hai.pk, sau=foreign.pk).content.decode()
    assert "Nguyễn Thị Hùng" in shown
    assert "Nguyễn Văn Hùng" not in shown


def test_phones_are_full_masked_or_revealable_by_right(hung, officer, staff, viewer):
    def row(user):
        return page(user, tim="nguyen van hung").context["rows"][0]

    assert (row(officer).phone, row(officer).revealable) == ("0987 654 321", False)
    assert (row(staff).phone, row(staff).revealable) == ("0987 654 ***", True)
    assert (row(viewer).phone, row(viewer).revealable) == ("0987 654 ***", False)
    url = reverse("teams:reveal_phone", args=[hung.pk])
    assert url in page(staff, tim="hung").content.decode()
    assert url not in page(viewer, tim="hung").content.decode()
    assert client_of(staff).post(url).json() == {"phone": "0987 654 321"}
    assert PhoneReveal.objects.filter(user=staff, member=hung).count() == 1


def test_only_editors_of_today_get_ticks(register, officer, viewer):
    assert 'name="m"' in page(officer).content.decode()
    assert 'name="m"' not in page(viewer).content.decode()
    assert 'name="m"' not in page(officer, ngay="1/1/2026").content.decode()


def test_ticked_rows_go_to_the_bulk_change(register, officer):
    # Numbers from a thousand on are written with separators unless the page takes care.
    late = Member.objects.get(full_name="Nguyễn Văn Hùng")
    Member.objects.filter(pk=late.pk).update(id=1234567, version=1000)
    (tick,) = re.findall('name="m" value="([^"]+)"', page(officer, tim="nguyen van hung").content.decode())
    assert tick == "1234567:1000"
    response = client_of(officer).post(reverse("teams:bulk"), {"m": [tick], "next": MEMBERS})
    assert [member.full_name for member in response.context["members"]] == ["Nguyễn Văn Hùng"]


# The list as a file ---------------------------------------------------------------------------------------------------


def take(user, form: str, **query) -> bytes:
    response = client_of(user).post(reverse("teams:members_export", query=query), {"dang": form})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_the_list_is_exported_as_it_is_seen(hung, staff):
    seen = [row.member.full_name for row in page(staff, tim="hung nguyen").context["rows"]]
    sheet = load_workbook(BytesIO(take(staff, "xlsx", tim="hung nguyen"))).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    lines = list(csv.DictReader(StringIO(take(staff, "csv", tim="hung nguyen").decode("utf-8-sig"))))
    assert [row[1] for row in rows] == [line["Họ và tên"] for line in lines] == seen
    assert rows[1][1:6] == ("Nguyễn Văn Hùng", "Tổ trưởng", "0987654***", "Thôn 1", "Đặc khu Cát Hải")
    assert lines[1]["Số điện thoại"] == "0987654***"


def test_an_export_leaves_a_trace(register, officer):
    take(officer, "xlsx", tim="hung")
    trace = ExportTrace.objects.get()
    assert (trace.user, trace.rows, trace.full_phones) == (officer, 3, True)
    assert trace.scope["list"]["search"] == "hung"


def test_a_long_list_is_a_job(register, staff, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    response = client_of(staff).post(reverse("teams:members_export", query={"tim": "hung nguyen"}), {"dang": "csv"})
    job = Job.objects.get()
    assert response.url == reverse("jobs:detail", args=[job.pk])
    run(job.pk)
    job.refresh_from_db()
    with job.file.open("rb") as file:
        lines = list(csv.DictReader(StringIO(file.read().decode("utf-8-sig"))))
    assert [line["Họ và tên"] for line in lines] == ["Nguyễn Thị Hùng", "Nguyễn Văn Hùng"]


def test_an_export_is_asked_for_by_post_only(register, officer):
    assert client_of(officer).get(reverse("teams:members_export")).status_code == 405
    assert not ExportTrace.objects.exists()
