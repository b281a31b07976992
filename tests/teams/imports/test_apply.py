"""An apply writes what was shown, once, whole, or nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from teams.enums import ImportState, LeaveReason
from teams.models import Decision, Member, Team, TeamCoverage, TeamDecision
from teams.services.imports.applying import RegisterMoved, apply
from tests.teams.imports.conftest import load, members, outcomes, rehearse, row

HISTORY = ["member", "team", "decision", "residentialunit", "teamcoverage", "teamdecision"]

PEOPLE = [
    row("Lê Văn An", "Tổ trưởng", "0912345601", team="Thôn 1"),
    row("Trần Thị Bình", "Tổ phó", "0912345602", team="Thôn 1"),
    row("Phạm Minh Châu", "Thành viên", "0912345603", team="Thôn 1"),
    row("Vũ Đức Dũng", "Tổ trưởng", "0912345604", team="Thôn 2"),
]


def history() -> int:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM teams_{name}event" for name in HISTORY))
        return sum(count for (count,) in cursor.fetchall())


@pytest.fixture
def loaded(villages, cat_hai, workbook):
    return load(workbook(PEOPLE), cat_hai)


def changed(**cells) -> list[list[object]]:
    """PEOPLE with some cells of the first row changed."""
    first = ["Lê Văn An", "Tổ trưởng", "0912345601"]
    first = [cells.get(name, value) for name, value in zip(("name", "role", "phone"), first, strict=True)]
    return [row(*first, team="Thôn 1"), *PEOPLE[1:]]


def test_teams_stand_on_their_decision_and_cover_their_village(loaded, cat_hai):
    decision = Decision.objects.get()
    assert (decision.number, decision.symbol, decision.issued_on) == ("1907", "QĐ-UBND", dt.date(2025, 10, 31))
    assert {team.decision for team in Team.objects.all()} == {decision}
    assert set(TeamCoverage.objects.values_list("team__name", "unit__name")) == {
        ("Thôn 1", "Thôn 1"),
        ("Thôn 2", "Thôn 2"),
    }
    assert TeamDecision.objects.count() == 2
    assert set(Member.objects.values_list("joined_on", flat=True)) == {decision.issued_on}


def test_members_keep_the_order_of_the_sheet(loaded):
    names = Member.objects.filter(team__name="Thôn 1").values_list("full_name", flat=True)
    assert list(names) == ["Lê Văn An", "Trần Thị Bình", "Phạm Minh Châu"]


def test_the_identical_file_again_changes_nothing_and_leaves_no_history(loaded, cat_hai, workbook):
    before = history()
    again = load(workbook(PEOPLE), cat_hai)
    assert again.counts["members"] == {"new": 0, "changed": 0, "same": 4, "absent": 0}
    assert history() == before


def test_another_order_of_rows_changes_nothing(loaded, cat_hai, workbook):
    again = rehearse(workbook([PEOPLE[3], PEOPLE[2], PEOPLE[0], PEOPLE[1]]), cat_hai)
    assert outcomes(again)["same"] == 4


def test_three_corrected_phones_are_exactly_three_changes(loaded, cat_hai, workbook):
    rows = [row(each[4], each[5], f"09888000{i:02}", team=each[2]) for i, each in enumerate(PEOPLE[:3])]
    before = history()
    again = load(workbook([*rows, PEOPLE[3]]), cat_hai)
    assert again.counts["members"] == {"new": 0, "changed": 3, "same": 1, "absent": 0}
    assert [(s.before["phone"], s.phone) for s in again.rows.filter(outcome="changed").order_by("position")] == [
        ("0912345601", "0988800000"),
        ("0912345602", "0988800001"),
        ("0912345603", "0988800002"),
    ]
    assert history() == before + 3


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"name": "Lê Văn Ân"}, ("Lê Văn Ân", "leader", "0912345601")),
        ({"phone": "0988777666"}, ("Lê Văn An", "leader", "0988777666")),
        ({"role": "Thư ký"}, ("Lê Văn An", "secretary", "0912345601")),
        ({"phone": None}, ("Lê Văn An", "leader", "0912345601")),
        ({"phone": "0912345***"}, ("Lê Văn An", "leader", "0912345601")),
    ],
    ids=["name", "phone", "role", "blank keeps", "masked keeps"],
)
def test_one_cell_changed_is_that_member_changed(cells, expected, loaded, cat_hai, workbook):
    load(workbook(changed(**cells)), cat_hai)
    assert ("Thôn 1", *expected) in members(cat_hai)
    assert Member.objects.count() == 4


def test_absent_members_stay_unless_somebody_says_they_leave(loaded, cat_hai, workbook):
    again = load(workbook([PEOPLE[0], PEOPLE[1], PEOPLE[3]]), cat_hai)
    assert again.counts["members"]["absent"] == 1
    assert len(members(cat_hai)) == 4


def test_and_leave_with_a_date_a_reason_and_without_their_phone(loaded, cat_hai, workbook):
    gone = Member.objects.get(full_name="Phạm Minh Châu")
    load(workbook([PEOPLE[0], PEOPLE[1], PEOPLE[3]]), cat_hai, leave=[gone.pk])
    gone.refresh_from_db()
    assert (gone.left_on, gone.left_reason, gone.phone) == (timezone.localdate(), LeaveReason.CONSOLIDATED, "")


def test_teams_the_file_does_not_name_are_left_alone(loaded, cat_hai, workbook):
    again = load(workbook([PEOPLE[3]]), cat_hai, leave="all")
    assert again.counts["members"]["absent"] == 0
    assert len(members(cat_hai)) == 4


def test_two_people_change_places_as_leader(loaded, cat_hai, workbook):
    swapped = [row("Lê Văn An", "Tổ phó", team="Thôn 1"), row("Trần Thị Bình", "Tổ trưởng", team="Thôn 1")]
    load(workbook([*swapped, *PEOPLE[2:]]), cat_hai)
    assert {
        ("Thôn 1", "Lê Văn An", "deputy_leader", "0912345601"),
        ("Thôn 1", "Trần Thị Bình", "leader", "0912345602"),
    } <= (members(cat_hai))


def test_a_new_leader_beside_the_stored_one_is_refused(loaded, cat_hai, workbook):
    again = rehearse(workbook([row("Hồ Thị Mới", "Tổ trưởng", team="Thôn 1")]), cat_hai)
    assert outcomes(again)["rejected"] == 1
    assert again.findings.filter(code="leader_conflict").exists()


def test_goes_in_when_the_old_leader_becomes_a_member(loaded, cat_hai, workbook):
    load(workbook([row("Hồ Thị Mới", "Tổ trưởng", team="Thôn 1")]), cat_hai, fixes=["leader_conflict"])
    assert Member.objects.get(full_name="Lê Văn An").role == "member"
    assert Member.objects.get(full_name="Hồ Thị Mới").role == "leader"


def test_goes_in_when_the_old_leader_leaves(loaded, cat_hai, workbook):
    load(workbook([row("Hồ Thị Mới", "Tổ trưởng", team="Thôn 1")]), cat_hai, leave="all")
    assert {name for _, name, _, _ in members(cat_hai)} == {"Hồ Thị Mới", "Vũ Đức Dũng"}


def test_a_later_decision_consolidates_the_teams_with_partly_the_same_people(loaded, cat_hai, workbook):
    newer = "05/QĐ-UBND ngày 02/3/2026"
    rows = [row("Lê Văn An", "Tổ trưởng", team="Thôn 1", decision=newer), row("Hồ Mới", team="Thôn 1", decision=newer)]
    again = load(workbook(rows), cat_hai)
    team = Team.objects.get(name="Thôn 1")
    assert again.counts["teams"] == {"new": 0, "changed": 1, "same": 0}
    assert team.decision.number == "05" and team.decisions.count() == 2
    assert Member.objects.get(full_name="Hồ Mới").joined_on == dt.date(2026, 3, 2)


def test_an_older_decision_does_not_take_the_team_back(loaded, cat_hai, workbook):
    again = rehearse(workbook([row("Lê Văn An", team="Thôn 1", decision="01/QĐ-UBND ngày 1/1/2024")]), cat_hai)
    assert again.findings.filter(code="older_decision").exists()
    assert again.counts["teams"]["changed"] == 0


def test_a_decision_without_its_symbol_is_the_same_decision(loaded, cat_hai, workbook):
    again = rehearse(
        workbook([row("Lê Văn An", team="Thôn 1", decision="Quyết định số 1907 ngày 31/10/2025")]), cat_hai
    )
    assert again.counts["teams"] == {"new": 0, "changed": 0, "same": 1}


def test_an_edit_between_preview_and_confirm_stops_the_apply(loaded, cat_hai, workbook):
    waiting = rehearse(workbook(changed(phone="0988777666")), cat_hai)
    Member.objects.filter(full_name="Vũ Đức Dũng").update(note="vừa sửa", version=2)
    before = members(cat_hai)
    with pytest.raises(RegisterMoved):
        apply(roster_import=waiting, by=None)
    assert members(cat_hai) == before


def test_without_such_an_edit_the_same_apply_goes_through(loaded, cat_hai, workbook):
    waiting = rehearse(workbook(changed(phone="0988777666")), cat_hai)
    assert apply(roster_import=waiting, by=None).state == ImportState.APPLIED


def test_an_apply_asked_twice_writes_once(loaded, cat_hai):
    before = history()
    apply(roster_import=loaded, by=None)
    assert history() == before


def test_a_row_that_cannot_be_written_leaves_nothing_behind(villages, cat_hai, workbook):
    waiting = rehearse(workbook(PEOPLE), cat_hai)
    waiting.rows.filter(full_name="Vũ Đức Dũng").update(joined_on=None, role="nobody-knows-this-role"[:15])
    waiting.counts["members"]["new"] = 5
    waiting.save()
    with pytest.raises(RegisterMoved):
        apply(roster_import=waiting, by=None)
    assert not Team.objects.exists() and not Member.objects.exists() and not Decision.objects.exists()
