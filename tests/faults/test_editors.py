"""Many people edit one team at the same time: nobody's text is lost unseen, and whoever comes second is told."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from teams.keys import team_keys
from teams.models import Member, Team
from tests.conftest import client_of
from tests.teams.makers import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Editor:
    """Types `saves` notes into rows of the team; each says which note its writer saw: "<own> after <other>"."""

    number: int
    url: Callable[[int], str]
    client: Client
    told: int = 0
    busy: int = 0
    seen: dict[int, tuple[int, str]] = field(default_factory=dict)  # {row: (version, note)}

    def work(self, rows: list[int], saves: int) -> None:
        chance = random.Random(self.number)
        try:
            for save in range(saves):
                self.save(chance.choice(rows), f"{self.number}.{save}")
        finally:
            connections.close_all()

    def save(self, row: int, own: str) -> None:
        """Press the key again with what was typed until it is written, each time having seen what stands."""
        while True:
            version, seen = self.seen.get(row, (1, ""))
            answer = self.client.post(self.url(row), {"version": version, "note": f"{own} after {whose(seen)}"})
            if answer.status_code == 503:  # told to try again: too many stand in line for the row
                self.busy += 1
                continue
            stands = answer.json()["row" if answer.status_code == 200 else "current"]
            self.seen[row] = stands["version"], stands["note"]
            if answer.status_code == 200:
                return
            assert answer.status_code == 409 and answer.json()["who"]
            self.told += 1


@pytest.fixture
def team(transactional_db, cat_hai) -> Team:
    return Team.objects.create(commune=cat_hai, province=cat_hai.province, name="Thôn Đông", **team_keys("Thôn Đông"))


def edit_at_once(team: Team, officer, *, editors: int, rows: int, saves: int) -> list[Editor]:
    members = [make_member(team, f"Nguyễn Văn {number}").pk for number in range(rows)]
    people = [
        Editor(number, lambda row: reverse("teams:row_save", args=[team.pk, row]), client_of(officer))
        for number in range(editors)
    ]
    for editor in people:
        editor.client.raise_request_exception = False
    gate = Barrier(editors)

    def sit_down(editor: Editor) -> None:
        gate.wait(timeout=60)
        editor.work(members, saves)

    with ThreadPoolExecutor(editors) as threads:
        list(threads.map(sit_down, people))
    return people


def notes() -> dict[int, list[str]]:
    """{row: its notes, oldest first} by the history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, array_agg(note ORDER BY pgh_id) FROM teams_memberevent GROUP BY id")
        return dict(cursor.fetchall())


def whose(note: str) -> str:
    return note.split()[0] if note else "nobody's"


def lost(notes: list[str]) -> int:
    """How many were written over by somebody who had not seen them."""
    return sum(not note.endswith(f" after {whose(before)}") for before, note in pairwise(notes))


def check(people: list[Editor], saves: int) -> None:
    by_row = notes()
    written = [whose(note) for found in by_row.values() for note in found if note]
    told = sum(editor.told for editor in people)
    print(
        f"\n{len(people)} editors, {len(written)} saves: {sum(map(lost, by_row.values()))} lost, {told} conflicts told"
    )
    assert sorted(written) == sorted(f"{editor.number}.{save}" for editor in people for save in range(saves))
    assert sum(map(lost, by_row.values())) == 0
    versions = sum(Member.objects.values_list("version", flat=True))
    assert versions == len(by_row) + len(people) * saves


def test_of_eight_editors_nobody_loses_a_word(team, officer):
    check(edit_at_once(team, officer, editors=8, rows=2, saves=4), 4)


@pytest.mark.long
def test_of_32_editors_with_100_saves_each_nobody_loses_a_word(team, officer):
    people = edit_at_once(team, officer, editors=32, rows=8, saves=100)
    check(people, 100)
    assert sum(editor.told for editor in people) > 100


def test_without_the_version_words_are_lost_and_nobody_is_told(team, officer, monkeypatch):
    """The control: all have read the row before the first of them writes."""

    def write(row: Member, *, version: int, fields: dict) -> Member:
        all_have_read.wait(timeout=60)
        Member.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
        return row

    all_have_read = Barrier(8)
    monkeypatch.setattr("teams.services.members.save_if_unchanged", write)
    people = edit_at_once(team, officer, editors=8, rows=1, saves=1)
    [found] = notes().values()
    assert lost(found[1:]) == 7 and not any(editor.told for editor in people)
