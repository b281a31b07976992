"""What careful users and careless ones run into: choices in two rounds, moved rows, damaged ids, late edits."""

from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.enums import ImportState, LeaveReason
from teams.models import Member, ResidentialUnit, RosterImport, Team, TeamDecision
from teams.row_ids import read_row_id, sign_row
from teams.services.imports import lifecycle, rehearsal
from teams.services.imports.applying import RegisterMoved, apply
from teams.services.imports.undo import NotUndoable, undo
from tests.conftest import client_of
from tests.teams.imports.conftest import finding_codes, load, members, outcomes, rehearse, row
from tests.teams.imports.test_apply import PEOPLE
from tests.teams.imports.test_views import run_jobs, url
from tests.workbooks.builders import HEADING

NEWER = "05/QĐ-UBND ngày 02/3/2026"


def test_choices_of_a_second_round_add_to_the_first(villages, cat_hai, officer, workbook):
    waiting = rehearse(workbook([row("A An", team="Thôn Đông"), row("B Ba", team="Thôn Tây")]), cat_hai, officer)
    client = client_of(officer)
    for name, village in (("thôn đông", villages[0]), ("thôn tây", villages[1])):
        client.post(url("import_choose", waiting), {f"unit:{cat_hai.pk}:{name}": village.pk})
        run_jobs()
    waiting.refresh_from_db()
    assert outcomes(waiting)["new"] == 2


def test_creating_all_villages_creates_them_and_maps_none(villages, cat_hai, officer, workbook):
    waiting = rehearse(workbook([row("A An", team="Khu phố 2")]), cat_hai, officer)
    page = client_of(officer).get(url("import", waiting)).text
    assert "selected" not in page.partition(f"unit:{cat_hai.pk}:khu phố 2")[2].partition("</select>")[0]
    form = {"create_units": "1", f"unit:{cat_hai.pk}:khu phố 2": villages[1].pk}
    client_of(officer).post(url("import_choose", waiting), form)
    run_jobs()
    waiting.refresh_from_db()
    assert [plan["new_unit"] for plan in waiting.plan["teams"]] == ["Khu phố 2"]


def test_a_team_of_the_whole_commune_makes_no_village(cat_hai, workbook):
    load(workbook([row("A An", team="Tổ công nghệ số cộng đồng")]), cat_hai, create_units=True)
    assert Team.objects.get().coverages.count() == 0 and not ResidentialUnit.objects.exists()


