"""The same change for several members: shown first, written whole or not at all."""

from datetime import date

import pytest
from django.utils import timezone

from teams.models import Member, Team
from teams.views import bulk
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
    assert "Nguyễn Văn An (Thôn Đông): vừa được người khác sửa." in refused.content.decode()
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
    assert "Chưa ghi gì. Hãy xem lại:" in refused
    assert "Trần Thị Bình (Thôn Đông): tổ đã có Tổ trưởng là Nguyễn Văn An." in refused
    assert not Member.objects.filter(role="leader").exists()


def test_a_refusal_of_many_names_the_first(at_officer, team, monkeypatch):
    monkeypatch.setattr(bulk, "TOLD", 2)
    members = [make_member(team, f"Nguyễn Văn {name}") for name in ("An", "Bình", "Chín", "Dũng")]
    asked = {"m": marks(*members), "kind": "role", "role": "secretary", "confirm": "1"}
    Member.objects.update(version=2)
    refused = at_officer.post("/thanh-vien/hang-loat/", asked).content.decode()
    assert refused.count("vừa được người khác sửa.") == 2
    assert "… và 2 dòng khác." in refused


@pytest.mark.parametrize("typed", ["1.11.26", "1/11/2026", "01112026"])
def test_a_move_shows_its_day_and_can_be_corrected(at_officer, cat_hai, officer, member, typed):
    west = make_team(cat_hai, "Thôn Tây", by=officer)
    asked = {"m": marks(member), "kind": "move", "team": west.pk, "day": typed}
    assert "Thôn Tây, từ 01/11/2026" in at_officer.post("/thanh-vien/hang-loat/", asked).content.decode()
    form = at_officer.post("/thanh-vien/hang-loat/", asked | {"again": "1"}).content.decode()
    assert f'<option value="{west.pk}" selected>Thôn Tây</option>' in form
    assert f'name="day" value="{typed}"' in form
    assert f'name="m" value="{member.pk}:1"' in form
    assert at_officer.post("/thanh-vien/hang-loat/", asked | {"confirm": "1"}).status_code == 302
    assert west.members.get().joined_on == date(2026, 11, 1)


@pytest.mark.parametrize("wrong", ["31/2/2026", "1/1/2099", ""])
def test_a_move_needs_a_day_that_has_come(at_officer, cat_hai, officer, member, wrong):
    west = make_team(cat_hai, "Thôn Tây", by=officer)
    asked = {"m": marks(member), "kind": "move", "team": west.pk, "confirm": "1"}
    assert at_officer.post("/thanh-vien/hang-loat/", asked | {"day": wrong}).status_code == 200
    assert not west.members.exists()
    assert at_officer.post("/thanh-vien/hang-loat/", asked | {"day": f"{TODAY:%d/%m/%Y}"}).status_code == 302


def test_the_way_up_leads_to_the_team_or_to_the_list(at_officer, cat_hai, officer, team, member):
    def crumbs(*members: Member) -> list[tuple[str, str]]:
        return at_officer.post("/thanh-vien/hang-loat/", {"m": marks(*members)}).context["crumbs"]

    assert crumbs(member) == [("Đặc khu Cát Hải", "/xa/11914/"), ("Thôn Đông", f"/to/{team.pk}/")]
    west = make_member(make_team(cat_hai, "Thôn Tây", by=officer), "Trần Thị Bình")
    assert crumbs(member, west) == [("Thành viên", "/thanh-vien/")]
