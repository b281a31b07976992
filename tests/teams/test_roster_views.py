"""The team's page and what its scripts ask for: who may, what is answered, at what cost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import LeaveReason, UserRole
from teams.keys import team_keys
from teams.models import Assignment, Member, PhoneReveal, Team
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import make_member

TODAY = timezone.localdate()


def make_team(commune, name: str = "Thôn Đông", **fields) -> Team:
    return Team.objects.create(commune=commune, province=commune.province, name=name, **team_keys(name), **fields)


@pytest.fixture
def team(cat_hai) -> Team:
    return make_team(cat_hai)


@pytest.fixture
def member(team) -> Member:
    return make_member(team, "Nguyễn Văn An", phone="0914994123")


@pytest.fixture
def at_officer(client, officer):
    client.force_login(officer)
    return client


def row_url(member: Member, action: str = "") -> str:
    return f"/to/{member.team_id}/dong/{member.pk}/{action}"


def page(user, team: Team, query: str = "") -> str:
    response = client_of(user).get(f"/to/{team.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


# Who may --------------------------------------------------------------------------------------------------------------


WRITES = [  # URL below /to/<team>/, payload; {} becomes the member's id
    ("dong/", {"person": "8f14e45f-ceea-467f-a8b4-2c1a1b0f4a11", "full_name": "Trần Thị Bình"}),
    ("dong/{}/", {"version": 1, "note": "mới"}),
    ("dong/{}/thoi/", {"version": 1, "left_on": "1/3/2024", "left_reason": "resigned"}),
    ("dong/{}/tro-lai/", {"version": 1}),
    ("dan/", {"start": "full_name", "cells": '[["Trần Thị Bình"]]'}),
]


@pytest.mark.parametrize(("path", "payload"), WRITES)
def test_only_those_who_edit_the_commune_write(request, member, path, payload):
    url = f"/to/{member.team_id}/{path.format(member.pk)}"
    people = {"officer": 200, "staff": 200, "viewer": 403, "commune_leader": 403, "neighbour": 404, "stranger": 404}
    before = Member.objects.values_list("pk", "version")
    for persona in ("viewer", "commune_leader", "neighbour", "stranger"):
        response = client_of(request.getfixturevalue(persona)).post(url, payload)
        assert response.status_code == people[persona], persona
        assert list(before.all()) == [(member.pk, 1)]
    for persona in ("officer", "staff"):
        member.refresh_from_db()
        now = payload | ({"version": member.version} if "version" in payload else {})
        if "thoi" in path:
            Member.objects.update(left_on=None, left_reason="")
        response = client_of(request.getfixturevalue(persona)).post(url, now)
        assert response.status_code == people[persona], (persona, response.content)


def test_the_page_is_read_by_all_of_the_unit_and_by_no_other(request, member):
    for persona, status in {"officer": 200, "staff": 200, "viewer": 200, "neighbour": 404, "stranger": 404}.items():
        assert client_of(request.getfixturevalue(persona)).get(f"/to/{member.team_id}/").status_code == status, persona


def test_a_row_is_reached_through_its_own_team_only(at_officer, cat_hai, member):
    other = make_team(cat_hai, "Thôn Tây")
    assert at_officer.post(f"/to/{other.pk}/dong/{member.pk}/", {"version": 1, "note": "x"}).status_code == 404
    assert at_officer.post(row_url(member), {"version": 1, "note": "x"}).status_code == 200


def test_editors_get_inputs_and_readers_text(officer, viewer, team, member):
    assert 'name="full_name" value="Nguyễn Văn An"' in page(officer, team)
    read = page(viewer, team)
    assert "Nguyễn Văn An" in read
    assert 'name="full_name"' not in read


def test_writing_by_get_is_not_possible(at_officer, member):
    assert at_officer.get(row_url(member)).status_code == 405


# The page -------------------------------------------------------------------------------------------------------------


def test_the_head_says_what_the_team_lacks(officer, team):
    assert "Chưa có thành viên" in page(officer, team)
    make_member(team, "Nguyễn Văn An", phone="0914994123")
    html = page(officer, team)
    assert "Chưa có tổ trưởng" in html
    assert "Ít thành viên hơn mức quy định" in html
    assert "Có thành viên thiếu số điện thoại" not in html
    make_member(team, "Trần Thị Bình")
    assert "Có thành viên thiếu số điện thoại" in page(officer, team)


def test_a_zalo_link_opens_only_over_the_web(officer, team):
    Team.objects.filter(pk=team.pk).update(zalo_url="https://zalo.me/g/abc")
    assert 'href="https://zalo.me/g/abc"' in page(officer, team)
    Team.objects.filter(pk=team.pk).update(zalo_url="javascript:alert(1)")
    assert "javascript:" not in page(officer, team)


def test_a_day_shows_who_was_there_and_cannot_be_edited(officer, team):
    ended = {"left_on": TODAY - timedelta(days=10), "left_reason": LeaveReason.RESIGNED}
    make_member(team, "Lê Văn Cũ", joined_on=TODAY - timedelta(days=90), **ended)
    make_member(team, "Phạm Thị Mới", joined_on=TODAY - timedelta(days=5))
    then = page(officer, team, f"?ngay={TODAY - timedelta(days=20):%d/%m/%Y}")
    assert "Lê Văn Cũ" in then
    assert "Phạm Thị Mới" not in then
    assert "giá trị các ô là của hôm nay" in then
    assert 'name="full_name"' not in then
    now = page(officer, team)
    assert "giá trị các ô là của hôm nay" not in now
    assert "Đã thôi: <span data-former-count>1</span> người" in now
    assert 'name="full_name" value="Phạm Thị Mới"' in now


def test_a_past_day_accuses_nobody_of_a_missing_phone(officer, team):
    ended = {"left_on": TODAY, "left_reason": LeaveReason.RESIGNED}
    make_member(team, "Lê Văn Cũ", **ended)
    make_member(team, "Trần Thị Bình", phone="0914994123")
    yesterday = f"?ngay={TODAY - timedelta(days=1):%d/%m/%Y}"
    assert "Có thành viên thiếu số điện thoại" not in page(officer, team, yesterday)
    assert "Có thành viên thiếu số điện thoại" not in page(officer, team)
    Member.objects.update(phone="")
    assert "Có thành viên thiếu số điện thoại" in page(officer, team)


def test_a_wrong_day_is_told_and_today_is_shown(officer, team):
    assert "không hợp lệ" in page(officer, team, "?ngay=31/2/2026")


@pytest.mark.parametrize("persona", ["officer", "staff", "viewer"])
def test_the_page_costs_the_same_with_one_row_and_with_three(request, cat_hai, team, persona):
    user = request.getfixturevalue(persona)
    client = client_of(user)
    elsewhere = make_team(cat_hai, "Thôn Tây")

    def grow(name: str, number: str) -> None:
        make_member(team, name, phone=number)
        make_member(elsewhere, name, phone=number)
        make_member(team, name, left_on=TODAY, left_reason=LeaveReason.RESIGNED)

    grow("Nguyễn Văn An", "0914994123")
    one = count_queries(client, f"/to/{team.pk}/")
    grow("Trần Thị Bình", "0914994124")
    grow("Lê Văn Chín", "0914994125")
    assert count_queries(client, f"/to/{team.pk}/") == one


# Phones ---------------------------------------------------------------------------------------------------------------


def test_phones_are_full_for_the_officer_and_masked_for_others(request, team, member):
    assert "0914 994 123" in page(request.getfixturevalue("officer"), team)
    for persona in ("staff", "viewer", "commune_leader"):
        html = page(request.getfixturevalue(persona), team)
        assert "0914 994 ***" in html
        assert "994 123" not in html
        assert "994123" not in html


def test_a_look_at_a_phone_is_for_those_who_may_and_leaves_a_trace(request, member):
    url = f"/thanh-vien/{member.pk}/hien-so/"
    for persona, status in {"viewer": 403, "neighbour": 404, "stranger": 404}.items():
        assert client_of(request.getfixturevalue(persona)).post(url).status_code == status, persona
    assert not PhoneReveal.objects.exists()
    staff = request.getfixturevalue("staff")
    assert client_of(staff).post(url).json() == {"phone": "0914 994 123"}
    assert PhoneReveal.objects.get().user == staff


def test_a_masked_phone_that_comes_back_is_kept(staff, member):
    answer = client_of(staff).post(row_url(member), {"version": 1, "phone": "0914 994 ***", "note": "mới"})
    assert answer.status_code == 200
    assert answer.json()["row"]["phone"] == "0914 994 ***"
    member.refresh_from_db()
    assert (member.phone, member.note) == ("0914994123", "mới")


def test_a_masked_phone_that_never_was_is_an_error(staff, member):
    answer = client_of(staff).post(row_url(member), {"version": 1, "phone": "0977 111 ***"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["phone"])


# Rows -----------------------------------------------------------------------------------------------------------------


def test_a_saved_row_comes_back_with_its_version_its_time_and_what_was_repaired(at_officer, member):
    answer = at_officer.post(row_url(member), {"version": 1, "phone": "912345678"}).json()
    assert (answer["row"]["phone"], answer["row"]["version"]) == ("0912 345 678", 2)
    assert answer["notes"] == ["Đã thêm số 0 ở đầu số điện thoại: 0912 345 678."]
    assert len(answer["saved_at"]) == 5


def test_a_wrong_phone_saves_nothing_of_the_row(at_officer, member):
    answer = at_officer.post(row_url(member), {"version": 1, "phone": "0912", "note": "mới"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"phone": ["Số điện thoại thiếu chữ số."]}
    member.refresh_from_db()
    assert (member.phone, member.note, member.version) == ("0914994123", "", 1)


def test_the_slower_of_two_learns_who_was_faster_and_what_stands(cat_hai, at_officer, staff, member):
    client_of(staff).post(row_url(member), {"version": 1, "note": "của Sở"})
    answer = at_officer.post(row_url(member), {"version": 1, "note": "của xã"})
    assert answer.status_code == 409
    conflict = answer.json()
    assert conflict["current"]["note"] == "của Sở"
    assert conflict["who"] == staff.full_name
    assert conflict["at"].endswith(f"{TODAY:%d/%m/%Y}")
    kept = at_officer.post(row_url(member), {"version": conflict["current"]["version"], "note": "của xã"})
    assert kept.json()["row"]["note"] == "của xã"


def test_a_second_leader_is_a_choice(at_officer, team, member):
    make_member(team, "Trần Thị Bình", role="leader")
    refused = at_officer.post(row_url(member), {"version": 1, "role": "leader"})
    assert (refused.status_code, refused.json()["leader"]) == (422, "Trần Thị Bình")
    agreed = at_officer.post(row_url(member), {"version": 1, "role": "leader", "replace_leader": "1"}).json()
    assert agreed["row"]["role"] == "leader"
    assert [(other["full_name"], other["role"]) for other in agreed["others"]] == [("Trần Thị Bình", "member")]


def test_a_row_sent_twice_is_added_once(at_officer, team):
    payload = {"person": str(uuid4()), "full_name": "Nguyễn Văn An"}
    first, again = (at_officer.post(f"/to/{team.pk}/dong/", payload).json()["row"]["id"] for _ in range(2))
    assert first == again
    assert Member.objects.count() == 1


@pytest.mark.parametrize(("name", "wrong"), [("person", "1"), ("person", "")])
def test_a_new_row_needs_an_id_of_its_own(at_officer, team, name, wrong):
    payload = {"person": str(uuid4()), "full_name": "Nguyễn Văn An"}
    assert at_officer.post(f"/to/{team.pk}/dong/", payload | {name: wrong}).status_code == 400
    assert at_officer.post(f"/to/{team.pk}/dong/", payload).status_code == 200


@pytest.mark.parametrize(("persona", "shown"), [("officer", "0914 994 123"), ("staff", "0914 994 ***")])
def test_leaving_erases_the_phone_and_undoing_brings_it_back(request, persona, shown, member):
    client = client_of(request.getfixturevalue(persona))
    leaving = {"version": 1, "left_on": f"{TODAY:%d/%m/%Y}", "left_reason": "resigned"}
    assert client.post(row_url(member, "thoi/"), leaving).json()["row"]["phone"] == ""
    back = client.post(row_url(member, "tro-lai/"), {"version": 2}).json()
    assert (back["row"]["phone"], back["row"]["left_on"]) == (shown, "")
    member.refresh_from_db()
    assert member.phone == "0914994123"


def test_who_has_left_is_not_written_any_more(at_officer, member):
    leaving = {"version": 1, "left_on": f"{TODAY:%d/%m/%Y}", "left_reason": "resigned"}
    at_officer.post(row_url(member, "thoi/"), leaving)
    refused = at_officer.post(row_url(member), {"version": 2, "phone": "0914994123"})
    assert (refused.status_code, refused.json()["errors"]) == (
        422, {"left_on": [f"Người này đã thôi từ {TODAY:%d/%m/%Y}."]},
    )  # fmt: skip
    assert at_officer.post(row_url(member), {"version": 1, "phone": "0914994123"}).status_code == 409
    member.refresh_from_db()
    assert (member.phone, member.version) == ("", 2)
    at_officer.post(row_url(member, "tro-lai/"), {"version": 2})
    assert at_officer.post(row_url(member), {"version": 3, "phone": "0912345678"}).status_code == 200


# Findings -------------------------------------------------------------------------------------------------------------


def findings(client, member: Member) -> set[str]:
    answer = client.post(row_url(member), {"version": Member.objects.get(pk=member.pk).version, "note": str(uuid4())})
    return {finding["code"] for finding in answer.json()["findings"].get(str(member.pk), [])}


def test_a_sound_row_has_no_findings(at_officer, member):
    assert findings(at_officer, member) == set()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"full_name": "Nguyễn Văn An 2"}, "odd_name"),
        ({"full_name": "An"}, "odd_name"),
        ({"phone": ""}, "missing_phone"),
    ],
)
def test_a_row_says_what_is_odd_in_itself(at_officer, team, fields, code):
    values = {"full_name": "Nguyễn Văn An", "phone": "0914994123"} | fields
    assert findings(at_officer, make_member(team, values.pop("full_name"), **values)) == {code}


def test_a_shared_phone_in_the_team_or_the_scope_is_named(at_officer, cat_hai, team, member):
    make_member(make_team(cat_hai, "Thôn Tây"), "Trần Thị Bình", phone="0914994123")
    answer = at_officer.post(row_url(member), {"version": 1, "note": "x"}).json()
    (finding,) = answer["findings"][str(member.pk)]
    assert finding["code"] == "shared_phone"
    assert finding["text"] == "Trùng số của Trần Thị Bình, Thôn Tây."


def test_a_shared_phone_outside_the_scope_is_not_told(officer, tran_lieu, member):
    make_member(make_team(tran_lieu), "Trần Thị Bình", phone="0914994123")
    client = client_of(officer)
    assert findings(client, member) == set()
    Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_OFFICER, province=tran_lieu.province, commune=tran_lieu
    )
    assert findings(client, member) == {"shared_phone"}


def test_the_same_name_and_phone_elsewhere_is_one_person_in_two_teams(at_officer, cat_hai, member):
    other = make_member(make_team(cat_hai, "Thôn Tây"), "NGUYỄN VĂN AN", phone="0914994123")
    assert findings(at_officer, member) == {"in_two_teams"}
    Member.objects.filter(pk=other.pk).update(left_on=TODAY, left_reason=LeaveReason.RESIGNED)
    assert findings(at_officer, member) == set()


def test_the_same_name_twice_in_the_team_is_told(at_officer, team, member):
    make_member(team, "Nguyễn Văn An", phone="0912345678")
    assert findings(at_officer, member) == {"same_name"}


def test_users_without_a_post_see_no_team(member, db):
    assert client_of(User.objects.create_user("la", "mat-khau-dung-1")).get(f"/to/{member.team_id}/").status_code == 404
