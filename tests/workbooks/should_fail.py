"""Files that are refused whole: the hazard in words, how the file comes about, the code of its sentence."""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import xlwt
from xlwt.CompoundDoc import XlsDoc

from tests.workbooks.builders import (
    HEADING,
    PEOPLE,
    as_text,
    grid,
    package,
    people,
    repacked,
    with_sheet_xml,
    write,
    write_ods,
    write_xls,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


class Case(NamedTuple):
    build: Callable[[Path], Path]
    code: str


def _bytes(name: str, data: bytes) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return build


def _renamed(make: Callable[[Path], Path], inner: str, name: str) -> Callable[[Path], Path]:
    return lambda folder: make(folder / inner).rename(folder / name)


def _cut(folder: Path) -> Path:
    path = write(folder / "cut.xlsx", grid())
    os.truncate(path, path.stat().st_size // 2)
    return path


def _cut_xls(folder: Path) -> Path:
    path = write_xls(folder / "cut.xls", grid())
    os.truncate(path, path.stat().st_size // 2)
    return path


def _flipped(folder: Path) -> Path:
    """One bit of the sheet's compressed data."""
    path = write(folder / "flipped.xlsx", grid())
    data = bytearray(path.read_bytes())
    data[data.index(b"xl/worksheets/sheet1.xml") + 200] ^= 0x10
    path.write_bytes(data)
    return path


def _bomb(folder: Path) -> Path:
    """Honest about its size: 330 MB of blanks in a third of a megabyte."""
    plain = write(folder / "plain.xlsx", grid())
    return repacked(plain, folder / "bomb.xlsx", lambda name, data: data, **{"xl/media/blank.xml": bytes(330 << 20)})


def _lying_bomb(folder: Path) -> Path:
    """A part that unpacks to more than its directory entry declares."""
    path = with_sheet_xml(folder / "lying.xlsx", lambda xml: xml + b" " * 5_000_000)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    return path


def _declaring(declaration: bytes) -> Callable[[Path], Path]:
    def declare(xml: bytes) -> bytes:
        return declaration + xml.replace("Lê Văn An".encode(), b"&a;")

    return lambda folder: with_sheet_xml(folder / "declared.xlsx", declare)


def _with_photos(folder: Path) -> Path:
    plain = write(folder / "plain.xlsx", grid())
    photos = {"xl/media/photo.jpeg": os.urandom(11 << 20)}
    return repacked(plain, folder / "photos.xlsx", lambda name, data: data, **photos)


def _encrypted_part(folder: Path) -> Path:
    path = write(folder / "encrypted.xlsx", grid())
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 8] |= 1
    path.write_bytes(data)
    return path


def _protected_xls(folder: Path) -> Path:
    """The record that says so, after the stream's first one; what follows it would be scrambled."""
    workbook = xlwt.Workbook()
    workbook.add_sheet("Danh sách")
    stream = workbook.get_biff_data()
    begin = 4 + struct.unpack_from("<H", stream, 2)[0]
    file_pass = struct.pack("<HHHHH", 0x002F, 6, 0, 0x1234, 0x5678)
    XlsDoc().save(str(folder / "protected.xls"), stream[:begin] + file_pass + bytes(range(256)) * 20)
    return folder / "protected.xls"


def _protected_ods(folder: Path) -> Path:
    """As LibreOffice protects a file: the parts are scrambled, the manifest says how."""
    entry = b'manifest:full-path="content.xml" manifest:media-type="text/xml"'

    def protect(name: str, data: bytes) -> bytes:
        if name == "META-INF/manifest.xml":
            return data.replace(entry + b"/>", entry + b"><manifest:encryption-data/></manifest:file-entry>")
        return os.urandom(2000) if name == "content.xml" else data

    return repacked(write_ods(folder / "plain.ods", grid()), folder / "protected.ods", protect)


def _with_cell(at: str) -> Callable[[Path], Path]:
    return lambda folder: write(folder / "far.xlsx", grid(), lambda sheet: sheet.__setitem__(at, "x"))


def _transposed(folder: Path) -> Path:
    rows = [HEADING, *[["" if cell is None else cell for cell in row] for row in PEOPLE]]
    return write(folder / "transposed.xlsx", [list(column) for column in zip(*rows, strict=True)])


def _quarterly_report(folder: Path) -> Path:
    heading = ["STT", "Xã, phường", "Số thôn", "Số tổ", "Số thành viên", "Tỷ lệ", "Ghi chú"]
    return write(folder / "report.xlsx", [["BÁO CÁO QUÝ"], heading, [1, "Xã Bình Minh", 8, 8, 56, "100%", None]])


def _without(column: int) -> Callable[[Path], Path]:
    rows = [[cell for index, cell in enumerate(row) if index != column] for row in grid()[1:]]
    return lambda folder: write(folder / "missing.xlsx", rows)


def _names_twice(folder: Path) -> Path:
    return write(folder / "twice.xlsx", grid([[*row, row[4]] for row in people()], [*HEADING, "Họ và tên"]))


def _teams_twice(folder: Path) -> Path:
    return write(folder / "twice.xlsx", grid([[*row, row[2]] for row in people()], [*HEADING, "Tên tổ"]))


def _backslash_names(folder: Path) -> Path:
    plain = write(folder / "plain.xlsx", grid())
    return repacked(plain, folder / "unsafe.xlsx", lambda name, data: data, **{"../../etc/cron.d/x": b"x"})


XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BILLION = b'<!DOCTYPE x [<!ENTITY b "bbbbbbbb"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
CSV = as_text(grid(), ",").encode()
HTML = b"<html><table><tr><td>TT</td></tr></table></html>"

CASES = {
    ".xls renamed .xlsx": Case(_renamed(lambda path: write_xls(path, grid()), "a.xls", "b.xlsx"), "really_xls"),
    ".xlsx renamed .xls": Case(_renamed(lambda path: write(path, grid()), "a.xlsx", "b.xls"), "really_xlsx"),
    "password-protected": Case(_bytes("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")), "password"),
    ".xls with a password": Case(_protected_xls, "password"),
    ".ods with a password": Case(_protected_ods, "password"),
    "a part flagged as encrypted": Case(_encrypted_part, "password"),
    ".xlsb by another name": Case(lambda f: package(f / "a.xlsx", {"xl/workbook.bin": b"x"}), "really_xlsb"),
    ".xlsb by its own name": Case(lambda f: package(f / "a.xlsb", {"xl/workbook.bin": b"x"}), "unsupported_xlsb"),
    ".ods by another name": Case(_renamed(lambda path: write_ods(path, grid()), "a.ods", "b.xlsx"), "really_ods"),
    ".csv by another name": Case(_bytes("a.xlsx", CSV), "really_text"),
    ".docx by another name": Case(lambda f: package(f / "a.xlsx", {"word/document.xml": b"x"}), "really_docx"),
    ".docx by its own name": Case(lambda f: package(f / "a.docx", {"word/document.xml": b"x"}), "unsupported_docx"),
    ".doc by another name": Case(_bytes("a.xls", OLE + "WordDocument".encode("utf-16-le")), "really_doc"),
    ".pdf by another name": Case(_bytes("a.xlsx", b"%PDF-1.7\n"), "really_pdf"),
    "a photo by another name": Case(_bytes("a.xlsx", b"\x89PNG\r\n\x1a\n"), "really_image"),
    "a web page named .xls": Case(_bytes("a.xls", HTML), "really_html"),
    "a zip of other files": Case(lambda f: package(f / "a.xlsx", {"readme.md": b"x"}), "really_zip"),
    "noise": Case(_bytes("a.csv", bytes(range(256)) * 4), "really_unknown"),
    "0 bytes": Case(_bytes("a.xlsx", b""), "empty_file"),
    "cut in the middle": Case(_cut, "truncated"),
    ".xls cut in the middle": Case(_cut_xls, "truncated"),
    ".xls of its first bytes alone": Case(_bytes("a.xls", OLE[:8]), "truncated"),
    "an old compound file of something else": Case(_bytes("a.xls", OLE), "really_unknown"),
    "one flipped byte": Case(_flipped, "damaged"),
    "zip bomb": Case(_bomb, "too_large_unpacked"),
    "zip bomb that lies": Case(_lying_bomb, "damaged"),
    "entity bomb": Case(_declaring(BILLION), "xml_entities"),
    "XXE": Case(_declaring(XXE), "xml_entities"),
    "a declaration hidden by another encoding": Case(
        lambda f: with_sheet_xml(f / "a.xlsx", lambda xml: (XXE + xml).decode().encode("utf-16")), "damaged"
    ),
    "too large with photos": Case(_with_photos, "too_large"),
    "a part with an unsafe name": Case(_backslash_names, "unsafe_package"),
    "one cell at the far corner": Case(_with_cell("XFD1048576"), "out_of_limits"),
    "one cell below the last row": Case(_with_cell("B50001"), "out_of_limits"),
    "one cell right of column ZZ": Case(_with_cell("AAA5"), "out_of_limits"),
    "rows without end": Case(
        lambda f: with_sheet_xml(f / "a.xlsx", lambda xml: xml.replace(b"</row>", b"<c/>" * 900_000 + b"</row>", 1)),
        "row_too_long",
    ),
    "XML that ends in the middle": Case(
        lambda f: with_sheet_xml(f / "a.xlsx", lambda xml: xml[: xml.index(b"</sheetData>") - 30]), "damaged"
    ),
    "an empty sheet": Case(lambda f: write(f / "a.xlsx", []), "empty"),
    "a transposed table": Case(_transposed, "transposed"),
    "another form": Case(_quarterly_report, "wrong_form"),
    "the name column missing": Case(_without(4), "missing_column"),
    "the team column missing": Case(_without(2), "missing_column"),
    "the name column twice": Case(_names_twice, "column_twice"),
    "the team column twice": Case(_teams_twice, "column_twice"),
    "no heading at all": Case(lambda f: write(f / "a.xlsx", people()), "no_heading"),
    "a text file in no known encoding": Case(_bytes("a.csv", b"TT,T\xean\n\xd2\xff\x81\x8d,\x8f"), "text_encoding"),
}
