"""The log of looks, lists and logins: complete, inside the manager's own people, at the same cost for few and many."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cdt_portal.accounts.models import LoginEvent, User
from teams.models import ExportTrace, Member, PhoneReveal
from teams.services.officers import add_officer, reveal_citizen_id
from teams.services.privacy import reveal_phone
from teams.views import users as views
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import make_member, make_team

LOG = "/nguoi-dung/nhat-ky/"
ONE_LIST = {"list": {"day": "2026-10-01", "commune": "11914", "search": "hung 0914994123"}}


def look(user: User, member: Member, at: datetime | None = None) -> None:
    reveal_phone(member=member, by=user)
    if at:
        PhoneReveal.objects.filter(pk=PhoneReveal.objects.latest("pk").pk).update(at=at)


def lines(user: User, **query) -> list[tuple[str, str]]:
    """(who, what) of the page; logins of the tests themselves left out."""
    response = client_of(user).get(LOG, query)
    assert response.status_code == 200
    return [(str(trace.who), trace.what) for trace in response.context["traces"] if trace.kind != "login"]


@pytest.fixture
def member(cat_hai, officer) -> Member:
    return make_member(make_team(cat_hai, "Thôn Đông", by=officer), "Nguyễn Văn An", phone="0914994123")


@pytest.fixture
def theirs(hac_thanh, stranger) -> Member:
    return make_member(make_team(hac_thanh, "Phố 1", by=stranger), "Trần Thị Bình", phone="0912345678")


def test_every_kind_of_trace_stands_there_in_words(staff, officer, cat_hai, member):
    look(officer, member)
    ExportTrace.objects.create(user=officer, scope=ONE_LIST, full_phones=True, rows=3)
    order = {"day": "2026-10-01", "province": "31", "communes": [], "teams": []}
    ExportTrace.objects.create(user=staff, scope=order, full_phones=False, rows=9)
    fields = {"full_name": "Phạm Thị Lan", "citizen_id": "031090001234"}
    reveal_citizen_id(officer=add_officer(commune=cat_hai, fields=fields, by=officer), by=officer)
    LoginEvent.objects.create(user=officer, outcome=LoginEvent.Outcome.FAILED, address="10.0.0.7")
    html = client_of(staff).get(LOG).content.decode()
    for words in (
        "Nguyễn Văn An, Thôn Đông, Đặc khu Cát Hải",
        "Đặc khu Cát Hải, tìm “hung 0914994***”: 3 dòng ngày 01/10/2026, số điện thoại đầy đủ",
        "Thành phố Hải Phòng: 9 dòng ngày 01/10/2026, số điện thoại che bớt",
        "Phạm Thị Lan, Đặc khu Cát Hải",
        "sai mật khẩu, 10.0.0.7",
    ):
        assert words in html
    assert "031090001234" not in html
    assert "0914994123" not in html


def test_a_look_outlives_the_row_it_was_at(staff, officer, member):
    look(officer, member)
    Member.objects.filter(pk=member.pk).delete()
    assert lines(staff) == [(officer.full_name, "thành viên không còn trong danh sách")]


def test_the_department_reads_of_its_own_people_and_the_administrator_of_all(
    request, staff, admin, officer, stranger, member, theirs
):
    look(officer, member)
    look(stranger, theirs)
    ExportTrace.objects.create(user=None, scope=ONE_LIST, full_phones=True, rows=1)
    assert {who for who, _ in lines(staff)} == {officer.full_name}
    assert {who for who, _ in lines(admin)} == {officer.full_name, stranger.full_name, "None"}
    assert lines(staff, ai=stranger.username) == []
    for persona in ("officer", "viewer", "commune_leader"):
        assert client_of(request.getfixturevalue(persona)).get(LOG).status_code == 403


def test_it_is_narrowed_by_user_and_days(staff, officer, neighbour, member):
    at = timezone.make_aware(datetime(2026, 3, 5, 23, 59))
    look(officer, member, at)
    look(neighbour, member, at + timedelta(minutes=2))
    both = {officer.full_name, neighbour.full_name}

    def people(**query) -> set[str]:
        return {who for who, _ in lines(staff, **query)}

    assert people() == both
    assert people(ai="CANBO.cathai") == people(den="5/3/2026") == {officer.full_name}
    assert people(ai="phuong tran lieu") == people(tu="6.3.26") == {neighbour.full_name}
    assert people(tu="5/3/2026", den="6/3/2026") == both
    assert people(tu="7/3/2026") == people(ai="khong ai ca") == set()
    assert "Ngày không hợp lệ" in client_of(staff).get(LOG, {"tu": "hôm qua"}).content.decode()


def test_it_is_read_page_by_page_newest_first(staff, officer, member, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    start = timezone.now() + timedelta(days=1)  # after the logins of this test
    for minute in range(3):
        look(officer, member, start + timedelta(minutes=minute))
    client = client_of(staff)

    def minutes(query: str) -> list[int]:
        found = client.get(f"{LOG}?{query}").context
        return [round((trace.at - start).total_seconds() / 60) for trace in found["traces"]][:2]

    first = client.get(LOG, {"ai": officer.username}).context["page"]
    assert minutes("") == [2, 1]
    assert (first["newer"], first["older"]) == ("", "ai=canbo.cathai&trang=2")
    assert minutes(first["older"])[0] == 0
    assert client.get(f"{LOG}?{first['older']}").context["page"]["newer"] == "ai=canbo.cathai&trang=1"
    assert minutes("trang=0") == minutes("trang=x") == [2, 1]
    assert minutes(f"trang={10**20}") == []


def test_the_log_costs_the_same_for_few_and_many(staff, officer, neighbour, cat_hai, member):
    client = client_of(staff)

    def grow(user: User) -> None:
        look(user, make_member(member.team, "Lê Văn Chín", phone="0914994125"))
        ExportTrace.objects.create(user=user, scope=ONE_LIST, full_phones=True, rows=3)

    grow(officer)
    one = count_queries(client, LOG)
    for _ in range(4):
        grow(neighbour)
        grow(officer)
    assert count_queries(client, LOG) == one


def test_the_page_of_a_user_shows_their_latest_looks(staff, officer, neighbour, member):
    look(officer, member)
    client = client_of(staff)
    assert "Nguyễn Văn An, Thôn Đông" in client.get(f"/nguoi-dung/{officer.pk}/").content.decode()
    other = client.get(f"/nguoi-dung/{neighbour.pk}/").content.decode()
    assert "Nguyễn Văn An, Thôn Đông" not in other
    assert f'href="{LOG}?ai=canbo.tranlieu"' in other
