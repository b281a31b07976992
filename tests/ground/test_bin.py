"""The files that set a machine up: complete, pinned, and bound to no machine."""

import os
import re
import socket
import subprocess
import sys

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
    assert set(EXAMPLE.findall(read(".env.example"))) == read_by_code | set(
        COMPOSE.findall(read("docker-compose.yml"))
    )


def test_every_variable_of_the_example_has_a_sentence():
    lines = read(".env.example").splitlines()
    before = [lines[number - 1] for number, line in enumerate(lines) if EXAMPLE.match(line)]
    assert [line for line in before if not line.startswith("# ")] == []


def serve(folder, port: int) -> subprocess.CompletedProcess:
    environment = os.environ | {"CDT_DATA_DIR": str(folder), "PORT": str(port)}
    command = [sys.executable, "-m", "cdt_portal.serve"]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)


def test_a_taken_port_is_refused_in_words_before_anything_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = serve(tmp_path, taken.getsockname()[1])
    assert refused.returncode == 1
    assert "Hãy chọn cổng khác" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []
