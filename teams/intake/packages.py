"""The zip package around a workbook: its directory, its parts unpacked under a count, its sheets by name."""

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree

from teams.intake.refusals import Refused
from teams.intake.scans import Limits, SheetScan, blank_strings, scan_xlsx_sheet
from teams.intake.scans_ods import scan_ods_sheets

_CHUNK: Final = 1 << 20
_SMALL_PART: Final = 4 << 20
# What zipfile raises for a part that is missing (KeyError), cut, changed, encrypted or packed in an unknown way.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, OSError, RuntimeError)
_XML_SUFFIXES: Final = (".xml", ".rels", ".vml")
_RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION_ID: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def protected() -> Refused:
    return Refused("password", "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi tải lên lại.")


def truncated() -> Refused:
    return Refused(
        "truncated",
        "Tệp bị cắt giữa chừng, có thể do sao chép hoặc tải về chưa xong. Hãy lấy lại tệp gốc rồi tải lên lại.",
    )


def damaged() -> Refused:
    return Refused(
        "damaged",
        "Tệp bị hỏng: nội dung bên trong không còn nguyên vẹn. Hãy mở tệp bằng Excel, lưu lại rồi tải lên lại.",
    )


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package at `path`; whatever breaks while it is open is told as a cut-off or a damaged file."""
    try:
        package = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError) as error:
        raise truncated() from error
    with package:
        try:
            yield package
        except _BROKEN as error:
            raise damaged() from error


def check_directory(package: zipfile.ZipFile, *, max_parts: int, max_bytes: int) -> None:
    """Refuse by the directory alone: too many parts, unsafe or repeated names, encryption, too much when unpacked."""
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > max_parts or len(set(names)) != len(names) or any(map(_unsafe, names)):
        raise Refused("unsafe_package", "Cấu trúc bên trong tệp bất thường nên không được đọc. Hãy lưu lại bằng Excel.")
    if not {part.compress_type for part in parts} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged()
    if any(part.flag_bits & 0x1 for part in parts):
        raise protected()
    if sum(part.file_size for part in parts) > max_bytes:
        raise Refused(
            "too_large_unpacked",
            f"Nội dung tệp khi mở ra vượt giới hạn {max_bytes >> 20} MB. "
            "Hãy chép riêng bảng danh sách sang một tệp mới rồi tải lên.",
        )


def _unsafe(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts or "\0" in name


def scan_xlsx(package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetScan]:
    """Unpack every part once under a count; the scan of each worksheet by the sheet's name."""
    parts = _worksheet_parts(package)
    strings = "xl/sharedStrings.xml"
    blank = frozenset[int]()
    if strings in package.namelist():
        with closing(chunks(package, strings)) as unpacked:
            blank = blank_strings(unpacked)
    scans: dict[str, SheetScan] = {}
    for name in package.namelist():
        if name in parts:
            with closing(chunks(package, name)) as unpacked:
                scans[parts[name]] = scan_xlsx_sheet(unpacked, limits, blank)
        elif name != strings:
            _drain(package, name)
    return scans


def scan_ods(package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetScan]:
    if b"encryption-data" in read_small(package, "META-INF/manifest.xml"):
        raise protected()
    for name in package.namelist():
        if name != "content.xml":
            _drain(package, name)
    with closing(chunks(package, "content.xml")) as unpacked:
        return scan_ods_sheets(unpacked, limits)


def chunks(package: zipfile.ZipFile, name: str) -> Generator[bytes, None, None]:
    """The part's bytes by the megabyte, never more than its declared size; XML that declares anything is refused."""
    is_xml = name.lower().endswith(_XML_SUFFIXES)
    tail = b""
    with package.open(name) as part:
        while chunk := part.read(_CHUNK):
            if is_xml:
                _check_xml(tail + chunk, at_start=not tail)
                tail = chunk[-16:]
            yield chunk


def _check_xml(data: bytes, *, at_start: bool) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused(
            "xml_entities", "Tệp chứa khai báo XML không được phép nên không được đọc. Hãy lưu lại bằng Excel."
        )
    # Another encoding could hide a declaration from the line above; Office and LibreOffice write UTF-8 only.
    if at_start and (b"\0" in data[:64] or data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise damaged()


def _drain(package: zipfile.ZipFile, name: str) -> None:
    for _ in chunks(package, name):
        pass


def read_small(package: zipfile.ZipFile, name: str) -> bytes:
    """A small part whole (workbook directory, relations, mimetype)."""
    if package.getinfo(name).file_size > _SMALL_PART:
        raise damaged()
    return b"".join(chunks(package, name))


def _worksheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Part name to sheet name, for worksheets only (charts and macro sheets hold no rows)."""
    targets = {
        relation.get("Id"): _part_name(relation.get("Target", ""))
        for relation in _elements(package, "xl/_rels/workbook.xml.rels", "Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets = _elements(package, "xl/workbook.xml", "sheet")
    parts = {
        targets[key]: sheet.get("name", "")
        for sheet in sheets
        if (key := sheet.get(_RELATION_ID) or sheet.get(_STRICT_RELATION_ID)) in targets
    }
    if not set(parts) <= set(package.namelist()):
        raise damaged()
    return parts


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _elements(package: zipfile.ZipFile, part: str, tag: str) -> list[ElementTree.Element]:
    try:
        # Safe: declarations, and with them entities, have been refused in chunks().
        return ElementTree.fromstring(read_small(package, part)).findall(f".//{{*}}{tag}")  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise damaged() from error
