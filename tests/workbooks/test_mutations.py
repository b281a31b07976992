"""Damaged copies of good workbooks: each is refused in words or read; none breaks the portal or loses a row unseen."""

import random
import zipfile
from pathlib import Path

import pytest

from teams.intake.refusals import Refused
from tests.workbooks.builders import MEANING, grid, meaning, read, write, write_ods, write_xls

TOKENS = [
    b"<row>",
    b"</row>",
    b'r="XFD1048576"',
    b'r="A49999"',
    b"&#0;",
    b"<v>9e999</v>",
    b't="s"',
    b't="e"',
    b"<!--",
    b"]]>",
    b'<c r="B2"><v>1</v></c>',
    b'table:number-rows-repeated="999999"',
    b'hidden="1"',
    b"\xff\xfe",
    b"<f>1</f>",
]


@pytest.fixture
def originals(tmp_path) -> list[Path]:
    return [
        write(tmp_path / "good.xlsx", grid()),
        write_xls(tmp_path / "good.xls", grid()),
        write_ods(tmp_path / "good.ods", grid()),
    ]


def _flip_bytes(chance: random.Random, source: Path, target: Path) -> None:
    data = bytearray(source.read_bytes())
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]
    target.write_bytes(data)


def _rewrite_parts(chance: random.Random, source: Path, target: Path) -> None:
    """A package that is whole again around changed parts, some of them missing."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if chance.random() < 0.3:
                data = _changed(chance, data)
            if chance.random() > 0.02:
                new.writestr(part.filename, data)


def _changed(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.choice([1, 2, 5])):
        at = chance.randrange(len(data) + 1)
        length = chance.randrange(1, 100)
        inserted = chance.choice([b"", data[at : at + length], chance.choice(TOKENS)])
        data = data[:at] + inserted + data[at + (0 if inserted else length) :]
    return data


def _try(path: Path) -> list | None:
    """What the file says, None when it is refused; anything else that is raised fails the test."""
    try:
        reading = read(path)
    except Refused as refused:
        assert refused.message
        return None
    assert reading.rows_read == len(reading.rows) + len(reading.ignored)
    return meaning(reading)


def _flipped_copies(originals: list[Path], folder: Path, count: int) -> tuple[int, int]:
    """(refused, read): a package that is read in spite of the damage says exactly what it said before."""
    chance = random.Random(count)
    refused = 0
    for _ in range(count):
        source = chance.choice(originals)
        target = folder / f"flipped{source.suffix}"
        _flip_bytes(chance, source, target)
        found = _try(target)
        refused += found is None
        if found is not None and source.suffix != ".xls":  # only packages carry checksums
            assert found == MEANING
    return refused, count - refused


def _rewritten_copies(originals: list[Path], folder: Path, count: int) -> int:
    chance = random.Random(count)
    packages = [path for path in originals if path.suffix != ".xls"]
    refused = 0
    for _ in range(count):
        source = chance.choice(packages)
        target = folder / f"rewritten{source.suffix}"
        _rewrite_parts(chance, source, target)
        refused += _try(target) is None
    return refused


def test_flipped_bytes_are_refused_or_change_nothing(originals, tmp_path):
    refused, read_whole = _flipped_copies(originals, tmp_path, 120)
    assert refused and read_whole


def test_changed_parts_are_refused_or_read(originals, tmp_path):
    assert 0 < _rewritten_copies(originals, tmp_path, 120) < 120


@pytest.mark.long
def test_ten_thousand_flipped_copies(originals, tmp_path):
    refused, read_whole = _flipped_copies(originals, tmp_path, 10_000)
    assert refused and read_whole


@pytest.mark.long
def test_ten_thousand_changed_copies(originals, tmp_path):
    assert 0 < _rewritten_copies(originals, tmp_path, 10_000) < 10_000
