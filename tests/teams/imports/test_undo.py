"""An undo takes back what nobody touched since, keeps the rest, and says which is which."""

import pytest

from cdt_portal.jobs.models import Job
from teams.models import Decision, Member, ResidentialUnit, Team
from teams.services.imports.undo import NotUndoable, undo
from tests.conftest import client_of
from tests.teams.imports.conftest import load, members, rehearse, row
from tests.teams.imports.test_apply import PEOPLE, changed
from tests.teams.imports.test_views import run_jobs, url


def test_a_first_import_goes_away_whole(villages, cat_hai, workbook):
    done = load(workbook(PEOPLE), cat_hai)
    assert undo(roster_import=done, by=None) == {"reversed": 4, "kept": 0, "failed": 0}
    assert not Member.objects.exists() and not Team.objects.exists() and not Decision.objects.exists()
    assert ResidentialUnit.objects.count() == 3


def test_changes_go_back_to_what_stood_before(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    before = members(cat_hai)
    done = load(workbook(changed(name="Lê Văn Ân", role="Thư ký")), cat_hai)
    assert members(cat_hai) != before
    undo(roster_import=done, by=None)
    assert members(cat_hai) == before


def test_leavers_come_back_with_their_phone(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    before = members(cat_hai)
    done = load(workbook([PEOPLE[0], PEOPLE[3]]), cat_hai, leave="all")
    undo(roster_import=done, by=None)
    assert members(cat_hai) == before


def test_a_leader_who_stepped_down_steps_up_again(villages, cat_hai, workbook):
    load(workbook(PEOPLE), cat_hai)
    before = members(cat_hai)
    done = load(workbook([row("Hồ Thị Mới", "Tổ trưởng", team="Thôn 1")]), cat_hai, fixes=["leader_conflict"])
    undo(roster_import=done, by=None)
    assert members(cat_hai) == before


def test_rows_that_somebody_edited_since_are_kept_and_told(villages, cat_hai, workbook):
    done = load(workbook(PEOPLE), cat_hai)
    Member.objects.filter(full_name="Vũ Đức Dũng").update(note="đã gọi kiểm tra", version=2)
    assert undo(roster_import=done, by=None) == {"reversed": 3, "kept": 1, "failed": 0}
    assert {name for _, name, _, _ in members(cat_hai)} == {"Vũ Đức Dũng"}
    assert set(Team.objects.values_list("name", flat=True)) == {"Thôn 2"}


def test_each_row_that_is_not_reversed_is_named_with_its_reason(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    rows = [row("Lê Văn An", "Tổ phó", team="Thôn 1"), row("Trần Thị Bình", "Tổ trưởng", team="Thôn 1")]
    done = load(workbook([*rows, row("Vũ Đức Dũng", "Thư ký", team="Thôn 2")]), cat_hai)
    Member.objects.filter(full_name="Trần Thị Bình").update(note="đã gọi", version=3)
    client = client_of(officer)
    client.post(url("import_undo", done))
    run_jobs()
    assert set(done.rows.values_list("full_name", "undo")) == {
        ("Lê Văn An", "failed"),
        ("Trần Thị Bình", "kept"),
        ("Vũ Đức Dũng", "reversed"),
    }
    page = " ".join(client.get(url("import", done)).text.split())
    assert "Không hoàn lại được vì tổ đã có Tổ trưởng khác: dòng 3 Lê Văn An." in page
    assert "Giữ nguyên vì đã có người sửa sau đó: dòng 4 Trần Thị Bình." in page
    message = Job.objects.get(kind="roster.undo").message
    assert "Đã hoàn lại: 1 dòng." in message and "Tổ trưởng khác: 1 dòng." in message


@pytest.mark.parametrize("way", [{"leave": "all"}, {"fixes": ["leader_conflict"]}], ids=["left", "stepped down"])
def test_a_former_leader_whose_place_was_kept_is_a_failure_and_not_an_edit(way, villages, cat_hai, workbook):
    load(workbook(PEOPLE[3:]), cat_hai)
    done = load(workbook([row("Hồ Thị Mới", "Tổ trưởng", team="Thôn 2")]), cat_hai, **way)
    Member.objects.filter(full_name="Hồ Thị Mới").update(note="đã gọi kiểm tra", version=2)
    assert undo(roster_import=done, by=None) == {"reversed": 0, "kept": 1, "failed": 1}
    assert Member.objects.get(left_on=None, role="leader").full_name == "Hồ Thị Mới"


def test_villages_that_the_import_made_go_away_with_it(cat_hai, workbook):
    done = load(workbook(PEOPLE), cat_hai, create_units=True)
    assert ResidentialUnit.objects.count() == 2
    undo(roster_import=done, by=None)
    assert not ResidentialUnit.objects.exists()


@pytest.mark.parametrize("state", ["rehearsed", "undone"])
def test_what_is_not_applied_cannot_be_undone(state, villages, cat_hai, workbook):
    roster_import = rehearse(workbook(PEOPLE), cat_hai)
    if state == "undone":
        roster_import = load(workbook(PEOPLE), cat_hai)
        undo(roster_import=roster_import, by=None)
    with pytest.raises(NotUndoable):
        undo(roster_import=roster_import, by=None)
