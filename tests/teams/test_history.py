"""Whatever way a row is written, its history has it; the history itself cannot be changed."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from teams.models import Member, Team
from teams.services.bulk import copy
from tests.teams.makers import make_member


@pytest.fixture
def team(cat_hai) -> Team:
    return Team.objects.create(province=cat_hai.province, commune=cat_hai, name="Thôn 1", match_key="thôn 1")


def events(member_id: int) -> list[tuple[str, str]]:
    """(label, note) of the member's history, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, note FROM teams_memberevent WHERE id = %s ORDER BY pgh_id", [member_id])
        return cursor.fetchall()


def by_save(member: Member) -> None:
    member.note = "mới"
    member.save()


def by_update(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(note="mới")


def by_bulk_update(member: Member) -> None:
    member.note = "mới"
    Member.objects.bulk_update([member], ["note"])


def by_sql(member: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_member SET note = 'mới' WHERE id = %s", [member.pk])


@pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql])
def test_every_way_to_change_a_row_leaves_one_event(write, team):
    member = make_member(team, "Lê Văn An", note="cũ")
    write(member)
    assert events(member.pk) == [("insert", "cũ"), ("update", "mới")]


def test_a_write_that_changes_nothing_leaves_none(team):
    member = make_member(team, "Lê Văn An", note="cũ")
    Member.objects.filter(pk=member.pk).update(note="cũ")
    assert events(member.pk) == [("insert", "cũ")]


def test_bulk_inserts_and_copies_leave_an_event_each(cat_hai):
    Team.objects.bulk_create(
        Team(province=cat_hai.province, commune=cat_hai, name=name, match_key=name) for name in ("a", "b")
    )
    columns = ["province_id", "commune_id", "kind", "name", "match_key", "sort_key", "zalo_url", "version"]
    copy(
        Team, columns, ([cat_hai.province_id, cat_hai.pk, "village_team", name, name, "", "", 1] for name in ("c", "d"))
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, name FROM teams_teamevent ORDER BY name")
        assert cursor.fetchall() == [("insert", name) for name in "abcd"]


def test_a_deleted_row_leaves_its_last_state(team):
    member = make_member(team, "Lê Văn An", note="cũ")
    key = member.pk
    member.delete()
    assert events(key) == [("insert", "cũ"), ("delete", "cũ")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE teams_memberevent SET note = 'khác'",
        "DELETE FROM teams_memberevent",
        "TRUNCATE teams_memberevent",
        "TRUNCATE teams_member CASCADE",
    ],
)
def test_the_past_cannot_be_rewritten(sql, team):
    make_member(team, "Lê Văn An")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_every_model_of_the_register_keeps_its_history():
    tracked = {"Province", "Commune", "ResidentialUnit", "UnitChange", "UnitLineage", "Assignment", "Decision", "Team"}
    tracked |= {"TeamDecision", "TeamCoverage", "Member", "FocalOfficer", "Letterhead"}
    tracked |= {"DataFinding", "PersonPair", "UnitPlan"}
    names = {model.__name__ for model in apps.get_app_config("teams").get_models()}
    assert {name for name in names if f"{name}Event" in names} == tracked


def test_the_live_table_can_be_rebuilt_from_its_history(team):
    for number in range(5):
        make_member(team, f"Lê Văn {number}", note=str(number), position=number)
    Member.objects.filter(note="1").update(note="một", version=2)
    Member.objects.get(note="2").delete()
    columns = [field.column for field in Member._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM (SELECT DISTINCT ON (id) * FROM teams_memberevent ORDER BY id, pgh_id DESC) last"
            " WHERE pgh_label <> 'delete' ORDER BY id"
        )
        rebuilt = cursor.fetchall()
        cursor.execute(f"SELECT {names} FROM teams_member ORDER BY id")
        assert rebuilt == cursor.fetchall() and len(rebuilt) == 4
