"""A block pasted into the grid: what it would put where. Nothing is saved by asking."""

import json

import pytest

from teams.models import Member, Team
from tests.teams.makers import make_team


@pytest.fixture
def team(cat_hai, officer) -> Team:
    return make_team(cat_hai, "Thôn Đông", by=officer)


@pytest.fixture
def at_officer(client, officer):
    client.force_login(officer)
    return client


def paste(client, team: Team, cells: list[list[str]], start: str = "full_name") -> dict:
    response = client.post(f"/to/{team.pk}/dan/", {"start": start, "cells": json.dumps(cells)})
    assert response.status_code == 200, response.content
    return response.json()


def test_a_block_goes_right_and_down_from_its_cell(at_officer, team):
    block = paste(at_officer, team, [["tổ phó", "912345678"], ["TV", "không có"]], start="role")
    assert [row["values"] for row in block["rows"]] == [
        {"role": "deputy_leader", "phone": "0912 345 678"},
        {"role": "member", "phone": ""},
    ]
    assert block["rows"][0]["notes"] == ["Đã thêm số 0 ở đầu số điện thoại: 0912 345 678."]
    assert not Member.objects.exists()


def test_the_official_form_is_known_by_its_eight_columns(at_officer, team):
    row = ["1", "Cát Hải", "Thôn Đông", "01/QĐ-UBND\nngày 10/7/2025", "Trần Thị Bình", "Tổ trưởng", "0912345678", "bản"]
    block = paste(at_officer, team, [row], start="note")
    assert block["rows"][0]["values"] == {
        "full_name": "Trần Thị Bình", "role": "leader", "phone": "0912 345 678", "note": "bản",
    }  # fmt: skip


def test_headings_say_which_column_is_which_and_are_left_out(at_officer, team):
    block = paste(at_officer, team, [["SĐT", "Họ và tên"], ["0912345678", "Trần Thị Bình"], ["", ""], ["TỔNG", "1"]])
    assert [row["values"] for row in block["rows"]] == [{"full_name": "Trần Thị Bình", "phone": "0912 345 678"}]
    assert block["skipped"] == [[1, "dòng tiêu đề"], [3, "dòng trống"], [4, "dòng tổng"]]


def test_what_cannot_be_read_stays_visible(at_officer, team):
    block = paste(at_officer, team, [["Trần Thị Bình", "Cố vấn", "0912", "Câu lạc bộ", "hôm qua"]])
    assert block["rows"][0]["values"] == {
        "full_name": "Trần Thị Bình", "phone": "0912", "joined_on": "hôm qua", "note": "Câu lạc bộ",
    }  # fmt: skip
    assert len(block["rows"][0]["notes"]) == 2


def test_a_block_of_several_teams_is_warned_about(at_officer, team):
    rows = [[str(n), "", f"Thôn {n}", "", "Trần Thị Bình", "", "", ""] for n in (1, 2)]
    assert "2 tổ" in paste(at_officer, team, rows)["warnings"][0]
    assert paste(at_officer, team, rows[:1])["warnings"] == []


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ({"cells": "[["}, 400),
        ({"cells": "3"}, 400),
        ({"start": "version"}, 400),
        ({"cells": json.dumps([["a"]] * 501)}, 422),
        ({"cells": json.dumps([["a"]] * 500)}, 200),
    ],
)
def test_a_block_that_is_none_is_refused(at_officer, team, payload, status):
    sound = {"start": "full_name", "cells": '[["Trần Thị Bình"]]'}
    assert at_officer.post(f"/to/{team.pk}/dan/", sound | payload).status_code == status
