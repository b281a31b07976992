"""What the officer is told about a file before anything is written, and what is asked of them."""

import logging

import pytest
from django.urls import reverse
from django.utils.html import escape

from teams.enums import RowOutcome
from teams.models import Member, RosterImport, StagedRow, Team
from tests.conftest import client_of
from tests.teams.imports.conftest import finding_codes, load, members, outcomes, rehearse, row
from tests.teams.imports.test_apply import PEOPLE, history
from tests.teams.imports.test_views import run_jobs, url
from tests.workbooks.builders import HEADING, grid, write


def page_of(user, waiting: RosterImport) -> str:
    return " ".join(client_of(user).get(url("import", waiting)).text.split())


def test_columns_that_are_not_used_are_named(villages, cat_hai, officer, tmp_path):
    rows = [[*each, "Nữ", "Kinh"] for each in PEOPLE]
    waiting = rehearse(write(tmp_path / "a.xlsx", grid(rows, [*HEADING, "Giới tính", "Dân tộc"])), cat_hai, officer)
    assert "Cột không dùng: Giới tính, Dân tộc." in page_of(officer, waiting)
    assert outcomes(waiting)["new"] == 4


@pytest.mark.parametrize(
    ("stated", "words"),
    [(4, "✓ Khớp dòng TỔNG: 4"), (7, "✗ Dòng TỔNG ghi 7, đếm được 4")],
    ids=["agrees", "differs"],
)
def test_the_total_is_held_against_what_was_counted(stated, words, villages, cat_hai, officer, workbook):
    waiting = rehearse(workbook([*PEOPLE, ["TỔNG", None, None, None, stated]]), cat_hai, officer)
    assert words in page_of(officer, waiting)


def test_rows_left_out_are_told_with_their_reason_and_number(villages, cat_hai, officer, workbook):
    sample = row("Nguyễn Văn A", "Tổ trưởng", "0914994***", tt="VD", team="Tổ KP1")
    rows = [sample, *PEOPLE, [2, None, "Tổ ….", *[None] * 5], ["Cộng", None, None, None, 4]]
    shown = page_of(officer, rehearse(workbook(rows), cat_hai, officer))
    assert "Bỏ qua 1 dòng ví dụ của mẫu: dòng 3." in shown
    assert "Bỏ qua 1 dòng chừa trống của mẫu: dòng 8." in shown
    assert "Bỏ qua 1 dòng cộng: dòng 9." in shown
    assert "Đã đọc <strong>7</strong> dòng = 4 thêm + 0 sửa + 0 giữ + 0 lỗi + 3 bỏ qua." in shown


def test_hidden_rows_are_read_and_told_by_their_cell(villages, cat_hai, officer, tmp_path):
    def hide(sheet):
        sheet.row_dimensions[4].hidden = True

    waiting = rehearse(write(tmp_path / "a.xlsx", grid(PEOPLE), hide), cat_hai, officer)
    assert waiting.findings.values_list("cell", "severity").get(code="hidden_row") == ("E4", "warning")
    assert outcomes(waiting)["new"] == 4
    assert "Dòng 4 đang bị ẩn trong tệp nhưng vẫn được đọc." in page_of(officer, waiting)


def test_rows_of_another_commune_are_refused_as_a_block_told_and_logged(
    villages, cat_hai, tran_lieu, officer, workbook, caplog
):
    foreign = [row(name, commune="Phường Trần Liễu", team="Tổ 1") for name in ("Hồ Ba", "Vũ Tư")]
    with caplog.at_level(logging.WARNING, "teams.services.imports"):
        own = rehearse(workbook(PEOPLE), cat_hai, officer)
        assert not caplog.records
        waiting = rehearse(workbook([*PEOPLE, *foreign]), cat_hai, officer)
    assert (outcomes(own)["rejected"], outcomes(waiting)["rejected"], outcomes(waiting)["new"]) == (0, 2, 4)
    (logged,) = caplog.messages
    assert str(waiting.pk) in logged and f"user {officer.pk}" in logged
    assert "Trần Liễu" not in logged and "Hồ Ba" not in logged
    (finding,) = waiting.findings.filter(severity="error")
    assert (finding.cell, finding.code) == ("B7", "commune_foreign") and "2 dòng" in finding.message
    assert "không thuộc đơn vị của lần nhập này" in page_of(officer, waiting)


