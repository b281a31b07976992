"""The grid and the links: who may, what is answered, at what cost."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from reporting.models import TeamFigures, TeamLink
from reporting.queries.team_periods import open_periods
from reporting.services.team_links import make_links, send
from teams.access import scope_for
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.team_figures.makers import base, make_figures, make_period
from tests.teams.makers import make_team, make_units

PEOPLE = ("officer", "commune_leader", "staff", "viewer", "neighbour", "stranger")


def statuses(request, method: str, url: str, payload: dict | None = None) -> dict[str, int]:
    clients = {name: client_of(request.getfixturevalue(name)) for name in PEOPLE}
    return {name: getattr(client, method)(url, payload or {}).status_code for name, client in clients.items()}


# Who may --------------------------------------------------------------------------------------------------------------


def test_the_grid_is_read_by_all_of_the_unit_and_by_no_other(request, period, teams):
    seen = {"officer": 200, "commune_leader": 200, "staff": 200, "viewer": 200, "neighbour": 404, "stranger": 404}
    assert statuses(request, "get", base(period)) == seen


def test_only_the_communes_officer_sees_links(request, period, link):
    for path in ("lien-ket/", "lien-ket/in/"):
        seen = {"officer": 200, "commune_leader": 403, "staff": 403, "viewer": 403, "neighbour": 404, "stranger": 404}
        assert statuses(request, "get", base(period) + path) == seen


WRITES = {  # path below the page -> payload; {team}, {link}, {sent}, {seen} are filled in
    "to/{team}/": {"version": "0", "f-vneid": "3"},
    "dan/": {"start": "f-vneid", "cells": '[["3"]]'},
    "nhu-ky-truoc/": {},
    "nhan/": {"s": "{seen}"},
    "khong-nhan/{sent}/": {"stamp": "{stamp}", "reason": "Thiếu"},
    "lien-ket/tao/": {},
    "lien-ket/{link}/thu-hoi/": {},
    "lien-ket/{link}/tao-lai/": {},
}


@pytest.mark.parametrize("path", WRITES)
def test_only_the_communes_officer_writes(request, period, teams, link, sent, hai_phong, path):
    make_period(hai_phong, name="Quý IV/2025", ends_on=period.starts_on, team_form=period.team_form)
    fill = {
        "team": teams[0].pk,
        "link": link.pk,
        "sent": sent.pk,
        "stamp": sent.stamp,
        "seen": f"{sent.pk}|{sent.stamp}|0",
    }
    url = base(period) + path.format(**fill)
    payload = {
        name: value.replace("{seen}", fill["seen"]).replace("{stamp}", sent.stamp)
        for name, value in WRITES[path].items()
    }
    for name in PEOPLE[1:]:
        refused = client_of(request.getfixturevalue(name)).post(url, payload)
        assert refused.status_code == (404 if name in ("neighbour", "stranger") else 403), name
    sent.refresh_from_db()
    assert (TeamFigures.objects.count(), TeamLink.objects.filter(revoked_at=None).count(), sent.state) == (
        0,
        3,
        "waiting",
    )
    officer = client_of(request.getfixturevalue("officer"))
    assert officer.post(url, payload).status_code in (200, 302)
    assert officer.get(url).status_code == 405


def test_rows_are_reached_through_their_own_commune_and_period(officer, neighbour, tran_lieu, period, team, sent, link):
    other = make_team(tran_lieu, "Tổ KP1", by=neighbour)
    client = client_of(officer)
    elsewhere = make_period(period.province, name="Khác", ends_on=period.starts_on, team_form=period.team_form)
    assert client.post(f"{base(period)}to/{other.pk}/", {"version": "0", "f-vneid": "3"}).status_code == 404
    assert client.post(f"{base(elsewhere)}lien-ket/{link.pk}/thu-hoi/").status_code == 404
    assert (
        client.post(f"{base(elsewhere)}khong-nhan/{sent.pk}/", {"stamp": sent.stamp, "reason": "x"}).status_code == 404
    )
    assert client.post(f"{base(elsewhere)}nhan/", {"s": f"{sent.pk}|{sent.stamp}|0"}).status_code == 404
    assert client.post(f"{base(period)}nhan/", {"s": f"{sent.pk}|{sent.stamp}|0"}).status_code == 302
    assert TeamFigures.objects.get().team == team


def test_a_period_of_another_province_or_without_team_figures_is_not_there(officer, hac_thanh, hai_phong, period):
    client = client_of(officer)
    assert client.get(base(make_period(hac_thanh.province))).status_code == 404
    assert (
        client.get(base(make_period(hai_phong, name="Không", ends_on=period.starts_on, team_form=None))).status_code
        == 404
    )
    assert client.get(base(period)).status_code == 200


# The grid -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_officer(client, officer):
    client.force_login(officer)
    return client


def test_a_save_answers_with_the_row_and_the_sums(at_officer, period, team):
    answer = at_officer.post(
        f"{base(period)}to/{team.pk}/", {"version": "0", "f-households": "100", "f-households_guided": "90"}
    ).json()
    assert answer["row"]["f-households"] == "100"
    assert (answer["row"]["version"], answer["row"]["derived"]["guided_rate"]) == (1, "90%")
    assert (answer["totals"]["reported"], answer["totals"]["asked"]) == (1, 3)
    assert answer["totals"]["columns"]["households"] == {"text": "100", "note": "1/3 tổ", "reaches": None}
    assert answer["totals"]["columns"]["guided_rate"]["reaches"] is True


def test_a_refusal_names_the_cell_and_a_conflict_who_was_faster(at_officer, officer, period, team):
    url = f"{base(period)}to/{team.pk}/"
    wrong = at_officer.post(url, {"version": "0", "f-vneid": "-4"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["f-vneid"])
    at_officer.post(url, {"version": "0", "f-vneid": "4"})
    late = at_officer.post(url, {"version": "0", "f-vneid": "5"})
    assert (late.status_code, late.json()["who"], late.json()["current"]["f-vneid"]) == (409, officer.full_name, "4")
    assert at_officer.post(url, {"version": "", "f-vneid": "5"}).status_code == 400


def paste(client, period, start: str, *rows: list[str]) -> dict:
    response = client.post(f"{base(period)}dan/", {"start": start, "cells": json.dumps(rows)})
    assert response.status_code == 200, response.content
    return response.json()


def test_a_block_goes_by_place_from_the_cell_in_which_it_was_pasted(at_officer, period, teams):
    block = paste(at_officer, period, "f-people_shopping", ["1440", "x", "7"], ["", "", ""], ["Tổng", "3", "4"])
    assert block["rows"] == [
        {
            "values": {"f-people_shopping": "1.440", "f-people_safety": "x", "f-vneid": "7"},
            "place": 0,
            "id": None,
            "notes": [],
        }
    ]
    assert block["skipped"] == [[2, "dòng trống"], [3, "dòng tổng"]]


def test_a_block_that_names_the_teams_goes_by_name(at_officer, period, teams):
    block = paste(at_officer, period, "f-households", ["thôn 3", "30"], ["Tổ Thôn 1", "10"], ["Thôn 9", "90"])
    assert [(row["id"], row["values"]["f-households"]) for row in block["rows"]] == [
        (teams[2].pk, "30"),
        (teams[0].pk, "10"),
    ]
    assert block["skipped"] == [[3, "dòng không rõ tổ “Thôn 9”"]]


def test_headings_say_which_column_is_what(at_officer, period, teams):
    block = paste(
        at_officer, period, "f-households", ["TT", "Tổ", "VNeID", "Số hộ trên địa bàn"], ["1", "Tổ Thôn 2", "5", "99"]
    )
    [row] = block["rows"]
    assert (row["values"], row["id"]) == ({"f-households": "99", "f-vneid": "5"}, teams[1].pk)
    assert block["skipped"] == [[1, "dòng tiêu đề"]]
    assert block["warnings"] == []


def places(block: dict, code: str) -> dict[int, str]:
    return {row["place"]: row["values"][f"f-{code}"] for row in block["rows"]}


HEADINGS = ["Số hộ trên địa bàn", "VNeID"]


@pytest.mark.parametrize(
    ("rows", "found", "is_doubtful"),
    [
        ([["7"], [""], ["9"]], {0: "7", 2: "9"}, False),
        ([[""], ["8"]], {1: "8"}, False),
        ([["7"], ["Tổng"], ["9"]], {0: "7", 2: "9"}, True),
        ([["7", "1"], HEADINGS, ["9", "1"]], {0: "7", 2: "9"}, True),
        ([["7"], ["9"], ["Tổng"]], {0: "7", 1: "9"}, False),
        ([HEADINGS, ["7", "1"], ["", ""], ["9", "1"]], {0: "7", 2: "9"}, False),
        ([["SỐ LIỆU QUÝ IV", ""], HEADINGS, ["7", "1"]], {0: "7"}, False),
        ([["", "7"], ["", "8"]], {0: "", 1: ""}, False),
    ],
)
def test_no_line_moves_the_figures_below_it_to_another_team(at_officer, period, teams, rows, found, is_doubtful):
    block = paste(at_officer, period, "f-households", *rows)
    assert places(block, "households") == found
    assert len(block["rows"]) + len(block["skipped"]) == len(rows)
    assert any("Hãy xem lại tên tổ" in each for each in block["warnings"]) is is_doubtful


@pytest.mark.parametrize(
    ("rows", "people", "left_out"),
    [
        ([["100", "90", "90%", "4"]], ["4"], ["Tỷ lệ"]),  # a sign tells
        ([["100", "90", "90", "4"], ["200", "50", "25", "6"]], ["4", "6"], ["Tỷ lệ"]),  # the numbers tell
        ([["30", "10", "33,3", "4"], ["30", "20", "66,67", "6"]], ["4", "6"], ["Tỷ lệ"]),  # rounded
        ([["100", "90", "", "4", "3", "7", "5", "x"]], ["4"], ["Tỷ lệ", "Cộng"]),  # as wide as the screen
        (
            [["9", "9", "100%", "4", "3", "7", "1"], ["9", "9", "100%", "5", "0", "5", "1"]],
            ["4", "5"],
            ["Tỷ lệ", "Cộng"],
        ),
        ([["100", "90", "4"], ["200", "50", "6"]], ["4", "6"], []),  # it is not in the block
        ([["100", "90", "90", "4"]], ["90"], []),  # one line may agree by chance
        ([["8", "0", "0"], ["9", "0", "0"]], ["0", "0"], []),  # so may zeros
        ([["100", "90", "90", "4"], ["200", "50", "26", "6"]], ["90", "26"], []),  # a line that disagrees
    ],
)
def test_a_column_that_the_screen_works_out_is_left_out_of_a_block_and_moves_no_other(
    at_officer, period, teams, rows, people, left_out
):
    block = paste(at_officer, period, "f-households", *rows)
    assert [row["values"]["f-people_shopping"] for row in block["rows"]] == people
    assert ["Tỷ lệ" if "Tỷ lệ" in each else "Cộng" for each in block["warnings"]] == left_out
    named = paste(at_officer, period, "f-households", *(["Thôn 1", *row] for row in rows))
    assert [row["values"]["f-people_shopping"] for row in named["rows"]] == people


def test_beyond_a_sum_that_was_left_out_the_columns_stand_right(at_officer, period, teams):
    rows = (["4", "3", "7", "21"], ["5", "0", "5", "22"])
    block = paste(at_officer, period, "f-people_shopping", *rows)
    assert [row["values"]["f-vneid"] for row in block["rows"]] == ["21", "22"]
    block = paste(at_officer, period, "f-people_shopping", *(row[:3] for row in rows[:1]))
    assert [row["values"]["f-vneid"] for row in block["rows"]] == ["7"]


@pytest.mark.parametrize(
    "rows",
    [[["TT", "Thôn 1", "11"]], [["1", "Thôn 1", "11"], ["2", "Thôn 2", "12"]], [["1", "Cát Hải", "Thôn 1", "11"]]],
)
def test_the_number_of_a_line_before_its_team_is_no_figure(at_officer, period, teams, rows):
    block = paste(at_officer, period, "f-households", *rows)
    assert [(row["id"], row["values"]) for row in block["rows"]] == [
        (teams[index].pk, {"f-households": row[-1]}) for index, row in enumerate(rows)
    ]


def test_a_figure_is_no_name_where_teams_are_called_by_a_number(at_officer, officer, cat_hai, period):
    for name in ("Tổ 1", "Tổ 2"):
        make_team(cat_hai, name, by=officer)
    block = paste(at_officer, period, "f-households", ["2", "7"], ["1", "8"])
    assert [(row["id"], row["values"]["f-households"]) for row in block["rows"]] == [(None, "2"), (None, "1")]
    block = paste(at_officer, period, "f-households", ["Tổ 2", "7"], ["Tổ 1", "8"])
    assert [row["values"]["f-households"] for row in block["rows"]] == ["7", "8"]
    assert None not in [row["id"] for row in block["rows"]]


@pytest.mark.parametrize("payload", [{"start": "f-guided_rate", "cells": "[]"}, {"start": "f-vneid", "cells": "x"}])
def test_a_block_that_cannot_be_read_is_a_bad_request(at_officer, period, payload):
    assert at_officer.post(f"{base(period)}dan/", payload).status_code == 400


def test_as_last_period_says_how_many(at_officer, period, team, hai_phong):
    url = f"{base(period)}nhu-ky-truoc/"
    assert at_officer.post(url).status_code == 422
    before = make_period(hai_phong, name="Quý IV/2025", ends_on=period.starts_on, team_form=period.team_form)
    make_figures(before, team, households=100, vneid=3)
    answer = at_officer.post(url).json()
    assert answer["said"] == "Đã điền 2 ô của 1 tổ theo Quý IV/2025; ô đã có số giữ nguyên."
    assert answer["rows"][0]["f-households"] == "100"


def test_all_that_was_sent_is_taken_but_what_changed_meanwhile(at_officer, officer, cat_hai, period, teams):
    make_links(commune=cat_hai, period=period, by=officer)
    rows = [send(link=each, raw={"vneid": "5"}, sender="An") for each in TeamLink.objects.order_by("pk")]
    seen = [f"{row.pk}|{row.stamp}|0" for row in rows]
    send(link=rows[2].link, raw={"vneid": "6"}, sender="An")
    page = at_officer.post(f"{base(period)}nhan/", {"s": seen}, follow=True).content.decode()
    assert "Đã nhận số liệu của 2 tổ: Tổ Thôn 1, Tổ Thôn 2." in page
    assert "hãy xem lại rồi nhận: Tổ Thôn 3." in page
    assert TeamFigures.objects.count() == 2


def test_editors_get_inputs_and_readers_text(officer, viewer, period, team):
    make_figures(period, team, households=1440)
    assert 'name="f-households" value="1.440"' in client_of(officer).get(base(period)).content.decode()
    read = client_of(viewer).get(base(period)).content.decode()
    assert "1.440" in read
    assert "<input" not in read.partition("<tbody>")[2]


def test_the_query_count_does_not_grow_with_the_teams(at_officer, officer, cat_hai, period, teams):
    few = count_queries(at_officer, base(period))
    links = count_queries(at_officer, f"{base(period)}lien-ket/")
    for village in make_units(cat_hai, *(f"Xóm {number}" for number in range(57)), by=officer):
        make_figures(period, make_team(cat_hai, f"Tổ {village.name}", village, by=officer), households=3)
    make_links(commune=cat_hai, period=period, by=officer)
    for link in TeamLink.objects.all()[:5]:
        send(link=link, raw={"vneid": "5"}, sender="An")
    assert count_queries(at_officer, base(period)) == few
    assert count_queries(at_officer, f"{base(period)}lien-ket/") == links
    assert len(at_officer.get(base(period)).content) < 600_000


# Which periods --------------------------------------------------------------------------------------------------------


def test_officers_see_what_is_open_and_how_far_they_are(officer, staff, neighbour, period, teams, sent, hai_phong):
    make_figures(period, teams[1], vneid=0)
    make_figures(period, teams[2])
    over = timezone.now() - timedelta(days=30)
    make_period(hai_phong, name="Đã qua", ends_on=period.starts_on, due_in=over - timezone.now())
    [line] = open_periods(scope_for(officer))
    assert (line.period, line.reported, line.asked, line.waiting) == (period, 1, 3, 1)
    assert [each.commune.pk for each in open_periods(scope_for(neighbour))] == ["10729"]
    assert open_periods(scope_for(staff)) == []
    page = client_of(officer).get("/bao-cao/so-lieu/").content.decode()
    assert "1/3 tổ" in page
    assert base(period) in page


def test_the_index_costs_the_same_with_more_periods(at_officer, period, teams, hai_phong):
    few = count_queries(at_officer, "/bao-cao/so-lieu/")
    make_period(hai_phong, name="6 tháng", kind="six_months", team_form=period.team_form)
    assert count_queries(at_officer, "/bao-cao/so-lieu/") == few


def test_the_department_sees_how_far_its_communes_are_and_never_a_sum_without_its_number(
    request, staff, period, teams, tran_lieu, neighbour
):
    other = make_team(tran_lieu, "Tổ KP1", by=neighbour)
    make_figures(period, teams[0], households=1000, households_guided=900)
    url = f"/bao-cao/so-lieu/ky/{period.pk}/"
    seen = {"officer": 404, "commune_leader": 404, "staff": 200, "viewer": 200, "neighbour": 404, "stranger": 404}
    assert statuses(request, "get", url) == seen
    client = client_of(staff)
    listed = client.get("/bao-cao/so-lieu/").content.decode()
    assert "1/4 tổ" in listed
    assert url in listed
    page = client.get(url)
    totals = {each.indicator.code: (each.text, each.reported, each.asked) for each in page.context["totals"].columns}
    assert totals["households"] == ("1.000", 1, 4)
    assert totals["vneid"] == ("", 0, 4)
    make_figures(period, other, households=500, households_guided=0)
    totals = {each.indicator.code: each.text for each in client.get(url).context["totals"].columns}
    assert totals["guided_rate"] == "60%"


def test_the_departments_page_costs_the_same_with_more_communes(client, staff, officer, period, teams, hai_phong):
    client.force_login(staff)
    few = count_queries(client, f"/bao-cao/so-lieu/ky/{period.pk}/")
    for number in range(5):
        commune = make_commune(f"2000{number}", f"Xã {number}", "rural_commune", hai_phong)
        make_figures(period, make_team(commune, "Tổ 1", by=officer), households=3)
    assert count_queries(client, f"/bao-cao/so-lieu/ky/{period.pk}/") == few
