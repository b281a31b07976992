"""The renderer itself: what it fetches, what it keeps, whether it says the same twice, merging."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from pypdf import PdfReader
from weasyprint.urls import URLFetcher

from cdt_portal.lib.documents import pdf
from cdt_portal.lib.documents.fonts import font_files
from cdt_portal.lib.documents.parts import (
    Appendix,
    Cell,
    Document,
    Heading,
    Issuer,
    Paragraph,
    Run,
    Signature,
    Table,
)
from tests.lib.documents import reading
from tests.lib.documents.samples import CAT_HAI, DEPARTMENT, DRAFT, paragraph


@pytest.fixture
def outside():
    """A web server on this machine; gives its address and the list of what was asked of it."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def asking(address: str) -> str:
    """A page that asks for all it can."""
    return (
        f'<link rel="stylesheet" href="{address}/style"><link rel="attachment" href="{address}/attachment">'
        f'<style>@import "{address}/import"; @font-face {{ font-family: x; src: url({address}/font) }}'
        f'p {{ background: url("{address}/background") }}</style>'
        f'<img src="{address}/image"><object data="{address}/object"></object><p>a</p>'
    )


def everything(text: str) -> Document:
    """A paper with the text in each of its places."""
    table = Table(((Cell(text),),), ((text,),), (1,), "l")
    blocks = (Heading(2, text), Paragraph((Run(text, href=text), Run(text, bold=True))), table)
    return Document(
        issuer=Issuer((text,), (text,)), symbol=text, place=text, title=text, subject=text, addressees=(text, text),
        blocks=blocks, signature=Signature((text,), text), recipients=(text,), legal_bases=(text,), number=text,
        appendices=(Appendix(text, text, text, blocks),),
    )  # fmt: skip


def test_a_page_gets_nothing_from_outside(outside):
    address, asked = outside
    assert pdf._draw([asking(address)]).startswith(b"%PDF")
    assert asked == []


def test_with_the_guard_off_it_would(outside, monkeypatch):
    address, asked = outside
    monkeypatch.setattr(pdf, "_own_fonts", URLFetcher)
    pdf._draw([asking(address)])
    assert set(asked) >= {"/style", "/image", "/background", "/font", "/attachment"}


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1/", "https://a.vn/a.png", "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
     "ftp://a.vn/", f"{font_files()[False, False].as_uri()}/../../../../../../etc/passwd",
     f"{font_files()[False, False].as_uri()}?a=1"],
)  # fmt: skip
def test_an_address_that_is_not_a_font_of_ours_is_refused(address):
    with pytest.raises(ValueError, match="nothing but its fonts"):
        pdf.OwnFilesOnly().fetch(address)


def test_a_picture_of_ours_is_given_and_another_is_refused():
    own, other = (f"data:text/plain;base64,{code}" for code in ("YQ==", "Yg=="))
    fetcher = pdf.OwnFilesOnly(pictures=[own])
    assert fetcher.fetch(own).read() == b"a"
    with pytest.raises(ValueError, match="nothing but its fonts"):
        fetcher.fetch(other)


def test_a_font_of_ours_is_given():
    for path in font_files().values():
        assert pdf.OwnFilesOnly().fetch(path.as_uri()).read() == path.read_bytes()


@pytest.mark.parametrize("scheme", ["address", "file"])
def test_what_looks_like_a_tag_in_a_text_stays_text(scheme, outside, monkeypatch):
    monkeypatch.setattr(pdf, "_own_fonts", URLFetcher)  # escaping alone must do
    address, asked = outside if scheme == "address" else ("file:///etc/passwd", [])
    tag = f'<img src="{address}"><link rel=attachment href="{address}"><b>&amp;'
    drawn = pdf.render_pdf(everything(tag))
    assert asked == []
    shown = reading.plain_text(drawn).replace(" ", "").casefold()
    assert shown.count("<b>&amp;") >= 20
    assert list(PdfReader(BytesIO(drawn)).attachments) == []


def links(drawn: bytes) -> list[str]:
    return [
        each.get_object()["/A"]["/URI"]
        for page in PdfReader(BytesIO(drawn)).pages
        for each in page.get("/Annots", [])
        if "/URI" in each.get_object().get("/A", {})
    ]


