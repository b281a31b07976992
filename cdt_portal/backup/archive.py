"""One archive: a sealed tar of the dump in pieces, the files, and last the manifest that says what must be in it."""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import Storage

from cdt_portal.backup.sealed import Damaged, Reader, Writer

DATABASE, FILES, MANIFEST = "database/", "files/", "manifest.json"
FORMAT = 1


@dataclass(slots=True)
class Manifest:
    """`files` and `database`: bytes and sha256, by name; `counts`: rows by table."""

    made_at: str
    counts: dict[str, int]
    migrations: list[str]
    roles: list[str]
    database: tuple[int, str] = (0, "")
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


class Sum:
    """A readable that knows what went through it."""

    def __init__(self, file: BinaryIO | None = None):
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def add(self, data: bytes) -> bytes:
        self._hash.update(data)
        self.size += len(data)
        return data

    def read(self, size: int = -1) -> bytes:
        return self.add(self._file.read(size))

    @property
    def total(self) -> tuple[int, str]:
        return self.size, self._hash.hexdigest()


def write(path: Path, keys: dict[str, bytes], manifest: Manifest, dump: Iterable[bytes], storage: Storage) -> None:
    """The database first: a file that a row names is there by then. One that is removed meanwhile is left out."""
    with path.open("xb") as file:
        path.chmod(0o600)
        sealed = Writer(file, keys)
        with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            total = Sum()
            for number, piece in enumerate(dump, start=1):
                _add(tar, f"{DATABASE}{number:06}", len(piece), BytesIO(total.add(piece)))
            manifest.database = total.total
            for name in stored_names(storage):
                try:
                    source = storage.open(name)
                except FileNotFoundError:
                    continue
                with source:
                    summed = Sum(source)
                    _add(tar, FILES + name, source.size, summed)
                    manifest.files[name] = summed.total
            words = json.dumps(asdict(manifest), ensure_ascii=False).encode()
            _add(tar, MANIFEST, len(words), BytesIO(words))
        sealed.close()


def _add(tar: tarfile.TarFile, name: str, size: int, source: BinaryIO | Sum) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = size
    tar.addfile(entry, source)


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Names of all files in the storage; none when it has no folder yet."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (folder + name for name in sorted(names))
    for name in sorted(folders):
        yield from stored_names(storage, f"{folder}{name}/")


def read(
    path: Path,
    keys: dict[str, bytes],
    *,
    on_dump: Callable[[bytes], None],
    on_file: Callable[[str, Sum], None],
) -> Manifest:
    """Hand over the dump's pieces and each file, and return the manifest. Raises Damaged when the archive does not open
    or when what it holds is not what the manifest says; by then much of it was handed over."""
    total, files, manifest = Sum(), {}, None
    with path.open("rb") as file:
        sealed = Reader(file, keys)
        try:
            with tarfile.open(fileobj=sealed, mode="r|") as tar:
                for entry in tar:
                    source = Sum(tar.extractfile(entry))
                    if entry.name.startswith(DATABASE):
                        on_dump(total.add(source.read()))
                    elif entry.name.startswith(FILES):
                        on_file(entry.name.removeprefix(FILES), source)
                        files[entry.name.removeprefix(FILES)] = source.total
                    else:
                        manifest = _manifest(source.read())
            while sealed.read(tarfile.RECORDSIZE):  # to the last chunk, which tells that nothing was cut off
                pass
        except tarfile.TarError as error:
            raise Damaged("Tệp sao lưu đã hỏng.") from error
    if manifest is None or manifest.database != total.total or manifest.files != files:
        raise Damaged("Nội dung tệp sao lưu không khớp với bản kê trong tệp.")
    return manifest


def _manifest(words: bytes) -> Manifest:
    said = json.loads(words)
    if said["format"] != FORMAT:
        raise Damaged("Tệp sao lưu này do bản khác của Cổng tạo; hãy khôi phục bằng bản đó.")
    manifest = Manifest(**said)
    manifest.database = tuple(manifest.database)
    manifest.files = {name: tuple(total) for name, total in manifest.files.items()}
    return manifest


def skip(name: str, source: Sum) -> None:
    """Read a file to its end for its sum alone."""
    while source.read(1 << 20):
        pass
