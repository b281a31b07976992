"""Rules for the repository as a whole. What sets a machine up is tested in tests/ground/test_bin.py."""

import json
import os
import re
from io import StringIO

import pytest
from django.core.management import call_command, get_commands

from teams.demo.accounts import ACCOUNTS, PASSWORD
from tests.architecture.size_report import ROOT, file_sizes, function_sizes, python_files, tracked

FUNCTION_LINES, FILE_LINES, IMAGE_BYTES = 60, 400, 150 * 1024

RULES = {  # what no file may hold, a text that holds it, a text that does not
    "a path of one machine": (
        r"(?<![\w.])/(?:work|root|home/\w+)/",
        "cd /home/minh/portal",
        "/tmp/a and network/work/a",
    ),
    "a host to load packages from": (
        r"--(?:extra-)?index-url[ =]|\bregistry\s*=\s*\W?\w*:?//|https?://[\w.-]*(?:registry|mirror)[\w.-]*/",
        "registry=https://registry.example/",
        "npm ci",
    ),
    "a silenced check without its rule": (
        r"#\s*noqa(?!:\s*[A-Z]+\d)|type:\s*ignore(?!\[)",
        "a  # noqa",
        "a  # noqa: S603",
    ),
    "a test that is left out": (
        r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)|unittest\.skip",
        "@pytest.mark.skip",
        "@pytest.mark.long",
    ),
}
MADE_ELSEWHERE = re.compile(
    r"\.min\.(js|css)$|\.(woff2?|ttf|otf|map)$|(^|/)(vendor|node_modules)/|\.(xlsx?|ods|docx?|pdf)$"
)


def texts() -> dict[str, str]:
    """Contents of all files but pictures and this one, which must write down what it looks for."""
    paths = [path for path in tracked() if path.suffix != ".png" and path.name != "test_repository.py"]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize("rule", RULES)
def test_no_file_breaks_the_rule(rule):
    pattern = re.compile(RULES[rule][0])
    found = {name: match.group() for name, text in texts().items() if (match := pattern.search(text))}
    assert found == {}


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_finds_what_breaks_it_and_nothing_else(rule):
    pattern, bad, good = RULES[rule]
    assert re.search(pattern, bad)
    assert not re.search(pattern, good)


def test_nothing_is_kept_that_was_made_elsewhere():
    assert MADE_ELSEWHERE.search("static/vendor/tabler.min.css")
    assert [name for path in tracked() if MADE_ELSEWHERE.search(name := str(path.relative_to(ROOT)))] == []


def test_the_only_binary_files_are_small_pictures_for_the_reader():
    pictures = tracked("*.png")
    assert {path.parent for path in pictures} <= {ROOT / "docs" / "images"}
    assert [path.name for path in pictures if path.stat().st_size > IMAGE_BYTES] == []


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_says_why_it_is_there(name):
    wanted = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z]", line)]
    assert len(wanted) > 5
    assert [line for line in wanted if not re.search(r"# \w{2,}", line)] == []


def test_every_front_end_package_is_pinned_with_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_every_command_can_be_started():
    assert [path.name for path in tracked("bin", ".ci", "manage.py") if not os.access(path, os.X_OK)] == []


def test_the_readme_opens_with_the_two_commands_and_names_every_account_and_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^# .+\n\n```sh\nbin/run .*\nbin/test ", readme)
    commands = {path.stem for path in tracked("*/management/commands/*.py")} - {"__init__"}
    accounts = {account.username for account in ACCOUNTS} | {PASSWORD}
    assert sorted(name for name in commands | accounts if f"`{name}" not in readme) == []


def test_every_link_of_the_readme_leads_to_a_file():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_operators_are_told_of_commands_that_there_are():
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "operators").glob("*.md")]
    told = {name for page in pages for name in re.findall(r"manage\.py (\w+)", page)}
    assert {"backup", "restore", "rotate_keys", "reset_second_factor"} <= told <= set(get_commands())


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_no_file_is_longer_than_its_budget():
    assert [size for size in file_sizes(python_files()) if size.lines > FILE_LINES] == []


def test_no_function_is_longer_than_its_budget():
    sizes = function_sizes(python_files())
    assert len(sizes) > 1000
    assert [size for size in sizes if size.lines > FUNCTION_LINES] == []