def test_two_names_of_one_stored_team_are_one_team(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    rows = [row("Lê Văn An", team="Thôn 1"), row("Hồ Mới", team="Xóm Chùa")]
    again = load(workbook(rows), cat_hai, units={f"{cat_hai.pk}:xóm chùa": villages[0].pk}, leave="all")
    assert "one_team_two_names" in finding_codes(again)
    assert {name for team, name, _, _ in members(cat_hai) if team == "Thôn 1"} == {"Lê Văn An", "Hồ Mới"}


def test_teams_that_the_file_does_not_name_are_told(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    again = rehearse(workbook(PEOPLE[:3]), cat_hai, officer)
    assert again.plan["unnamed_teams"] == {"count": 1, "names": ["Thôn 2"]}
    assert "được giữ nguyên: Thôn 2" in client_of(officer).get(url("import", again)).text


def exported(tmp_path, rows: list[tuple[str, str, str | None, int]]):
    """A workbook with the hidden ids of our own export: (team, name, phone, member id)."""
    workbook = openpyxl.Workbook()
    workbook.active.append([*HEADING, "cdt-member-list/1"])
    for team, name, phone, member in rows:
        workbook.active.append(
            [
                1,
                "Đặc khu Cát Hải",
                team,
                "1907/QĐ-UBND ngày 31/10/2025",
                name,
                "Thành viên",
                phone,
                None,
                sign_row(member),
            ]
        )
    workbook.save(tmp_path / "xuat.xlsx")
    return tmp_path / "xuat.xlsx"


@pytest.fixture
def stored(villages, cat_hai, workbook) -> dict[str, Member]:
    load(workbook([row("Lê Văn An", team="Thôn 1"), row("Hồ Ba", team="Thôn 1"), row("Vũ Tư", team="Thôn 2")]), cat_hai)
    return {member.full_name: member for member in Member.objects.all()}


def test_a_row_moved_to_another_teams_block_moves_the_person(stored, cat_hai, tmp_path):
    rows = [("Thôn 1", "Lê Văn An"), ("Thôn 2", "Hồ Ba"), ("Thôn 2", "Vũ Tư")]
    path = exported(tmp_path, [(team, name, None, stored[name].pk) for team, name in rows])
    done = load(path, cat_hai)
    assert "moved_team" in finding_codes(done)
    left = Member.objects.get(pk=stored["Hồ Ba"].pk)
    now = Member.objects.get(full_name="Hồ Ba", left_on=None)
    assert left.left_reason == LeaveReason.MOVED_TEAM and left.person == now.person and now.team.name == "Thôn 2"


def test_another_person_typed_over_a_row_is_another_person(stored, cat_hai, tmp_path):
    path = exported(tmp_path, [("Thôn 1", "Phạm Hoàn Khác", None, stored["Lê Văn An"].pk)])
    again = rehearse(path, cat_hai)
    assert outcomes(again)["new"] == 1 and again.counts["members"]["absent"] == 2


def test_a_name_mended_in_its_own_row_is_the_same_person(stored, cat_hai, tmp_path):
    path = exported(tmp_path, [("Thôn 1", "Lê Văn Ân", None, stored["Lê Văn An"].pk)])
    assert outcomes(rehearse(path, cat_hai))["changed"] == 1


@pytest.mark.parametrize("text", ["12.đ", "9" * 5000 + ".abc", ".", "12", "12.0123456789ab", "x.0123456789ab"])
def test_damaged_ids_are_no_ids(text):
    assert read_row_id(text) is None


def test_an_id_is_read_by_the_installation_that_signed_it(settings):
    signed = sign_row(12)
    assert read_row_id(signed) == 12
    settings.SECRET_KEY = "another installation"
    assert read_row_id(signed) is None


def test_an_edit_while_the_file_is_compared_counts_as_later(stored, cat_hai, workbook, monkeypatch):
    copy_rows = rehearsal.copy_rows

    def copy_and_be_overtaken(*args):
        copy_rows(*args)
        Member.objects.filter(pk=stored["Vũ Tư"].pk).update(note="vừa sửa", version=2)

    monkeypatch.setattr(rehearsal, "copy_rows", copy_and_be_overtaken)
    waiting = rehearse(workbook([row("Hồ Mới", team="Thôn 1")]), cat_hai)
    with pytest.raises(RegisterMoved):
        apply(roster_import=waiting, by=None)


def test_an_import_cancelled_while_it_is_read_stays_cancelled(villages, cat_hai, officer, workbook):
    waiting = rehearse(workbook(PEOPLE), cat_hai, officer)
    reading = lifecycle.read(waiting)
    lifecycle.cancel(roster_import=waiting, by=officer)
    rehearsal.rehearse(waiting, reading)
    waiting.refresh_from_db()
    assert waiting.state == ImportState.CANCELLED
    with pytest.raises(ValidationError):
        apply(roster_import=waiting, by=officer)


def test_an_undo_that_meets_another_leader_says_so_and_takes_back_the_rest(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    rows = [row("Lê Văn An", "Tổ phó", team="Thôn 1"), row("Trần Thị Bình", "Tổ trưởng", team="Thôn 1")]
    done = load(workbook([*rows, row("Vũ Đức Dũng", "Thư ký", team="Thôn 2")]), cat_hai)
    Member.objects.filter(full_name="Trần Thị Bình").update(note="đã gọi", version=3)
    assert undo(roster_import=done, by=None) == {"reversed": 1, "kept": 1, "failed": 1}
    assert ("Thôn 2", "Vũ Đức Dũng", "leader", "0912345604") in members(cat_hai)


def test_an_undo_keeps_the_decision_of_a_team_that_was_edited_since(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    done = load(workbook([row("Lê Văn An", team="Thôn 1", decision=NEWER)]), cat_hai)
    Team.objects.filter(name="Thôn 1").update(zalo_url="https://zalo.me/g/abc", version=3)
    assert undo(roster_import=done, by=None)["kept"] == 1
    assert TeamDecision.objects.filter(team__name="Thôn 1").count() == 2


def test_what_leavers_had_is_counted_when_they_come_back(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    done = load(workbook([PEOPLE[0], PEOPLE[3]]), cat_hai, leave="all")
    assert undo(roster_import=done, by=None) == {"reversed": 2, "kept": 0, "failed": 0}


def test_no_phone_of_a_preview_is_whole_for_who_may_not_see_it(villages, cat_hai, officer, staff, workbook):
    load(workbook([row("Lê Văn An", team="Thôn 1", phone="0912345601; 0988111222")]), cat_hai)
    rows = [
        row("Lê Văn An", team="Thôn 1", phone="0912345699; 0988111333"),
        row("Hồ Sai", team="Thôn 1", phone="0912 345 67"),
        row("Vũ Mới", team="Thôn 2", phone="912345604"),
    ]
    waiting = rehearse(workbook(rows), cat_hai, officer)
    numbers = ["0912345601", "0912345699", "0988111222", "0988111333", "0912 345 67", "912345604"]
    shown = client_of(staff).get(url("import", waiting)).text
    assert [number for number in numbers if number in shown] == []
    own = client_of(officer).get(url("import", waiting)).text
    assert [number for number in numbers if number in own] == numbers


@pytest.mark.parametrize(("name", "method"), [("import_original", "get"), ("import_marked", "post")])
def test_the_file_itself_goes_only_to_who_may_see_its_phones(name, method, villages, cat_hai, officer, staff, workbook):
    waiting = rehearse(workbook(PEOPLE), cat_hai, officer)
    assert getattr(client_of(staff), method)(url(name, waiting)).status_code == 403
    own = getattr(client_of(officer), method)(url(name, waiting))
    assert own.status_code in (200, 302) and b"".join(own) is not None


def test_tampered_choices_are_refused_in_words(villages, cat_hai, officer, workbook):
    waiting = rehearse(workbook(PEOPLE), cat_hai, officer)
    client = client_of(officer)
    for form in (
        {f"unit:{cat_hai.pk}:x": "²"},
        {f"unit:{cat_hai.pk}:x": "9" * 5000},
        {"fixes": "1", "fix": "không-có"},
    ):
        response = client.post(url("import_choose", waiting), form, follow=True)
        assert "Lựa chọn không hợp lệ" in response.text


def test_texts_longer_than_their_columns_break_nothing(villages, cat_hai, workbook):
    rows = [
        row("Lê " + "Văn " * 60 + "An", team="Thôn 1"),
        row("Hồ Ba", team="Thôn 1", commune="Xã " + "rất dài " * 60),
        row("Vũ Tư", team="Thôn 2", decision="Quyết định của Ủy ban nhân dân " * 20),
    ]
    result = rehearse(workbook(rows), cat_hai)
    assert outcomes(result)["rejected"] == 2
    apply(roster_import=result, by=None)


def test_after_ninety_days_an_import_keeps_its_figures_and_nothing_else(villages, cat_hai, officer, workbook):
    done = load(workbook(PEOPLE), cat_hai)
    RosterImport.objects.update(created_at=timezone.now() - timedelta(days=89))
    assert lifecycle.forget_old() == 0
    RosterImport.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert lifecycle.forget_old() == 1
    done.refresh_from_db()
    assert not done.rows.exists() and not done.file and done.counts["rows"]["new"] == 4
    assert "quá 90 ngày" in client_of(officer).get(url("import", done)).text
    with pytest.raises(NotUndoable):
        undo(roster_import=done, by=None)


def test_people_who_may_be_one_are_counted_as_suspects(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    waiting = rehearse(workbook([row("Vũ Đức Dũng", phone="0912345604", team="Thôn 1")]), cat_hai, officer)
    assert "person_elsewhere" in finding_codes(waiting)
    page = client_of(officer).get(url("import", waiting)).text
    assert "≈ Nghi trùng" in page and "đã có trong “Thôn 2”" in page
