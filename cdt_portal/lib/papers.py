"""Files that people send in, judged by what they are, whatever their names say."""

import zipfile
from typing import IO

SCANS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}  # first bytes -> suffix
OFFICE_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word and Excel of before 2007; the streams inside tell which
STREAMS = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls"}
PACKAGE = b"PK\x03\x04"
PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
OPEN_DOCUMENTS = {OPEN_DOCUMENT + b"text": ".odt", OPEN_DOCUMENT + b"spreadsheet": ".ods"}
ENDS = {".pdf": b"%%EOF", ".jpg": b"\xff\xd9", ".png": b"IEND"}  # what a whole file says of its end
NEAR_THE_END = 4096  # bytes within which a PDF says it; cameras add their own below a picture


def scan_suffix(file: IO[bytes]) -> str:
    """ ".pdf", ".jpg" or ".png"; "" for anything else. Reads the first bytes alone."""
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    return next((suffix for magic, suffix in SCANS.items() if head.startswith(magic)), "")


def paper_suffix(file: IO[bytes]) -> str:
    """As `scan_suffix`, and of office papers ".doc", ".docx", ".odt", ".xls", ".xlsx" or ".ods"."""
    if suffix := scan_suffix(file):
        return suffix
    data = file.read()
    file.seek(0)
    if data.startswith(OFFICE_97):
        return next((suffix for name, suffix in STREAMS.items() if name.encode("utf-16-le") in data), "")
    return _packed(file) if data.startswith(PACKAGE) else ""


def _packed(file: IO[bytes]) -> str:
    """By the package's directory; nothing is unpacked but the few bytes in which an open document says its kind."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if "mimetype" in names:
                with package.open("mimetype") as kind:
                    return OPEN_DOCUMENTS.get(kind.read(100).strip(), "")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return ""
    finally:
        file.seek(0)
    return next((suffix for part, suffix in PARTS.items() if part in names), "")


def is_whole(file: IO[bytes], suffix: str) -> bool:
    """Whether a file of that true suffix goes to its end. A package that is cut off has no kind at all."""
    end = ENDS.get(suffix)
    if end is None:
        return True
    data = file.read()
    file.seek(0)
    return end in (data[-NEAR_THE_END:] if suffix == ".pdf" else data)
