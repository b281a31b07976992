"""Two who save in one commune: the check of the first, which looked before the second saved, has not the last word."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from teams.enums import FindingState, MemberRole
from teams.models import DataFinding, Team
from teams.services import quality
from tests.teams.makers import make_member, make_team, make_units


@pytest.fixture
def team(transactional_db, cat_hai, officer) -> Team:
    team = make_team(cat_hai, "Tổ Thôn Đông", *make_units(cat_hai, "Thôn Đông", by=officer), by=officer)
    make_member(team, "Nguyễn Văn An")
    DataFinding.objects.all().delete()
    return team


def states_of(team: Team) -> list[str]:
    return list(DataFinding.objects.filter(rule="team_without_leader", team=team).values_list("state", flat=True))


def check_while_another_saves(team: Team, monkeypatch, seconds: float) -> None:
    """The first looks at the register and waits for the second, so many seconds at most; meanwhile the second makes
    somebody leader, and checks."""
    has_looked, has_saved = Event(), Event()
    take_picture = quality.take_picture

    def look_slowly(codes, day):
        picture = take_picture(codes, day)
        if not has_looked.is_set():
            has_looked.set()
            has_saved.wait(seconds)
        return picture

    def first() -> None:
        quality.check([team.commune_id])
        connection.close()

    def second() -> None:
        has_looked.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")  # on a busy machine the first may take longer than a page waits
        team.members.update(role=MemberRole.LEADER)
        quality.check([team.commune_id])
        has_saved.set()
        connection.close()

    monkeypatch.setattr(quality, "take_picture", look_slowly)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(first), threads.submit(second)]:
            done.result(60)


def test_what_the_second_mended_stays_mended(team, monkeypatch):
    check_while_another_saves(team, monkeypatch, seconds=0.5)  # which pass: the second waits for the first
    assert states_of(team) == [FindingState.FIXED]


def test_without_the_lock_the_first_finds_what_is_mended(team, monkeypatch):
    """The control: the second finds nothing wrong, then the first writes what it had seen before."""
    monkeypatch.setattr(quality, "lock_findings", lambda codes: None)
    check_while_another_saves(team, monkeypatch, seconds=30)
    assert states_of(team) == [FindingState.OPEN]
