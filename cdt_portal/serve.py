"""What bin/run runs: web, worker, beat, PostgreSQL and Redis on this machine, stopped together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

from cdt_portal import embedded, env

STOP_SECONDS = 10
READY_SECONDS = 60
LOG_LINES = 20
# A job may ask more of the database than a page; loading demo data as much as it takes.
STATEMENT_TIMEOUT_MS = {"worker": "120000", "manage.py": "0"}


class Trouble(Exception):
    """Why the portal cannot go on, in words for whoever started it."""


def main() -> None:
    """Run until SIGINT or SIGTERM; exit 1 with a sentence when something cannot start or dies."""
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGTERM, _leave)
    try:
        _serve(env.number("PORT", 8000))
    except (Trouble, ImproperlyConfigured) as error:
        print(f"! {error}", file=sys.stderr, flush=True)
        raise SystemExit(1) from None


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _serve(port: int) -> None:
    _refuse_taken_port(port)
    with _only_one():
        if not env.text("DATABASE_URL"):
            embedded.database()
        if not env.text("REDIS_URL"):
            embedded.start_redis()
        if env.flag("CDT_DEMO"):
            _manage("seed_demo", "--story", "cat-hai", "--if-empty")
        with _children(port) as children:
            _await_ready(port, children)
            print(f"\nCổng đang chạy tại http://127.0.0.1:{port}/ — nhấn Ctrl-C để dừng.\n", flush=True)
            _manage("demo_accounts" if env.flag("CDT_DEMO") else "setup_code")
            while True:
                _check_alive(children)
                time.sleep(0.5)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise Trouble(f"Không dùng được cổng {port} ({error}). Hãy chọn cổng khác: PORT=8001 bin/run") from error


@contextmanager
def _only_one() -> Iterator[None]:
    with (embedded.data_dir() / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"bin/run khác đang dùng {embedded.data_dir()}. Hãy dừng nó, hoặc đặt CDT_DATA_DIR khác."
            ) from None
        yield


def _manage(*arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=embedded.BASE_DIR, env=_environment("manage.py"))
    if done.returncode != 0:
        raise Trouble(f"manage.py {' '.join(arguments)} không thành công.")


@contextmanager
def _children(port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start all; on the way out stop them in the same order: no more work comes in, then the worker ends."""
    schedule = embedded.data_dir() / "beat-schedule"
    celery = ["celery", "--app", "cdt_portal"]
    gunicorn = [
        "gunicorn",
        "cdt_portal.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    commands = {
        "web": [*gunicorn, "--no-control-socket"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--schedule", str(schedule)],
        "worker": [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip"],
    }
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = _start(name, command)
        yield children
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # impatience must not leave a process behind
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with suppress(OSError):  # Ctrl-C in `bin/run | tee log` ends tee first
            print("\n• Đang dừng…", flush=True)
        for child in children.values():
            _stop(child)


def _start(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    with _log(name).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=embedded.BASE_DIR,
            env=_environment(name),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, who stop the children in order
        )


def _environment(name: str) -> dict[str, str]:
    if name not in STATEMENT_TIMEOUT_MS:
        return dict(os.environ)
    return os.environ | {"CDT_STATEMENT_TIMEOUT_MS": STATEMENT_TIMEOUT_MS[name]}


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # whoever of its family is still there
    child.wait()


def _log(name: str) -> Path:
    folder = embedded.data_dir() / "log"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def _await_ready(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(port):
        _check_alive(children)
        if time.monotonic() > deadline:
            raise Trouble(f"Cổng không trả lời sau {READY_SECONDS} giây. {_last_words('web')}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


def _check_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Trouble(f"Tiến trình {name} đã dừng (mã {child.returncode}). {_last_words(name)}")


def _last_words(name: str) -> str:
    lines = _log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"Cuối tệp {_log(name)}:", *lines])


if __name__ == "__main__":
    main()
