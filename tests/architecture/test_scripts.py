"""What of script a page loads: little, because many communes' lines are slow and their computers old."""

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from tests.architecture.test_templates import FOLDER, TEMPLATES

STATIC = settings.BASE_DIR / "static"
MOST = 150_000  # bytes with Brotli, as whitenoise sends them
PARENT = re.compile(r'{%\s*extends\s+"([^"]+)"')
INCLUDED = re.compile(r'{%\s*include\s+"([^"]+)"')
SCRIPT = re.compile(r"""<script\b[^>]*{%\s*static\s+'([^']+\.js)'""")
IMPORTED = re.compile(r"""^import\b[^'"]*['"](\.[^'"]+)['"]""", re.MULTILINE)


def text_of(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""  # of another package


@cache
def parts_of(name: str) -> frozenset[str]:
    """The template, those it extends and all that they include; a part may include itself."""
    found, new = set(), {name}
    while new:
        found |= new
        texts = map(text_of, new)
        new = {each for text in texts for each in PARENT.findall(text) + INCLUDED.findall(text)} - found
    return frozenset(found)


@cache
def modules_of(script: Path) -> frozenset[Path]:
    """The script and all modules that it imports. Bundles import nothing."""
    if script.parent.name == "vendor":
        return frozenset([script])
    others = ((script.parent / name).resolve() for name in IMPORTED.findall(script.read_text(encoding="utf-8")))
    return frozenset([script]).union(*map(modules_of, others))


@cache
def sent(script: Path) -> int:
    return len(brotli.compress(script.read_bytes()))


def scripts_of(page: str) -> frozenset[Path]:
    names = (name for part in parts_of(page) for name in SCRIPT.findall(text_of(part)))
    own = ((STATIC / name).resolve() for name in names if (STATIC / name).exists())
    return frozenset().union(*map(modules_of, own))


PAGES = [name for name in TEMPLATES if "base.html" in parts_of(name)]


def test_pages_and_their_scripts_are_found():
    assert len(PAGES) > 100
    names = {path.name for path in scripts_of("reporting/overview/overview.html")}
    assert names >= {"session.js", "menu.js", "search.js", "charts.js", "echarts.js"}
    assert {path.name for path in scripts_of("reporting/reports/editor.html")} >= {"page.js", "kept.js"}


def test_no_page_loads_much_script(capsys):
    weights = {name: sum(map(sent, scripts_of(name))) for name in PAGES}
    heaviest = max(weights, key=weights.get)
    with capsys.disabled():
        print(f" [{heaviest}: {weights[heaviest] / 1000:.0f} KB]", end="")
    assert {name: size for name, size in weights.items() if size > MOST} == {}


@pytest.mark.parametrize("page", ["home.html", "teams/roster/team.html", "reporting/reports/editor.html"])
def test_the_pages_of_a_commune_load_next_to_none(page):
    assert 0 < sum(map(sent, scripts_of(page))) < 30_000


def test_htmx_is_there_where_a_part_asks_for_it_and_nowhere_else():
    asking = {name for name in PAGES if any(re.search(r"\shx-(get|post)=", text_of(part)) for part in parts_of(name))}
    loading = {name for name in PAGES if any(path.name == "htmx.min.js" for path in scripts_of(name))}
    assert len(asking) >= 8 and asking == loading
