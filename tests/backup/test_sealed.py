"""The envelope of a backup: any size comes back, and nothing that was touched opens."""

import io
import os

import pytest

from cdt_portal.backup import sealed
from cdt_portal.backup.sealed import CHUNK, TAG, Damaged, Reader, Writer

KEYS = {"k2": b"2" * 32, "k1": b"1" * 32}


def seal(data: bytes) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, KEYS)
    for start in range(0, len(data), 700_000):
        writer.write(data[start : start + 700_000])
    writer.close()
    return file.getvalue()


def opened(archive: bytes, keys=KEYS) -> bytes:
    reader = Reader(io.BytesIO(archive), keys)
    return b"".join(iter(lambda: reader.read(300_000), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_what_was_sealed_comes_back(size):
    data = os.urandom(size)
    archive = seal(data)
    assert opened(archive) == data
    assert data[:32] not in archive or size < 32


def test_the_first_key_seals_and_is_named():
    assert b'"key": "k2"' in seal(b"x")
    assert opened(seal(b"x"), {"k1": b"1" * 32, "k2": b"2" * 32}) == b"x"


def test_the_same_data_is_sealed_differently_each_time():
    assert seal(b"x" * 100) != seal(b"x" * 100)


def spoilt() -> dict[str, bytes]:
    archive = seal(b"a" * CHUNK + b"b" * CHUNK + b"c")
    begin = archive.index(b"\n", len(sealed.MAGIC)) + 1
    first, second = begin + CHUNK + TAG, begin + 2 * (CHUNK + TAG)
    salt = archive.index(b'"salt": "') + 12
    return {
        "another file": b"PK\x03\x04" + archive,
        "empty": b"",
        "no header": sealed.MAGIC + b"\xff{\n",
        "another salt": archive[:salt] + bytes([archive[salt] ^ 1]) + archive[salt + 1 :],
        "a changed byte": archive[:first] + bytes([archive[first] ^ 1]) + archive[first + 1 :],
        "cut within a chunk": archive[:-3],
        "cut between chunks": archive[:second],
        "a chunk left out": archive[:first] + archive[second:],
        "chunks changed about": archive[:begin] + archive[first:second] + archive[begin:first] + archive[second:],
        "something added": archive + b"x",
    }


@pytest.mark.parametrize("how", spoilt())
def test_what_was_touched_does_not_open(how):
    with pytest.raises(Damaged):
        opened(spoilt()[how])


def test_a_missing_key_is_named_and_another_one_under_its_name_does_not_open():
    with pytest.raises(Damaged, match=r"'k2'.*CDT_BACKUP_KEYS"):
        opened(seal(b"x"), {"k1": KEYS["k1"]})
    with pytest.raises(Damaged, match="khóa không đúng"):
        opened(seal(b"x"), {"k2": KEYS["k1"]})
