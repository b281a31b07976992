"""Imports run one way: between packages, and between the layers of an app. The order is in docs/architecture.md."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ["teams", "training", "reporting"]
PACKAGES = ["cdt_portal.lib", "cdt_portal.accounts", "cdt_portal.jobs", "cdt_portal.notices", *APPS, "cdt_portal"]
SURFACE = {"models", "enums", "figures", "access", "queries", "services"}  # what other packages may import of an app
PAGES = (  # under every page
    "teams.forms.base.",
    "teams.forms.scans.",
    "teams.views.pages.",
    "teams.views.downloads.",
    "teams.admin.",
    "teams.resources.",
)
SETTINGS = {"cdt_portal.env", "cdt_portal.embedded"}  # read by everybody, import nobody of ours

LAYERS = [
    {"enums", "validators", "figures", "naming", "keys", "lineage", "row_ids", "definition", "answers", "planning"},
    {"intake", "layouts", "models"},
    {"access"},
    {"queries"},
    {"services"},
    {"forms", "tasks", "demo", "middleware", "resources"},
    {"views"},
    {"urls", "admin", "management", "apps", "templatetags"},
]
PURE = {"intake", "layouts", "planning"}


def modules() -> Iterator[tuple[str, Path]]:
    for top in ["cdt_portal", *APPS]:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    """Absolute names of what the file imports, deferred imports included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package(name: str) -> str | None:
    """The package of PACKAGES that holds the module, the longest first."""
    owners = [each for each in PACKAGES if name == each or name.startswith(each + ".")]
    return max(owners, key=len, default=None)


def layer(name: str) -> int | None:
    """The layer of an app's module; None for what belongs to no app."""
    parts = name.split(".")
    if parts[0] not in APPS or len(parts) < 2:
        return None
    return next((index for index, names in enumerate(LAYERS) if parts[1] in names), None)


def breaches_of_order(name: str, imported: str) -> str | None:
    """`cdt_portal` itself puts everything together, so it may import any part of an app."""
    own, other = package(name), package(imported)
    if other is None or own is None or own == other or any(imported.startswith(each) for each in SETTINGS):
        return None
    if PACKAGES.index(other) > PACKAGES.index(own):
        return f"{name} imports {imported}: against the order of packages"
    is_open = own == "cdt_portal" or other not in APPS or imported.startswith(PAGES)
    if not is_open and imported.split(".")[1] not in SURFACE:
        return f"{name} imports {imported}: only {sorted(SURFACE)} of an app are for others"
    return None


def breaches_of_layers(name: str, imported: str) -> str | None:
    own, other = layer(name), layer(imported)
    if own is None or other is None or name.split(".")[0] != imported.split(".")[0]:
        return None
    return f"{name} imports {imported}: against the order of layers" if other > own else None


def test_every_module_of_an_app_stands_in_a_layer():
    strays = [name for name, _ in modules() if name.split(".")[0] in APPS and "." in name and layer(name) is None]
    assert strays == []


def test_packages_import_one_way():
    found = [breaches_of_order(name, other) for name, path in modules() for other in imports(path)]
    assert [each for each in found if each] == []


def test_layers_import_one_way():
    found = [breaches_of_layers(name, other) for name, path in modules() for other in imports(path)]
    assert [each for each in found if each] == []


def test_intake_and_layouts_know_no_database():
    found = [
        f"{name} imports {other}"
        for name, path in modules()
        if len(name.split(".")) > 1 and name.split(".")[1] in PURE
        for other in imports(path)
        if other.startswith("django") or ".models" in other
    ]
    assert found == []


def test_a_breach_would_be_seen():
    assert breaches_of_order("cdt_portal.lib.text", "teams.models.Team")
    assert breaches_of_order("reporting.queries", "teams.forms.UploadForm")
    assert breaches_of_order("reporting.views", "teams.views.teams.team")
    assert not breaches_of_order("reporting.queries", "teams.models.Team")
    assert not breaches_of_order("reporting.views", "teams.views.pages.form_page")
    assert breaches_of_layers("teams.queries.members", "teams.services.members.add")
    assert not breaches_of_layers("teams.services.members", "teams.queries.members.find")


def test_the_web_process_loads_neither_calamine_nor_weasyprint():
    """They cost half a second: only who uses them loads them. (openpyxl comes with django-import-export.)"""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import cdt_portal.urls;"
        "print([m for m in ('python_calamine', 'weasyprint') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]", shown.stdout
