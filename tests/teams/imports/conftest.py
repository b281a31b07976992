"""Short words for long steps: write a workbook, rehearse it, apply it, look at what stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files import File

from teams.keys import unit_keys
from teams.models import Commune, Member, ResidentialUnit, RosterImport
from teams.services.imports.applying import apply
from teams.services.imports.lifecycle import read_and_rehearse, upload
from tests.jobs.workers import broker, environment, start_worker  # noqa: F401  fixtures
from tests.workbooks.builders import grid, person, write


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def villages(cat_hai) -> list[ResidentialUnit]:
    """Cát Hải with Thôn 1, Thôn 2 and Thôn 10."""
    return [add_village(cat_hai, f"Thôn {number}") for number in (1, 2, 10)]


def add_village(commune: Commune, name: str) -> ResidentialUnit:
    return ResidentialUnit.objects.create(
        province_id=commune.province_id, commune=commune, kind="village", name=name, **unit_keys(name)
    )


@pytest.fixture
def workbook(tmp_path) -> Callable[..., Path]:
    """workbook([row, ...]) writes a member list; the commune's cell is Cát Hải's unless a row says otherwise."""

    def make(rows: list[list[object]], name: str = "danh-sach.xlsx") -> Path:
        return write(tmp_path / name, grid(rows))

    return make


def row(name: object, role: object = "Thành viên", phone: object = None, **other) -> list[object]:
    cells = {"commune": "Đặc khu Cát Hải", "decision": "1907/QĐ-UBND ngày 31/10/2025"} | other
    return person(name, role, phone, **cells)


def rehearse(path: Path, commune: Commune, by=None, whole_province: bool = False, **options) -> RosterImport:
    with path.open("rb") as file:
        roster_import = upload(
            file=File(file),
            filename=path.name,
            by=by,
            province=commune.province,
            commune=None if whole_province else commune,
        )
    roster_import.options = options
    return read_and_rehearse(roster_import)


def load(path: Path, commune: Commune, **options) -> RosterImport:
    """Rehearse and apply."""
    return apply(roster_import=rehearse(path, commune, **options), by=None)


def members(commune: Commune) -> set[tuple[str, str, str, str]]:
    """(team, name, role, phone) of everybody who is in now."""
    rows = Member.objects.filter(commune=commune, left_on=None)
    return set(rows.values_list("team__name", "full_name", "role", "phone"))


def outcomes(roster_import: RosterImport) -> dict[str, int]:
    return roster_import.counts["rows"]


def finding_codes(roster_import: RosterImport) -> set[str]:
    return set(roster_import.findings.values_list("code", flat=True))
