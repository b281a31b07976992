"""What a file really is, and whether it is safe to take what a workbook reader makes of it.

Workbook libraries die on hostile or broken files, so none gets a file before its kind is known by its content and its
directory is in order, and nothing a library read is taken before every packed part has been unpacked under a count and
the cells with values are known to lie within limits.
"""

import math
import re
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from teams.intake import packages
from teams.intake.refusals import Refused
from teams.intake.scans import Limits, SheetScan
from teams.intake.scans_xls import scan_xls

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 320 * 1024 * 1024
MAX_PARTS: Final = 2_000
ROW_LIMIT: Final = 50_000
COLUMN_LIMIT: Final = 702  # ZZ

_SAVE_AS = "Hãy mở tệp bằng Excel hoặc LibreOffice, chọn “Lưu thành” kiểu .xlsx rồi tải lên lại."


class Kind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"


_KIND_OF_SUFFIX: Final = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
    ".ods": Kind.ODS,
    ".csv": Kind.TEXT,
    ".tsv": Kind.TEXT,
    ".txt": Kind.TEXT,
}

_CONTENT_NAMES: Final = {
    "xlsx": "sổ tính Excel (.xlsx)",
    "xls": "sổ tính Excel đời cũ (.xls)",
    "ods": "sổ tính OpenDocument (.ods)",
    "text": "văn bản thuần (.csv)",
    "xlsb": "sổ tính Excel dạng nhị phân (.xlsb)",
    "docx": "văn bản Word (.docx)",
    "doc": "văn bản Word đời cũ (.doc)",
    "pptx": "bản trình chiếu PowerPoint (.pptx)",
    "opendocument": "tài liệu OpenDocument không phải bảng tính",
    "html": "trang web (HTML) được đặt đuôi bảng tính",
    "xml": "tệp XML",
    "pdf": "tệp PDF",
    "image": "tệp ảnh",
    "zip": "tệp nén không chứa sổ tính",
    "archive": "tệp nén (RAR hoặc 7z)",
    "unknown": "dữ liệu không nhận ra được",
}

_MAGIC: Final = (
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
)


def kind_of(path: Path, filename: str) -> Kind:
    """Judge the file at `path` before it is unpacked; of its `filename` only the ending is used. Raises Refused."""
    _check_size(path)
    expected = _KIND_OF_SUFFIX.get(PurePosixPath(filename).suffix.lower())
    content = _content(path)
    if content == "password":
        raise Refused("password", "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu trong Excel rồi tải lên lại.")
    if expected is None or content != expected:
        raise _disagreement(filename, content)
    if expected in (Kind.XLSX, Kind.ODS):
        with packages.opened(path) as package:
            packages.check_directory(package, max_parts=MAX_PARTS, max_bytes=MAX_UNPACKED_BYTES)
    return expected


def scan(path: Path, kind: Kind, *, row_limit: int = ROW_LIMIT) -> dict[str, SheetScan]:
    """Read all of a workbook whose kind is known, for what stands on each sheet by name. Raises Refused."""
    limits = Limits(row_limit, COLUMN_LIMIT)
    if kind is Kind.XLS:
        return scan_xls(path.read_bytes(), limits)
    with packages.opened(path) as package:
        return packages.scan_xlsx(package, limits) if kind is Kind.XLSX else packages.scan_ods(package, limits)


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file", "Tệp rỗng (0 byte). Hãy kiểm tra lại tệp trên máy rồi tải lên lại.")
    if size > MAX_BYTES:
        raise Refused(
            "too_large",
            f"Tệp nặng {math.ceil(size / 1048576)} MB, vượt giới hạn {MAX_BYTES // 1048576} MB. "
            "Hãy xóa ảnh và các trang không cần thiết trong tệp rồi tải lên lại.",
        )


def _disagreement(filename: str, content: str) -> Refused:
    name = _CONTENT_NAMES[content]
    suffix = PurePosixPath(filename).suffix.lower()[:12]
    if suffix == f".{content}" or suffix not in _KIND_OF_SUFFIX:
        return Refused(f"unsupported_{content}", f"Không đọc được kiểu tệp này: {name}. {_SAVE_AS}")
    return Refused(f"really_{content}", f"Tệp mang đuôi {suffix} nhưng bên trong là {name}. {_SAVE_AS}")


def _content(path: Path) -> str:
    """The content's kind by its own bytes, whatever the name says."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            return _ole_content(head + file.read())
    if head.startswith(b"PK\x03\x04"):
        return _zip_content(path)
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    return _text_content(head)


def _ole_content(data: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return "password"
    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book"):
        return "xls"
    # The header names the sector with the list of streams; in a file that was cut off it lies beyond the end.
    if len(data) < 512 or len(data) < (int.from_bytes(data[48:52], "little") + 2) << min(data[30], 12):
        raise packages.truncated()
    return "unknown"


def _zip_content(path: Path) -> str:
    with packages.opened(path) as package:
        names = set(package.namelist())
        if "mimetype" in names:
            mime = packages.read_small(package, "mimetype").strip()
            return "ods" if mime == b"application/vnd.oasis.opendocument.spreadsheet" else "opendocument"
    for marker, content in (
        ("xl/workbook.xml", "xlsx"),
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
    ):
        if marker in names:
            return content
    return "zip"


def _text_content(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith(b"<?xml"):
        return "xml"
    if re.match(rb"<(!doctype|html|head|body|table|meta|style)", start):
        return "html"
    control = sum(byte < 32 and byte not in b"\t\r\n\f\x1f" for byte in head)
    return "unknown" if control else "text"
