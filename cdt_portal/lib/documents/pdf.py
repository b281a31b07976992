"""Official papers as PDF, drawn by WeasyPrint from `templates/documents` and `paper.css`.

Loading this module costs half a second: only workers and commands may. Limits of time and memory are the job's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from pypdf import PdfWriter
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cdt_portal.lib.documents import wording
from cdt_portal.lib.documents.fonts import font_files
from cdt_portal.lib.documents.parts import (
    Appendix,
    Bars,
    Block,
    Certificate,
    Document,
    Heading,
    Paragraph,
    Run,
    SignInSheet,
    Slip,
    Table,
)
from cdt_portal.lib.qr import qr_image
from cdt_portal.lib.richtext import web_address

# The number and symbol of a paper, "1643/UBND-VHXH": no line breaks within. Not part of an address.
_SIGN = re.compile(r"((?<![\w/.:-])[0-9]{1,6}[a-zA-Z]?(?:/[0-9]{4})?[/-][^\W\d_][\w&]*(?:[/-][^\W\d_][\w&]*){0,4})")
_PAPER, _CERTIFICATE, _SIGN_IN = ("paper.css",), ("paper.css", "certificate.css"), ("paper.css", "sign_in.css")
_SLIPS = ("paper.css", "slips.css")


def render_pdf(document: Document) -> bytes:
    """The paper and its appendices in one PDF; the same document gives the same bytes. Raises `FontMissing`."""
    return _draw([_paper(document), *map(_appendix, document.appendices)])


def render_list(appendix: Appendix) -> bytes:
    """A list on its own: by Nghị định 30 it is an appendix to some paper, never a numbered one."""
    return _draw([_appendix(appendix)])


def render_certificate(certificate: Certificate) -> bytes:
    """One A4 page across; as `render_pdf` otherwise."""
    qr = qr_image(certificate.address)
    return _draw([_certificate(certificate, qr)], _CERTIFICATE, pictures=[qr])


def render_sign_in(sheets: Sequence[SignInSheet]) -> bytes:
    """Each sheet on pages of its own, across; as `render_pdf` otherwise."""
    pictures = {code.address: qr_image(code.address) for sheet in sheets for code in sheet.codes}
    return _draw([_sign_in(sheet, pictures) for sheet in sheets], _SIGN_IN, pictures=list(pictures.values()))


def render_slips(slips: Sequence[Slip]) -> bytes:
    """Six on an A4 page; as `render_pdf` otherwise."""
    pictures = [qr_image(slip.address) for slip in slips]
    page = render_to_string("documents/slips.html", {"slips": list(zip(slips, pictures, strict=True))})
    return _draw([page], _SLIPS, pictures=pictures)


def merge(parts: Iterable[tuple[str, bytes | Path]], output: Path) -> None:
    """Writes the PDFs one after another to `output`, each below a bookmark with its title."""
    writer = PdfWriter()
    for title, source in parts:
        writer.append(BytesIO(source) if isinstance(source, bytes) else source, title, import_outline=False)
    writer.write(output)
    writer.close()


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint brings no types
    """Opens the files of our typeface, and the pictures (`data:` addresses) that we drew ourselves; nothing else,
    whatever a text asks for."""

    def __init__(self, *, pictures: Iterable[str] = ()) -> None:
        super().__init__(allowed_protocols=["file", "data"])
        self._allowed = {path.as_uri() for path in font_files().values()} | set(pictures)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._allowed:
            raise ValueError("a paper opens nothing but its fonts and its own pictures")
        return super().fetch(url, headers)


@cache
def _own_fonts() -> OwnFilesOnly:
    """Made once in a process: half a millisecond of every paper."""
    return OwnFilesOnly()


@cache
def _style(sheets: tuple[str, ...] = _PAPER) -> tuple[CSS, FontConfiguration]:
    """Read once in a process: fonts and style sheet cost a fifth of a paper's time."""
    faces = "".join(
        f'@font-face {{ font-family: Paper Tinos; src: url("{path.as_uri()}"); '
        f"font-weight: {'bold' if bold else 'normal'}; font-style: {'italic' if italic else 'normal'} }}\n"
        for (bold, italic), path in font_files().items()
    )
    fonts = FontConfiguration()
    css = faces + "".join(Path(__file__).with_name(sheet).read_text(encoding="utf-8") for sheet in sheets)
    return CSS(string=css, font_config=fonts, url_fetcher=_own_fonts()), fonts


