"""What stands to be read in an answer, whatever it was packed in."""

import html
import io
import json
import re
import zipfile
from contextlib import suppress

from django.http import HttpResponse
from pypdf import PdfReader
from pypdf.errors import PyPdfError

PARTS = re.compile(r"\.(xml|rels|txt|csv|json)$")


def text_of(response: HttpResponse, body: bytes) -> str:
    """Of pages, data, workbooks, Word and PDF files, and of each file in an archive; headers too, which name files."""
    return "\n".join([*response.headers.values(), unpacked(body)])


def unpacked(body: bytes) -> str:
    if body.startswith(b"PK"):
        return of_archive(body)
    if body.startswith(b"%PDF"):
        return of_pdf(body)
    text = body.decode("utf-8", "replace")
    with suppress(ValueError):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return html.unescape(text)


def of_archive(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in archive.namelist())
    except zipfile.BadZipFile:  # a stand-in of a test
        return ""


def of_pdf(body: bytes) -> str:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    except PyPdfError:  # a stand-in of a test
        return ""
