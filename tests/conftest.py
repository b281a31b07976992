"""What every test may ask for: a small province with two neighbours, and people in each role."""

import threading
from collections import Counter, defaultdict

import pgtrigger
import pytest
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.row_security import TAKES_STATEMENTS, WEB_ROLE
from teams.enums import UserRole
from teams.keys import commune_keys
from teams.models import Assignment, Commune, CounterNote, Province


def pytest_terminal_summary(terminalreporter):
    """How much was gone through by tests that count it: what they recorded as {"cases": …, "unexpected": …}."""
    totals = defaultdict(Counter)
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for what, figures in report.user_properties:
            totals[what].update(figures)
    for what, figures in totals.items():
        terminalreporter.write_line(f"{what}: " + ", ".join(f"{count} {name}" for name, count in figures.items()))


@pytest.fixture(autouse=True, scope="session")  # the tables are emptied after a test's own fixtures have gone
def flush_may_truncate():
    """Emptying the tables after a transactional test is the one lawful TRUNCATE; see accounts.history."""
    flush = type(connection.ops).execute_sql_flush

    def flush_ignoring_triggers(self, sql_list):
        with pgtrigger.ignore():
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(type(connection.ops), "execute_sql_flush", flush_ignoring_triggers)
        yield


@pytest.fixture(autouse=True, scope="session")
def counters_are_counted_before_they_are_read():
    """A test's transaction never ends, which is when the counters of what it wrote are counted: whoever reads them
    in it has them counted first, by statements that no test's count of queries sees."""
    recount = CounterNote._meta.triggers[0].get_pgid(CounterNote)

    def read(execute, sql, parameters, many, context):
        reads = sql.startswith("SELECT") and "teams_communecounters" in sql
        if reads and context["connection"].in_atomic_block:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {recount} IMMEDIATE; SET CONSTRAINTS {recount} DEFERRED")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(read):
        yield


@pytest.fixture(autouse=True, scope="session")
def requests_take_the_role_of_the_web():
    """Requests of tests, and of browsers at a live server, are bound by the policies as those of a web server are; the
    tests themselves are the owner."""

    asking = threading.local()

    def say(statement: str) -> None:
        if connection.connection and connection.connection.get_transaction_status() in TAKES_STATEMENTS:
            with connection.connection.cursor() as cursor:
                cursor.execute(statement)

    def begin(**kwargs):
        asking.now = True
        say(f"SET ROLE {WEB_ROLE}")

    def connect(**kwargs):
        if getattr(asking, "now", False):
            say(f"SET ROLE {WEB_ROLE}")

    def end(**kwargs):
        asking.now = False
        say("RESET ROLE")

    doings = [(request_started, begin), (connection_created, connect), (request_finished, end)]
    for signal, doing in doings:
        signal.connect(doing)
    yield
    for signal, doing in doings:
        signal.disconnect(doing)


def make_commune(code: str, name: str, kind: str, province: Province) -> Commune:
    return Commune.objects.create(code=code, name=name, kind=kind, province=province, **commune_keys(name))


@pytest.fixture
def hai_phong(db) -> Province:
    return Province.objects.create(code="31", name="Thành phố Hải Phòng", kind="city", sort_key="hai phong")


@pytest.fixture
def cat_hai(hai_phong) -> Commune:
    return make_commune("11914", "Đặc khu Cát Hải", "special_zone", hai_phong)


@pytest.fixture
def tran_lieu(hai_phong) -> Commune:
    """The neighbour: same province, other commune."""
    return make_commune("10729", "Phường Trần Liễu", "ward", hai_phong)


@pytest.fixture
def hac_thanh(db) -> Commune:
    """The stranger: a commune of another province."""
    province = Province.objects.create(code="38", name="Tỉnh Thanh Hóa", kind="province", sort_key="thanh hoa")
    return make_commune("14797", "Phường Hạc Thành", "ward", province)


def make_user(
    username: str, role: UserRole, *, province: Province | None = None, commune: Commune | None = None
) -> User:
    """They have seen the tour, which would stand in the way of what a test looks for."""
    name = f"Người dùng {username}"
    user = User.objects.create_user(username, "mat-khau-dung-1", full_name=name, tour_seen_at=timezone.now())
    province = commune.province if commune else province
    Assignment.objects.create(user=user, role=role, province=province, commune=commune)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer(cat_hai) -> User:
    return make_user("canbo.cathai", UserRole.COMMUNE_OFFICER, commune=cat_hai)


@pytest.fixture
def neighbour(tran_lieu) -> User:
    return make_user("canbo.tranlieu", UserRole.COMMUNE_OFFICER, commune=tran_lieu)


@pytest.fixture
def stranger(hac_thanh) -> User:
    return make_user("canbo.hacthanh", UserRole.COMMUNE_OFFICER, commune=hac_thanh)


@pytest.fixture
def staff(hai_phong) -> User:
    return make_user("so.haiphong", UserRole.DEPARTMENT_STAFF, province=hai_phong)


@pytest.fixture
def viewer(hai_phong) -> User:
    return make_user("lanhdao.haiphong", UserRole.DEPARTMENT_VIEWER, province=hai_phong)


@pytest.fixture
def commune_leader(cat_hai) -> User:
    return make_user("lanhdao.cathai", UserRole.COMMUNE_LEADER, commune=cat_hai)


@pytest.fixture
def admin(db) -> User:
    user = make_user("quantri", UserRole.SYSTEM_ADMIN)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    user.refresh_from_db()
    return user
