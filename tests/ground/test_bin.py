"""The files that set a machine up: complete, pinned, and bound to no machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import psutil
import pytest

from cdt_portal.embedded import BASE_DIR

LOCKS = ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
SCRIPTS = ["bin/run", "bin/setup", "bin/test", ".ci/run"]
READERS = re.compile(r"(?:env\.\w+|kept_secret)\(\s*[\"']([A-Z_]+)[\"']")
EXAMPLE = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
COMPOSE = re.compile(r"\$\{([A-Z_]+)")


def read(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_commands_can_be_started_and_parsed(name):
    assert os.access(BASE_DIR / name, os.X_OK)
    assert subprocess.run(["bash", "-n", BASE_DIR / name]).returncode == 0


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_address_to_load_from(name):
    assert not re.search(r"--(extra-)?index-url|--find-links|\"resolved\"|file:|@ http", read(name))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_python_package_is_pinned_with_a_hash(name):
    entries = re.findall(r"^\w.*?(?=^\w|\Z)", read(name), re.MULTILINE | re.DOTALL)
    assert len(entries) > 30
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_production_packages_are_the_same_in_development():
    pins = re.compile(r"^[\w.-]+(?:\[.*?\])?==\S+", re.MULTILINE)
    assert set(pins.findall(read("requirements.lock"))) <= set(pins.findall(read("requirements-dev.lock")))


def test_the_example_environment_names_every_variable_and_no_other():
    read_by_code = {
        name for file in (BASE_DIR / "cdt_portal").glob("*.py") for name in READERS.findall(file.read_text())
    }
    assert set(EXAMPLE.findall(read(".env.example"))) == read_by_code | set(COMPOSE.findall(read("docker-compose.yml")))


def test_every_variable_of_the_example_has_a_sentence():
    lines = read(".env.example").splitlines()
    before = [lines[number - 1] for number, line in enumerate(lines) if EXAMPLE.match(line)]
    assert [line for line in before if not line.startswith("# ")] == []


def serve(folder, port: int) -> subprocess.CompletedProcess:
    environment = os.environ | {"CDT_DATA_DIR": str(folder), "PORT": str(port)}
    command = [sys.executable, "-m", "cdt_portal.serve"]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)


def test_a_taken_port_is_refused_in_words_before_anything_is_started(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = serve(folder, taken.getsockname()[1])
    assert refused.returncode == 1
    assert "Hãy chọn cổng khác" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(folder.iterdir()) == []


class Run:
    """A whole `bin/run` with a data folder of its own, read up to the line that tells its address."""

    def __init__(self, folder) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.folder = str(folder)
        self.process = subprocess.Popen(
            [BASE_DIR / "bin/run"],
            env=os.environ | {"CDT_DATA_DIR": self.folder, "PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.address = next((line for line in self.process.stdout if "http://" in line), "")

    def family(self) -> dict[int, str]:
        """Command lines by process id of all that bin/run started: they share its variables or folder."""
        everyone = psutil.process_iter(["environ", "cwd", "cmdline"])
        return {each.pid: " ".join(each.info["cmdline"] or []) for each in everyone if self.started(each.info)}

    def started(self, process: dict) -> bool:
        variables, folder = process["environ"] or {}, process["cwd"] or ""
        return variables.get("CDT_DATA_DIR") == self.folder or folder.startswith(self.folder)

    def end(self) -> tuple[int, str]:
        """Its exit code and what it said since its address."""
        return self.process.wait(), self.process.stdout.read()


@pytest.fixture
def run(folder) -> Iterator[Run]:
    run = Run(folder)
    yield run
    run.process.terminate()
    run.process.communicate()


@pytest.mark.long
def test_run_answers_and_leaves_no_process_when_it_is_interrupted(run):
    assert f"127.0.0.1:{run.port}" in run.address
    assert urllib.request.urlopen(f"http://127.0.0.1:{run.port}/healthz").status == 200
    parts = " ".join(run.family().values())
    assert [part for part in ("gunicorn", "worker", "beat", "postgres", "redis") if part not in parts] == []
    run.process.send_signal(signal.SIGINT)
    assert run.end()[0] == 0
    assert run.family() == {}


@pytest.mark.long
def test_run_ends_whole_and_shows_the_log_when_one_part_dies(run):
    os.kill(min(pid for pid, command in run.family().items() if " beat " in command), signal.SIGKILL)
    code, words = run.end()
    assert code == 1
    assert "Tiến trình beat đã dừng" in words
    assert run.family() == {}
