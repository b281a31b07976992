"""Files that nobody reads or changes without the key: AES-256-GCM in chunks, of any size, written and read in one pass.

A magic line, a line of JSON (key id, salt), then chunks. Each file has a key of its own, derived from the named one and
the salt; each chunk's nonce is its number and whether it is the last one, so that a chunk left out, moved, or cut off
at the end does not open. The header is bound into every chunk.
"""

import base64
import json
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"CDT-BACKUP-1\n"
CHUNK = 1 << 20
TAG = 16
HEADER_LIMIT = 1000


class Damaged(Exception):
    """The archive is not whole, was changed, or cannot be opened with the keys at hand; says which, in Vietnamese."""


class Writer:
    """Seals what is written to `file` under the first of `keys`. Whole only after `close`."""

    def __init__(self, file: BinaryIO, keys: dict[str, bytes]):
        name, key = next(iter(keys.items()))
        salt = os.urandom(32)
        header = json.dumps({"key": name, "salt": base64.b64encode(salt).decode()}).encode() + b"\n"
        file.write(MAGIC + header)
        self._file, self._box = file, _Box(key, salt, header)
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # the last chunk is written by `close`, and may be full
            self._file.write(self._box.seal(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._file.write(self._box.seal(bytes(self._waiting), last=True))


class Reader:
    """What was sealed; `read` raises Damaged at the first chunk that does not open."""

    def __init__(self, file: BinaryIO, keys: dict[str, bytes]):
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged("Đây không phải tệp sao lưu của Cổng.")
        header = file.readline(HEADER_LIMIT)
        try:
            said = json.loads(header)
            name, salt = str(said["key"]), base64.b64decode(said["salt"])
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged("Phần đầu của tệp sao lưu đã hỏng.") from error
        if name not in keys:
            raise Damaged(
                f"Không có khóa {name!r} đã dùng khi sao lưu. Hãy thêm vào CDT_BACKUP_KEYS (hoặc CDT_FIELD_KEYS)."
            )
        self._file, self._box = file, _Box(keys[name], salt, header)
        self._ahead = file.read(CHUNK + TAG)
        self._open = bytearray()

    def read(self, size: int) -> bytes:
        while self._ahead and len(self._open) < size:
            sealed, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
            self._open += self._box.open(sealed, last=not self._ahead)
        data = bytes(self._open[:size])
        del self._open[:size]
        return data


class _Box:
    def __init__(self, key: bytes, salt: bytes, header: bytes):
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt, b"cdt backup").derive(key))
        self._header, self._number = header, 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), chunk, self._header)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), sealed, self._header)
        except (InvalidTag, ValueError) as error:
            raise Damaged("Tệp sao lưu đã hỏng, bị cắt, hoặc khóa không đúng.") from error

    def _nonce(self, last: bool) -> bytes:
        self._number += 1
        return self._number.to_bytes(11, "big") + bytes([last])
