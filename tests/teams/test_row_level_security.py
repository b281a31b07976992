"""The lock below `Scope.narrow`: whichever of the two fails, the other holds; with both off, others' rows come."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from cdt_portal.lib.row_security import EVERYTHING, NOTHING, WEB_ROLE, Sight, in_sight, seeing
from teams.access import Scope
from teams.models import Assignment, CommuneCounters, CounterNote, Member, Team
from teams.queries import apart
from teams.queries.apart import some_of
from teams.queries.member_words import Words
from tests.conftest import client_of
from tests.teams.makers import make_member, make_team

# Tables that name a province or a commune without a policy, and why.
OPEN = {
    "teams_commune": "a public list",
    "teams_communeevent": "a public list",
    "jobs_job": "sought by who asked for it, and shown by the scope",
    "notices_reminder": "what was sent, shown by campaigns, which have a policy",
}


@pytest.fixture
def ours(cat_hai, officer) -> Team:
    team = make_team(cat_hai, "Tổ Cát Bà", by=officer)
    make_member(team, "Phạm Thị Đào", phone="0914000111")
    return team


@pytest.fixture
def theirs(tran_lieu, neighbour) -> Team:
    team = make_team(tran_lieu, "Tổ Trần Liễu", by=neighbour)
    make_member(team, "Vũ Văn Mận", phone="0914000222")
    return team


@contextmanager
def as_the_web(sight: Sight | None = None) -> Iterator[None]:
    """What the block asks of the database, a web request asks."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    try:
        with seeing(sight or NOTHING):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def sight_of(team: Team) -> Sight:
    return Sight.of({team.commune_id}, {team.province_id})


def forget_the_filter(monkeypatch) -> None:
    monkeypatch.setattr(Scope, "where", lambda self, *args, **kwargs: Q())


def forget_the_policies(monkeypatch) -> None:
    monkeypatch.setattr(Scope, "sight", EVERYTHING)


# Either of the two is enough ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forgotten", "status"),
    [
        ([], 404),
        ([forget_the_filter], 404),
        ([forget_the_policies], 404),
        ([forget_the_filter, forget_the_policies], 403),  # it is there; what may be done with it is asked once more
    ],
    ids=["both hold", "only the policies", "only the filter", "neither"],
)
def test_a_foreign_team_comes_only_when_both_are_off(forgotten, status, ours, theirs, officer, monkeypatch):
    for forget in forgotten:
        forget(monkeypatch)
    client = client_of(officer)
    assert client.get(reverse("teams:team", args=[ours.pk])).status_code == 200
    assert client.get(reverse("teams:team", args=[theirs.pk])).status_code == status


def names_listed(officer) -> set[str]:
    page = client_of(officer).get(reverse("teams:members")).content.decode()
    return {name for name in ("Phạm Thị Đào", "Vũ Văn Mận") if name in page}


def test_a_list_without_its_filter_shows_no_more(ours, theirs, officer, monkeypatch):
    forget_the_filter(monkeypatch)
    assert names_listed(officer) == {"Phạm Thị Đào"}


def test_a_list_without_policies_shows_no_more(ours, theirs, officer, monkeypatch):
    forget_the_policies(monkeypatch)
    assert names_listed(officer) == {"Phạm Thị Đào"}


def test_a_list_with_neither_shows_all(ours, theirs, officer, monkeypatch):
    forget_the_filter(monkeypatch)
    forget_the_policies(monkeypatch)
    assert names_listed(officer) == {"Phạm Thị Đào", "Vũ Văn Mận"}


# What the database does -----------------------------------------------------------------------------------------------


def test_a_request_writes_its_own_rows_alone(ours, theirs):
    with as_the_web(sight_of(ours)):
        assert Member.objects.update(note="đã sửa") == 1
        assert Member.objects.filter(team=theirs).delete() == (0, {})
        make_member(ours, "Lê Thị Cam")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            make_member(theirs, "Lê Thị Quýt")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Team.objects.filter(pk=ours.pk).update(commune=theirs.commune_id)
    assert list(Member.objects.filter(team=theirs).values_list("full_name", "note")) == [("Vũ Văn Mận", "")]


def test_nobody_gives_themselves_a_post_elsewhere(ours, theirs, officer):
    with as_the_web(sight_of(ours)):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Assignment.objects.create(user=officer, role="commune_officer", province_id="31", commune=theirs.commune)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Assignment.objects.filter(user=officer).update(province=None, commune=None)
        assert Assignment.objects.filter(commune=theirs.commune).exists()  # read by all: the scope comes from here


def test_nothing_told_is_nothing_seen(ours, theirs):
    with as_the_web():
        assert not Team.objects.exists()
        assert not Member.objects.exists()
    assert Team.objects.count() == 2


def test_a_province_sees_its_communes_and_no_others(ours, theirs, hac_thanh, stranger):
    far = make_team(hac_thanh, "Tổ Hạc Thành", by=stranger)
    with as_the_web(Sight.of({"31"}, {"31"})):
        assert set(Team.objects.all()) == {ours, theirs}
    with as_the_web(EVERYTHING):
        assert set(Team.objects.all()) == {ours, theirs, far}