def test_a_link_leads_to_the_web_and_nowhere_else(outside):
    address, asked = outside
    runs = [Run("a", href=f"{address}/g"), Run("b", href="javascript:alert(1)"), Run("c", href="file:///etc/passwd")]
    drawn = pdf.render_pdf(replace(DRAFT, blocks=(Paragraph(tuple(runs)),)))
    assert links(drawn) == [f"{address}/g"]
    assert asked == []


def test_only_our_typeface_is_drawn_and_all_of_it_embedded(cat_hai):
    rows = reading.run("pdffonts", "-", given=cat_hai).decode().splitlines()[2:]
    assert sorted(row.split()[0].split("+")[1] for row in rows) == [
        "Paper-Tinos", "Paper-Tinos-Bold", "Paper-Tinos-Bold-Italic", "Paper-Tinos-Italic",
    ]  # fmt: skip
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_the_text_can_be_copied_out_as_it_is(cat_hai):
    text = reading.plain_text(cat_hai)
    assert "Số lượng thành viên Tổ công nghệ số cộng đồng: 386 thành viên;" in text
    assert "DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG" in text


def test_the_same_paper_is_the_same_file_in_every_process(cat_hai):
    assert pdf.render_pdf(CAT_HAI) == cat_hai
    assert pdf.render_pdf(DRAFT) != pdf.render_pdf(DEPARTMENT)
    code = (
        "import django, hashlib; django.setup();"
        "from cdt_portal.lib.documents.pdf import render_pdf; from tests.lib.documents.samples import CAT_HAI;"
        "print(hashlib.sha256(render_pdf(CAT_HAI)).hexdigest())"
    )
    for seed in ("1", "2"):
        given = os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": f"UTC{seed}"}
        shown = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)
        assert shown.stdout.strip() == sha256(cat_hai).hexdigest()


def test_fonts_and_style_sheet_are_read_once(monkeypatch):
    pdf.render_pdf(DRAFT)
    fetched = []
    monkeypatch.setattr(pdf.OwnFilesOnly, "fetch", lambda *given: fetched.append(given))
    pdf.render_pdf(CAT_HAI)
    assert fetched == []
    pdf._style.__wrapped__()
    assert len(fetched) == 4


def test_drawing_makes_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        pdf.render_pdf(DRAFT)


def outline(reader: PdfReader) -> list[tuple[str, int]]:
    return [(each.title, reader.get_destination_page_number(each)) for each in reader.outline]


def test_merged_papers_stand_one_after_another_below_their_titles(cat_hai, tmp_path):
    draft, output = tmp_path / "draft.pdf", tmp_path / "all.pdf"
    draft.write_bytes(pdf.render_pdf(DRAFT))
    pdf.merge(iter([("Đặc khu Cát Hải", cat_hai), ("Phường Trần Liễu", draft)]), output)
    reader = PdfReader(output)
    assert outline(reader) == [("Đặc khu Cát Hải", 0), ("Phường Trần Liễu", 8)]
    assert len(reader.pages) == 8 + len(PdfReader(draft).pages)
    assert "Phụ lục II" in reader.pages[7].extract_text()
    assert links(output.read_bytes()) == ["https://zalo.me/g/xuubpv554"] * 2


def test_a_province_is_merged_in_little_memory(tmp_path):
    """166 papers with a roster each; the peak is of a process that does nothing else."""
    roster = replace(CAT_HAI, blocks=(paragraph("Văn bản"),))
    (tmp_path / "one.pdf").write_bytes(pdf.render_pdf(roster))
    code = (
        "import sys; from pathlib import Path; from cdt_portal.lib.documents.pdf import merge;"
        "folder, number = Path(sys.argv[1]), int(sys.argv[2]);"
        "merge(((str(i), folder / 'one.pdf') for i in range(number)), folder / 'all.pdf');"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    command = [sys.executable, "-c", code, str(tmp_path), "166"]
    peak = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    reader = PdfReader(tmp_path / "all.pdf")
    assert len(reader.pages) == 166 * 7 and len(reader.outline) == 166
    assert peak < 200 * 1024
