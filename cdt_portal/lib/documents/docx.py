"""Official papers as Word files, with the words and the look of the PDF, for offices that number and sign them.

Loading this module costs time: only workers and commands may.
"""

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from math import ceil

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Emu, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from cdt_portal.lib.documents import wording
from cdt_portal.lib.documents.docx_styles import end_section, lay_out, mark, prepare_styles, text_width
from cdt_portal.lib.documents.fonts import text_width as drawn_width
from cdt_portal.lib.documents.parts import Appendix, Bars, Block, Document, Heading, Paragraph, Run, Table
from cdt_portal.lib.richtext import web_address

_ISSUER_SHARE = 0.45
_SHORT_RULE = 0.4  # of the words above it: between a third and a half
_SIGNING_LINES, _LINE = 4, 17.5  # how many, how high in points
_TWIP = 635  # EMU
_PROPERTY = 255  # characters
_SIDES = {"l": ALIGN.LEFT, "c": ALIGN.CENTER, "r": ALIGN.RIGHT}


def render_docx(document: Document) -> bytes:
    """The paper and its appendices in one Word file. Raises `FontMissing`: rules are as long as drawn words."""
    word = docx.Document()
    prepare_styles(word)
    section = word.sections[0]
    lay_out(section)
    _number_pages(section.header.paragraphs[0])
    _describe(word, document)
    width = text_width()

    _head(word, document, width)
    _title(word, document, width)
    for line in wording.legal_bases(document):
        word.add_paragraph(line, "Căn cứ")
    _blocks(word, wording.finished(document.blocks), width)
    _closing(word, document, width)
    for appendix in document.appendices:
        _appendix(word, appendix)

    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _describe(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title = f"{document.title} {document.subject}".replace("\n", " ")[:_PROPERTY]
    properties.author = " ".join(document.issuer.name)[:_PROPERTY]
    properties.language, properties.comments = "vi-VN", ""
    for name in ("dcterms:created", "dcterms:modified"):  # when python-docx's own template was made
        properties._element.remove(properties._element.find(qn(name)))


def _number_pages(paragraph: WordParagraph) -> None:
    """A field that Word fills in; the "2" is what it shows until then."""
    for begins, name, text in (("begin", "instrText", "PAGE"), ("separate", "t", "2"), ("end", "", "")):
        run = paragraph.add_run()._r
        run.append(mark("fldChar", fldCharType=begins))
        if name:
            run.append(mark(name))
            run[-1].text = text


def _head(word: WordDocument, document: Document, width: int) -> None:
    left = round(width * _ISSUER_SHARE)
    table = _fixed_table(word, 2, (left, width - left), padding=0)
    (issuer, nation), (number, day) = (row.cells for row in table.rows)
    for line in document.issuer.parent:
        issuer.add_paragraph(line, "Cơ quan chủ quản")
    for line in document.issuer.name:
        issuer.add_paragraph(line, "Cơ quan ban hành")
    widths = [drawn_width(line, 12) for line in document.issuer.parent]
    widths += [drawn_width(line, 12, bold=True) for line in document.issuer.name]
    _rule(issuer, max(widths, default=0) * _SHORT_RULE, left)
    nation.add_paragraph(wording.NATION, "Quốc hiệu")
    nation.add_paragraph(wording.MOTTO, "Tiêu ngữ")
    _rule(nation, drawn_width(wording.MOTTO, 13, bold=True), width - left)
    number.add_paragraph(wording.number_line(document), "Số, ký hiệu")
    day.add_paragraph(wording.place_and_date(document), "Địa danh, ngày")
    for cell in (issuer, nation, number, day):  # a new cell comes with an empty line
        cell._tc.remove(cell.paragraphs[0]._p)


def _rule(place: WordDocument | _Cell, length: float, width: int) -> None:
    """A line of `length` points in the middle of `width`: the upper border of a paragraph set in from both sides."""
    paragraph = place.add_paragraph(style="Khoảng trống")
    side, layout = Emu(max(0, (width - Pt(length)) // 2)), paragraph.paragraph_format
    layout.left_indent, layout.right_indent, layout.space_before = side, side, Pt(2)
    border = mark("pBdr")
    border.append(mark("top", val="single", sz="6", space="1", color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _title(word: WordDocument, document: Document, width: int) -> None:
    word.add_paragraph(document.title, "Tên loại")
    lines = document.subject.split("\n")
    for line in lines:
        word.add_paragraph(line, "Trích yếu")
    longest = max(drawn_width(line, 14, bold=True) for line in lines)
    _rule(word, min(longest, width / Pt(1)) * _SHORT_RULE, width)
    _addressees(word, wording.addressees(document), width)


def _addressees(word: WordDocument, lines: Sequence[str], width: int) -> None:
    """One stands on the line of "Kính gửi:"; several below it, their dashes below the colon."""
    if len(lines) == 1:
        paragraphs = [word.add_paragraph(f"Kính gửi: {lines[0]}", "Kính gửi")]
    else:
        label = drawn_width("Kính gửi", 14)
        longest = label + max((drawn_width(line, 14) for line in lines), default=0)
        left = max(0, width - Pt(longest)) // 2
        paragraphs = [word.add_paragraph("Kính gửi:", "Danh sách kính gửi")] if lines else []
        paragraphs += [word.add_paragraph(line, "Danh sách kính gửi") for line in lines]
        for index, paragraph in enumerate(paragraphs):
            paragraph.paragraph_format.left_indent = Emu(left + (Pt(label) if index else 0))
    if paragraphs:
        paragraphs[0].paragraph_format.space_before = Pt(12)
        paragraphs[-1].paragraph_format.space_after = Pt(6)


def _blocks(word: WordDocument, blocks: Sequence[Block], width: int) -> None:
    for block in blocks:
        if isinstance(block, Heading):
            text = block.text.upper() if block.level == 1 else block.text
            word.add_paragraph(text, f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            _paragraph(word, block)
        else:
            _table(word, block.table() if isinstance(block, Bars) else block, width)


def _paragraph(word: WordDocument, block: Paragraph) -> None:
    """Each line a paragraph of its own: Word would stretch a justified line that ends with a break."""
    paragraph = word.add_paragraph(style="Body Text")
    for run in block.runs:
        first, *others = run.text.split("\n")
        _run(paragraph, run, first)
        for text in others:
            paragraph = word.add_paragraph(style="Dòng tiếp")
            _run(paragraph, run, text)


def _run(paragraph: WordParagraph, run: Run, text: str) -> None:
    written = paragraph.add_run(text)
    written.bold, written.italic = run.bold or None, run.italic or None
    if address := web_address(run.href):
        relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = mark("hyperlink")
        link.set(qn("r:id"), relation)
        written._r.addprevious(link)
        link.append(written._r)


def _fixed_table(word: WordDocument, rows: int, columns: Sequence[int], padding: int) -> WordTable:
    """With `padding` twips left and right in each cell."""
    table: WordTable = word.add_table(rows, len(columns))
    table.autofit = False
    margins = mark("tblCellMar")
    margins.extend(mark(side, w=str(padding), type="dxa") for side in ("left", "right"))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for column, width in zip(table.columns, columns, strict=True):
        column.width = Emu(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(mark("cantSplit"))
        for cell, width in zip(row.cells, columns, strict=True):
            cell.width = Emu(width)
    return table


def _table(word: WordDocument, block: Table, width: int) -> None:
    """The head rows stand on every page; no row is divided between pages, and no group of rows that Word can keep.

    Rows of the body are copies of one that has all but the text: python-docx looks styles up for each cell.
    """
    whole = sum(block.widths)
    columns = [round(width * share / whole) for share in block.widths]
    word.add_paragraph(style="Khoảng trống").paragraph_format.keep_with_next = True
    table = _fixed_table(word, len(block.head) + 1, columns, padding=60)
    table.style = "Table Grid"
    pattern = table.rows[-1]
    for cell, side in zip(pattern.cells, block.align, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style, paragraph.alignment = "Ô bảng", _SIDES[side]
        paragraph.add_run()
    table._tbl.remove(pattern._tr)
    _table_head(table, block)
    for group in block.groups():
        for index, texts in enumerate(group):
            row = deepcopy(pattern._tr)
            for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
                run.text = text
            if len(group) > 1:
                _bind(row, block.led, is_first=not index, is_last=index == len(group) - 1)
            table._tbl.append(row)
    word.add_paragraph(style="Khoảng trống")  # two tables in a row would become one


def _bind(row: CT_Row, led: int, *, is_first: bool, is_last: bool) -> None:
    """A row of a group: its first `led` cells are parts of the first row's, and it keeps with the next row."""
    for cell in row.tc_lst[:led]:
        cell.get_or_add_tcPr().append(mark("vMerge", val="restart" if is_first else "continue"))
    if not is_last:
        for paragraph in row.iter(qn("w:p")):
            paragraph.get_or_add_pPr().get_or_add_keepNext()


def _table_head(table: WordTable, block: Table) -> None:
    taken: set[tuple[int, int]] = set()
    for top, cells in enumerate(block.head):
        table.rows[top]._tr.get_or_add_trPr().append(mark("tblHeader"))
        left = 0
        for cell in cells:
            while (top, left) in taken:
                left += 1
            corners = table.cell(top, left), table.cell(top + cell.rows - 1, left + cell.columns - 1)
            paragraph = corners[0].merge(corners[1]).paragraphs[0]
            paragraph.style = "Đầu bảng"
            paragraph.add_run(cell.text)
            corners[0].vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            taken |= {(top + down, left + right) for down in range(cell.rows) for right in range(cell.columns)}


def _closing(word: WordDocument, document: Document, width: int) -> None:
    """The signature is one plain paragraph in the right half, Nơi nhận a frame beside its first line.

    No table: a signature in a cell is against the decree. One paragraph: it has to keep with the last lines of the
    text, and LibreOffice keeps two paragraphs together, but no chain of them.
    """
    half = width // 2
    text_end = word.paragraphs[-1].paragraph_format
    text_end.keep_with_next, text_end.space_after = True, Pt(12)
    recipients = [word.add_paragraph("Nơi nhận:", "Nơi nhận")]
    recipients += [word.add_paragraph(line, "Danh sách nơi nhận") for line in wording.recipients(document)]
    for paragraph in recipients:
        frame = mark("framePr", w=str(half // _TWIP), wrap="around", vAnchor="text", hAnchor="margin", y="1")
        paragraph._p.get_or_add_pPr().insert_element_before(frame, "w:widowControl", "w:spacing", "w:ind", "w:jc")
    titles = document.signature.titles
    room = max(_SIGNING_LINES, ceil(_height(recipients, half) / _LINE) - len(titles) - 1)
    signature = word.add_paragraph("\n".join((*titles, *[""] * room, document.signature.name)), "Người ký")
    signature.paragraph_format.left_indent = Emu(half)


def _height(recipients: Sequence[WordParagraph], width: int) -> float:
    """In points: the frame must not hang out below the signature, where a page may end."""
    lines = [ceil(drawn_width(paragraph.text, 11.5) / (width / Pt(1))) for paragraph in recipients]
    return sum(lines) * 14


def _appendix(word: WordDocument, appendix: Appendix) -> None:
    lay_out(end_section(word), landscape=appendix.landscape)
    for line in (appendix.label, *appendix.title.upper().split("\n")):
        word.add_paragraph(line, "Tên phụ lục")
    word.add_paragraph(appendix.reference, "Kèm theo")
    _blocks(word, appendix.blocks, text_width(landscape=appendix.landscape))