def _draw(sources: Sequence[str], sheets: tuple[str, ...] = _PAPER, pictures: Sequence[str] = ()) -> bytes:
    """Each source begins on a page of its own, numbered from 1."""
    style, fonts = _style(sheets)
    fetcher = OwnFilesOnly(pictures=pictures) if pictures else _own_fonts()
    drawn = [
        HTML(string=source, url_fetcher=fetcher).render(
            stylesheets=[style], font_config=fonts, presentational_hints=True
        )
        for source in sources
    ]
    pages = [page for each in drawn for page in each.pages]
    pdf: bytes = drawn[0].copy(pages).write_pdf()
    return pdf


def _paper(document: Document) -> str:
    return render_to_string(
        "documents/paper.html",
        {
            "document": document,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "number_line": wording.number_line(document),
            "place_and_date": wording.place_and_date(document),
            "addressees": wording.addressees(document),
            "legal_bases": wording.legal_bases(document),
            "blocks": _blocks(wording.finished(document.blocks)),
            "recipients": wording.recipients(document),
        },
    )


def _certificate(certificate: Certificate, qr: str) -> str:
    return render_to_string(
        "documents/certificate.html",
        {
            "certificate": certificate,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "place_and_date": wording.dated(certificate.place, certificate.day),
            "qr": qr,
        },
    )


def _sign_in(sheet: SignInSheet, pictures: Mapping[str, str]) -> str:
    return render_to_string(
        "documents/sign_in.html",
        {
            "sheet": sheet,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "blocks": _blocks([sheet.table]),
            "codes": [(code, pictures[code.address]) for code in sheet.codes],
        },
    )


def _appendix(appendix: Appendix) -> str:
    return render_to_string("documents/appendix.html", {"appendix": appendix, "blocks": _blocks(appendix.blocks)})


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """What `blocks.html` writes: plain values, addresses looked at, widths in hundredths."""
    return [_block(block) for block in blocks]


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__
    if isinstance(block, Heading):
        text = block.text.upper() if block.level == 1 else block.text
        return {"kind": kind, "level": block.level, "text": text}
    if isinstance(block, Paragraph):
        return {"kind": kind, "runs": [_run(run) for run in block.runs]}
    if isinstance(block, Bars):
        return {"kind": kind, "rows": [(row, min(row.percent or 0, 100)) for row in block.rows]}
    whole = sum(block.widths)
    return {
        "kind": kind,
        "widths": [100 * width / whole for width in block.widths],
        "head": block.head,
        "groups": [list(_rows(block, group)) for group in block.groups()],
    }


def _run(run: Run) -> dict[str, Any]:
    """`pieces` are (text, whether a line may not break in it): of an address, which may be long, any part may."""
    address = web_address(run.href)
    pieces = [(run.text, False)] if address else [(part, bool(_SIGN.fullmatch(part))) for part in _SIGN.split(run.text)]
    return {"bold": run.bold, "italic": run.italic, "href": address, "pieces": pieces}


def _rows(table: Table, group: list[tuple[str, ...]]) -> Iterator[list[tuple[str, str, int]]]:
    """(side, text, rows that it spans) of each cell."""
    for index, row in enumerate(group):
        spans = [len(group)] * table.led + [1] * (len(row) - table.led)
        cells = list(zip(table.align, row, spans, strict=True))
        yield cells[table.led :] if index else cells
