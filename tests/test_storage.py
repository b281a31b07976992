"""A disk that fills up in the middle of a file; tests/faults has a real one."""

import errno
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from cdt_portal.storage import WholeFiles


@pytest.fixture
def full_after_one_chunk(monkeypatch):
    def chunks(self) -> Iterator[bytes]:
        yield b"a"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ContentFile, "chunks", chunks)


def test_nothing_is_kept_of_a_file_that_the_disk_does_not_take(full_after_one_chunk, tmp_path):
    with pytest.raises(OSError, match="No space left"):
        WholeFiles(tmp_path).save("a.txt", ContentFile(b"ab"))
    assert list(tmp_path.iterdir()) == []


def test_django_alone_keeps_the_first_part(full_after_one_chunk, tmp_path):
    """The control."""
    with pytest.raises(OSError, match="No space left"):
        FileSystemStorage(tmp_path).save("a.txt", ContentFile(b"ab"))
    assert (tmp_path / "a.txt").read_bytes() == b"a"


def test_a_file_that_stood_before_is_not_touched(monkeypatch, tmp_path):
    def refuse(*args):
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "a.txt").write_bytes(b"old")
    monkeypatch.setattr(FileSystemStorage, "_save", refuse)
    with pytest.raises(OSError, match="Input/output"):
        WholeFiles(tmp_path)._save("a.txt", ContentFile(b"new"))
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_a_file_that_fits_is_kept_whole(tmp_path):
    assert WholeFiles(tmp_path).save("a.txt", ContentFile(b"ab")) == "a.txt"
    assert (tmp_path / "a.txt").read_bytes() == b"ab"
