"""The same change for several members: shown first, written whole or not at all."""

import pytest
from django.utils import timezone

from teams.models import Member, Team
from tests.conftest import client_of
from tests.teams.makers import make_member, make_team

TODAY = timezone.localdate()


@pytest.fixture
def team(cat_hai, officer) -> Team:
    return make_team(cat_hai, "Thôn Đông", by=officer)


@pytest.fixture
def member(team) -> Member:
    return make_member(team, "Nguyễn Văn An", phone="0914994123")


@pytest.fixture
def at_officer(client, officer):
    client.force_login(officer)
    return client


def marks(*members: Member) -> list[str]:
    return [f"{member.pk}:{member.version}" for member in members]


def test_a_bulk_change_is_shown_before_it_is_written(at_officer, team, member):
    secretary = make_member(team, "Trần Thị Bình", role="secretary")
    asked = {"m": marks(member, secretary), "kind": "role", "role": "secretary", "next": f"/to/{team.pk}/"}
    preview = at_officer.post("/thanh-vien/hang-loat/", asked).content.decode()
    assert "Sẽ thay đổi 1 trong 2 dòng" in preview
    assert Member.objects.filter(role="secretary").count() == 1
    done = at_officer.post("/thanh-vien/hang-loat/", asked | {"confirm": "1"})
    assert (done.status_code, done.url) == (302, f"/to/{team.pk}/")
    assert Member.objects.filter(role="secretary").count() == 2


def test_a_row_that_changed_after_the_preview_stops_the_change(at_officer, member):
    asked = {"m": marks(member), "kind": "end", "reason": "resigned", "day": f"{TODAY:%d/%m/%Y}", "confirm": "1"}
    Member.objects.filter(pk=member.pk).update(version=2)
    refused = at_officer.post("/thanh-vien/hang-loat/", asked)
    assert refused.status_code == 200
    assert "vừa được người khác sửa" in refused.content.decode()
    member.refresh_from_db()
    assert member.left_on is None
    assert at_officer.post("/thanh-vien/hang-loat/", asked | {"m": marks(member)}).status_code == 302


def test_a_bulk_change_is_for_those_who_edit_every_row(request, tran_lieu, staff, member):
    theirs = make_member(make_team(tran_lieu, "Thôn Đông", by=staff), "Trần Thị Bình")
    asked = {"kind": "role", "role": "secretary", "confirm": "1"}
    both = asked | {"m": marks(member, theirs)}
    for persona, status in {"officer": 404, "neighbour": 404, "viewer": 403}.items():
        assert client_of(request.getfixturevalue(persona)).post("/thanh-vien/hang-loat/", both).status_code == status
    assert not Member.objects.filter(role="secretary").exists()
    assert client_of(request.getfixturevalue("staff")).post("/thanh-vien/hang-loat/", both).status_code == 302
    assert Member.objects.filter(role="secretary").count() == 2


@pytest.mark.parametrize(("marked", "status"), [([], 400), (["x"], 400), (["1"], 400), (["999999:1"], 404)])
def test_a_bulk_change_names_real_rows(at_officer, marked, status):
    assert at_officer.post("/thanh-vien/hang-loat/", {"m": marked}).status_code == status


def test_the_way_back_stays_on_this_site(at_officer, member):
    asked = {"m": marks(member), "kind": "role", "role": "secretary", "confirm": "1", "next": "https://example.com/"}
    assert at_officer.post("/thanh-vien/hang-loat/", asked).url == "/"


def test_two_leaders_at_once_are_refused_in_words(at_officer, team, member):
    other = make_member(team, "Trần Thị Bình")
    asked = {"m": marks(member, other), "kind": "role", "role": "leader", "confirm": "1"}
    refused = at_officer.post("/thanh-vien/hang-loat/", asked).content.decode()
    assert "Chưa ghi gì. Tổ đã có Tổ trưởng" in refused
    assert not Member.objects.filter(role="leader").exists()
