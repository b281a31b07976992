"""Eight officers press the key at the same moment: one is written, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from teams.enums import MemberRole
from teams.keys import team_keys
from teams.models import Member, Team
from teams.services.concurrency import Conflict
from teams.services.member_bulk import bulk_change
from teams.services.members import add_member, save_member
from tests.teams.makers import make_member

PEOPLE = 8


@pytest.fixture
def team(transactional_db, cat_hai) -> Team:
    return Team.objects.create(commune=cat_hai, province=cat_hai.province, name="Thôn Đông", **team_keys("Thôn Đông"))


def all_at_once(act: Callable[[int], object]) -> list[str]:
    """What came of `act(number)` in each thread: "written", or the name of what was raised."""
    gate = Barrier(PEOPLE)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            act(number)
        except (Conflict, ValidationError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(PEOPLE) as threads:
        return sorted(threads.map(one, range(PEOPLE)))


def test_of_many_saves_of_one_version_one_is_written_and_the_others_are_told(team, officer):
    member = make_member(team, "Nguyễn Văn An")

    def save(number: int) -> None:
        save_member(member=copy(member), version=1, values={"note": f"của người {number}"}, by=officer)

    assert all_at_once(save) == ["Conflict"] * (PEOPLE - 1) + ["written"]
    member.refresh_from_db()
    assert member.version == 2


def test_without_the_version_all_believe_that_they_were_written(team):
    """The control: seven of eight texts are lost and nobody is told."""
    member = make_member(team, "Nguyễn Văn An")

    def save(number: int) -> None:
        Member.objects.filter(pk=member.pk).update(note=f"của người {number}")

    assert all_at_once(save) == ["written"] * PEOPLE


def test_of_many_new_leaders_one_is_written_and_the_others_are_told(team, officer):
    members = [make_member(team, f"Nguyễn Văn {number}") for number in range(PEOPLE)]

    def lead(number: int) -> None:
        save_member(member=members[number], version=1, values={"role": "leader"}, by=officer)

    assert all_at_once(lead) == ["SecondLeader"] * (PEOPLE - 1) + ["written"]
    assert Member.objects.filter(role=MemberRole.LEADER).count() == 1


def test_of_many_bulk_changes_of_the_same_rows_one_is_written_and_the_others_are_told(team, officer):
    versions = {make_member(team, f"Nguyễn Văn {number}").pk: 1 for number in range(3)}

    def change(number: int) -> None:
        bulk_change(versions=versions, change={"organization": "police"}, by=officer)

    assert all_at_once(change) == ["ValidationError"] * (PEOPLE - 1) + ["written"]
    assert set(Member.objects.values_list("version", flat=True)) == {2}


def test_of_many_bulk_changes_to_a_leader_one_is_written_and_the_others_are_told(team, officer):
    members = [make_member(team, f"Nguyễn Văn {number}") for number in range(PEOPLE)]

    def lead(number: int) -> None:
        bulk_change(versions={members[number].pk: 1}, change={"role": "leader"}, by=officer)

    # Some see the leader in time, some are stopped by the database.
    told = all_at_once(lead)
    assert told[-1] == "written"
    assert set(told[:-1]) <= {"SecondLeader", "ValidationError"}
    assert Member.objects.filter(role=MemberRole.LEADER).count() == 1


def test_a_new_row_sent_many_times_at_once_is_one_row(team, officer):
    person = uuid4()

    def add(number: int) -> None:
        add_member(team=team, person=person, values={"full_name": "Nguyễn Văn An"}, by=officer)

    assert all_at_once(add) == ["written"] * PEOPLE
    assert Member.objects.count() == 1


def test_rows_added_at_once_each_have_a_place_of_their_own(team, officer):
    def add(number: int) -> None:
        add_member(team=team, person=uuid4(), values={"full_name": f"Nguyễn Văn {number}"}, by=officer)

    assert all_at_once(add) == ["written"] * PEOPLE
    assert sorted(Member.objects.values_list("position", flat=True)) == list(range(1, PEOPLE + 1))