def test_who_is_stored_and_not_in_the_file_is_asked_about(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    waiting = rehearse(workbook([PEOPLE[0], PEOPLE[3]]), cat_hai, officer)
    shown = page_of(officer, waiting)
    assert "2 người đang có trong danh sách mà tệp không ghi. Họ được <strong>giữ lại</strong>" in shown
    asked = Member.objects.filter(full_name__in=["Trần Thị Bình", "Phạm Minh Châu"])
    assert all(f'name="leave" value="{member.pk}"' in shown for member in asked)
    client_of(officer).post(url("import_choose", waiting), {"leavers": "1", "leave": asked[0].pk})
    run_jobs()
    client_of(officer).post(url("import_confirm", waiting))
    run_jobs()
    left = Member.objects.exclude(left_on=None).get()
    assert left.full_name == asked[0].full_name and len(members(cat_hai)) == 3


def test_a_changed_phone_is_shown_old_and_new(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    waiting = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", "0988777666", team="Thôn 1")]), cat_hai, officer)
    assert "Số điện thoại <del>0912345601</del> → <ins>0988777666</ins>" in page_of(officer, waiting)


@pytest.mark.parametrize("text", ["<b>Lê An</b>", "<script>alert</script>", 'O\'Neil <"x">'])
def test_markup_in_cells_is_shown_and_never_part_of_the_page(text, villages, cat_hai, officer, viewer, workbook):
    load(workbook([row(text, "Tổ trưởng", team="Thôn 1", note=text)]), cat_hai)
    waiting = rehearse(workbook([row(f"{text} Ba", "TV?", team=f"Thôn {text}", note=text)]), cat_hai, officer)
    team = reverse("teams:team", args=[Team.objects.get().pk])
    for shown in (page_of(officer, waiting), client_of(officer).get(team).text, client_of(viewer).get(team).text):
        assert text not in shown
        assert escape(text) in shown


def test_a_template_in_a_note_is_text(villages, cat_hai, officer, viewer, workbook):
    load(workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1", note="{{7*7}} {% now 'Y' %}")]), cat_hai)
    shown = client_of(viewer).get(reverse("teams:team", args=[Team.objects.get().pk])).text
    assert "{{7*7}} {% now &#x27;Y&#x27; %}" in shown


def test_of_links_in_notes_only_those_of_the_web_can_be_clicked(villages, cat_hai, viewer, workbook):
    notes = ["https://zalo.me/g/abc", "http://xa.example/ds", "javascript:alert(1)", "ftp://a.example/b"]
    rows = [row(f"Lê Văn {'ABCD'[i]}n", team="Thôn 1", note=note) for i, note in enumerate(notes)]
    load(workbook(rows), cat_hai)
    assert list(Member.objects.order_by("position").values_list("note", flat=True)) == notes
    shown = client_of(viewer).get(reverse("teams:team", args=[Team.objects.get().pk])).text
    assert [f'href="{note}"' in shown for note in notes] == [True, True, False, False]
    assert all(note in shown for note in notes)


def test_a_team_in_two_blocks_is_one_team(villages, cat_hai, workbook):
    rows = [*PEOPLE, row("Hồ Ba", team="Thôn 01")]
    done = load(workbook(rows), cat_hai)
    assert "team_in_two_blocks" in finding_codes(done)
    assert Team.objects.count() == 2
    assert Member.objects.get(full_name="Hồ Ba").team.name == "Thôn 1"


def test_namesakes_with_phones_of_their_own_are_two_people_also_the_second_time(villages, cat_hai, workbook):
    rows = [row("Lê Văn An", phone=phone, team="Thôn 1") for phone in ("0912345601", "0912345699")]
    done = load(workbook(rows), cat_hai)
    assert "same_name" in finding_codes(done) and Member.objects.count() == 2
    before = history()
    again = load(workbook(rows[::-1]), cat_hai)
    assert again.counts["members"] == {"new": 0, "changed": 0, "same": 2, "absent": 0}
    assert history() == before


def test_one_person_in_two_teams_goes_into_both_and_is_told(villages, cat_hai, workbook):
    rows = [row("Lê Văn An", "Tổ trưởng", "0912345601", team=team) for team in ("Thôn 1", "Thôn 2")]
    done = load(workbook(rows), cat_hai)
    assert "member_of_two_teams" in finding_codes(done)
    assert {team for team, _, _, _ in members(cat_hai)} == {"Thôn 1", "Thôn 2"}


def test_a_team_without_a_leader_goes_in_and_is_told(villages, cat_hai, workbook):
    done = load(workbook([row("Lê Văn An", "Tổ phó", "0912345601", team="Thôn 1")]), cat_hai)
    assert "no_leader" in finding_codes(done) and Member.objects.get().role == "deputy_leader"


def test_an_unknown_role_is_refused_and_a_group_fix_makes_it_a_member(villages, cat_hai, workbook):
    path = workbook([*PEOPLE, row("Hồ Ba", "Trưởng thôn", team="Thôn 2")])
    waiting = rehearse(path, cat_hai)
    assert StagedRow.objects.get(roster_import=waiting, outcome=RowOutcome.REJECTED).full_name == "Hồ Ba"
    load(path, cat_hai, fixes=["unknown_role"])
    assert Member.objects.get(full_name="Hồ Ba").role == "member"


def test_another_order_of_rows_leaves_no_history(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    before = history()
    again = load(workbook([PEOPLE[3], PEOPLE[2], PEOPLE[0], PEOPLE[1]]), cat_hai)
    assert again.counts["rows"]["same"] == 4 and history() == before