def test_each_request_forgets_the_one_before(ours, theirs, officer, admin):
    for user in (admin, officer):
        client_of(user).get(reverse("home"))
    assert in_sight() == sight_of(ours)
    Client().get(reverse("account_login"))
    assert in_sight() == NOTHING


def test_whoever_has_no_post_sees_nothing(ours, officer):
    Assignment.objects.filter(user=officer).delete()
    client_of(officer).get(reverse("home"))
    assert in_sight() == NOTHING


def test_a_wider_look_ends_with_its_block_however_it_ends(ours, theirs):
    with as_the_web(sight_of(ours)):
        with seeing(EVERYTHING):
            assert Team.objects.count() == 2
        assert Team.objects.get() == ours
        with pytest.raises(DatabaseError), transaction.atomic(), seeing(EVERYTHING):
            Team.objects.extra(where=["no_such_column"]).exists()
        assert Team.objects.get() == ours


def test_counters_count_the_whole_commune_whatever_is_in_sight(ours, theirs):
    with as_the_web(sight_of(ours)):
        make_member(ours, "Lê Thị Cam")
    with as_the_web():  # a transaction counts at its end
        recount = CounterNote._meta.triggers[0].get_pgid(CounterNote)
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {recount} IMMEDIATE; SET CONSTRAINTS {recount} DEFERRED")
    counted = CommuneCounters.objects.values_list("commune_id", "teams", "members").order_by("commune_id")
    assert list(counted) == [(theirs.commune_id, 1, 1), (ours.commune_id, 1, 2)]


# Words are found by their index, in sight alone -----------------------------------------------------------------------


def ids(words: Words) -> list[int]:
    return [pk for (pk,) in some_of(words.found_in(Member.objects.all()).values_list("pk"), 10)]


def test_names_are_found_in_sight_alone(ours, theirs):
    assert len(ids(Words("văn"))) == 1  # the owner sees all: jobs do
    with as_the_web(sight_of(ours)):
        assert not ids(Words("văn"))
        assert ids(Words("đào")) == [ours.members.get().pk]


def test_the_word_index_serves_the_web(ours, monkeypatch):
    def plan(sql: str, params: tuple) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            return cursor.fetchall()

    monkeypatch.setattr(apart, "_ask", plan)
    rows = Words("đào").found_in(Member.objects.order_by())
    with as_the_web(sight_of(ours)):
        assert "member_words" in str(some_of(rows.values_list("pk"), 10))
        monkeypatch.setattr(apart, "MEMBERS", "WITH nothing AS (SELECT 1)")
        assert "member_words" not in str(some_of(rows.values_list("pk"), 10))  # why a view is asked


# The whole schema -----------------------------------------------------------------------------------------------------


def asked(sql: str) -> set:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_of_a_unit_has_its_policy():
    guarded = asked(
        f"SELECT tablename FROM pg_policies JOIN pg_class ON relname = tablename AND relrowsecurity"
        f" WHERE policyname = 'in_sight' AND cmd = 'ALL' AND '{WEB_ROLE}' = ANY (roles)"
    )
    of_units = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if {"province_id", "commune_id", "province_code", "commune_code"}
        & {field.attname for field in model._meta.concrete_fields}
    }
    assert of_units - guarded == set(OPEN)
    assert len(guarded) > 80


@pytest.mark.django_db
def test_the_role_of_the_web_is_bound_by_policies():
    role = f"FROM pg_roles WHERE rolname = '{WEB_ROLE}'"
    assert asked(f"SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin {role}") == {False}
    assert not asked(f"SELECT relname FROM pg_class WHERE relowner = '{WEB_ROLE}'::regrole")
    with as_the_web(), pytest.raises(DatabaseError, match="must be owner"), transaction.atomic():
        asked("ALTER TABLE teams_team DISABLE ROW LEVEL SECURITY")


# Files that look beyond the units in sight; each says why beside it.
WIDER = {
    "cdt_portal/metrics.py",
    "reporting/services/team_links.py",
    "reporting/views/overview.py",
    "teams/services/first_run.py",
    "training/queries/certificates.py",
    "training/services/check_in.py",
}


def test_only_these_look_beyond_what_is_in_sight():
    root = settings.BASE_DIR
    files = [path for room in ("cdt_portal", "teams", "training", "reporting") for path in (root / room).rglob("*.py")]
    wider = {str(path.relative_to(root)) for path in files if "seeing(" in path.read_text()}
    assert wider - {"cdt_portal/lib/row_security.py"} == WIDER


OWNER = settings.DATABASES["default"]["USER"]


@pytest.mark.parametrize(("module", "role"), [("cdt_portal.wsgi", WEB_ROLE), ("cdt_portal.celery", OWNER)])
def test_web_servers_take_the_role_and_workers_do_not(module, role):
    look = "import django; django.setup(); from django.db import connection as c; k = c.cursor(); "
    look += "k.execute('SELECT current_user'); print(k.fetchone()[0])"
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}; {look}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cdt_portal.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [role], done.stderr
