"""The Word file: the decree point by point, in its XML, and the same words as the PDF."""

from collections import Counter
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from pytest import approx

from cdt_portal.lib.documents.docx import render_docx
from cdt_portal.lib.documents.fonts import text_width
from cdt_portal.lib.documents.parts import Appendix, Cell, Document, Issuer, Paragraph, Run, Signature, Table
from cdt_portal.lib.documents.pdf import render_pdf
from tests.lib.documents import reading
from tests.lib.documents.samples import CAT_HAI, DEPARTMENT, DRAFT, ROSTER, paragraph

WIDTH = Mm(165)


def open_word(document: Document):
    return docx.Document(BytesIO(render_docx(document)))


@pytest.fixture(scope="module")
def word():
    return open_word(CAT_HAI)


def everywhere(word) -> list:
    """All paragraphs in order, those in tables included."""
    return [docx.text.paragraph.Paragraph(element, word) for element in word.element.body.iter(qn("w:p"))]


def found(word, start: str):
    (only,) = [each for each in everywhere(word) if each.text.startswith(start)]
    return only


def look(paragraph) -> tuple:
    font = paragraph.style.font
    return font.size.pt, bool(font.bold), bool(font.italic), paragraph.style.paragraph_format.alignment


@pytest.mark.parametrize("document", [replace(CAT_HAI, appendices=()), DEPARTMENT, DRAFT])
def test_says_word_for_word_what_the_pdf_says(document):
    drawn = Counter(reading.plain_text(render_pdf(document)).split())
    drawn.subtract(["2"])  # the page number
    assert +drawn == Counter(" ".join(each.text for each in everywhere(open_word(document))).split())


@pytest.mark.parametrize(
    ("start", "size", "bold", "italic", "alignment"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False, ALIGN.CENTER),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False, ALIGN.CENTER),
        ("ỦY BAN NHÂN DÂN", 12, True, False, ALIGN.CENTER),
        ("ĐẶC KHU CÁT HẢI", 12, True, False, ALIGN.CENTER),
        ("Số: 05/BC-UBND", 13, False, False, ALIGN.CENTER),
        ("Cát Hải, ngày 05 tháng 3 năm 2026", 13, False, True, ALIGN.CENTER),
        ("BÁO CÁO", 14, True, False, ALIGN.CENTER),
        ("Kết quả triển khai phát huy", 14, True, False, ALIGN.CENTER),
        ("Kính gửi: Sở Khoa học", 14, False, False, ALIGN.CENTER),
        ("Căn cứ Nghị định", 14, False, True, ALIGN.JUSTIFY),
        ("Đến hết tháng 11/2025", 14, False, False, ALIGN.JUSTIFY),
        ("I. CÔNG TÁC CHỈ ĐẠO, HƯỚNG DẪN TRIỂN KHAI", 14, True, False, ALIGN.JUSTIFY),
        ("1. Kiện toàn", 14, True, False, ALIGN.JUSTIFY),
        ("a) Số liệu", 14, False, False, ALIGN.JUSTIFY),
        ("TM. ỦY BAN NHÂN DÂN", 14, True, False, ALIGN.CENTER),
        ("Nơi nhận:", 12, True, True, ALIGN.LEFT),
        ("- Lưu: VT, VHXH.", 11, False, False, ALIGN.LEFT),
        ("Phụ lục II", 14, True, False, ALIGN.CENTER),
        ("DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ", 14, True, False, ALIGN.CENTER),
    ],
)
def test_each_part_looks_as_it_should(start, size, bold, italic, alignment, word):
    assert look(found(word, start)) == (size, bold, italic, alignment)


def test_the_parent_body_is_plain_and_the_issuer_bold():
    word = open_word(DEPARTMENT)
    assert look(found(word, "UBND THÀNH PHỐ HẢI PHÒNG")) == (12, False, False, ALIGN.CENTER)
    assert look(found(word, "SỞ KHOA HỌC VÀ CÔNG NGHỆ")) == (12, True, False, ALIGN.CENTER)


def test_body_and_headings_are_set_in_with_distance(word):
    for start in ("Đến hết tháng", "I. CÔNG TÁC", "1. Kiện toàn", "a) Số liệu", "Căn cứ Nghị định"):
        layout = found(word, start).style.paragraph_format
        assert layout.first_line_indent.mm == approx(12.7, abs=0.1)
        assert layout.space_before.pt == 6
        assert 1 <= layout.line_spacing <= 1.5
    assert found(word, "1. Kiện toàn").style.paragraph_format.keep_with_next


def test_no_typeface_but_times_new_roman_is_named_in_any_script():
    named = set()
    with ZipFile(BytesIO(render_docx(CAT_HAI))) as package:
        for name in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
            for fonts in etree.fromstring(package.read(name)).iter(qn("w:rFonts")):
                named |= set(fonts.attrib.values())
                assert not [key for key in fonts.attrib if "Theme" in key]
                if name == "word/styles.xml":
                    assert len(fonts.attrib) == 4
    assert named == {"Times New Roman"}


def test_all_letters_are_black(word):
    used = {each.style.style_id for each in everywhere(word)}
    styles = [each for each in word.styles.element.iter(qn("w:style")) if each.get(qn("w:styleId")) in used]
    assert {color.get(qn("w:val")) for style in styles for color in style.iter(qn("w:color"))} == {"000000"}


def test_sections_are_a4_with_the_margins_and_numbered_apart(word):
    assert [section.orientation for section in word.sections] == [
        WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT,
    ]  # fmt: skip
    for section in word.sections:
        sizes = sorted((section.page_width.mm, section.page_height.mm))
        assert sizes == approx([210, 297], abs=0.1)
        assert (section.top_margin.mm, section.bottom_margin.mm) == approx((20, 20), abs=0.1)
        assert (section.left_margin.mm, section.right_margin.mm) == approx((30, 15), abs=0.1)
        assert section.header_distance < section.top_margin
        assert section.different_first_page_header_footer
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_the_page_number_is_a_field_in_the_middle_of_the_header_and_not_on_the_first_page(word):
    header = word.sections[0].header
    (line,) = header.paragraphs
    assert look(line) == (14, False, False, ALIGN.CENTER)
    assert [each.text for each in line._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert [each.get(qn("w:fldCharType")) for each in line._p.iter(qn("w:fldChar"))] == ["begin", "separate", "end"]
    assert all(section.header.is_linked_to_previous for section in list(word.sections)[1:])
    assert not any(each.text for section in word.sections for each in section.first_page_header.paragraphs)


def rule_after(word, start: str):
    """Length of the rule in the paragraph after, in points, where both stand `width` wide."""
    element = found(word, start)._p.getnext()
    rule = docx.text.paragraph.Paragraph(element, word)
    assert element.find(f".//{qn('w:pBdr')}/{qn('w:top')}").get(qn("w:val")) == "single"
    cell = next(element.iterancestors(qn("w:tc")), None)
    width = int(cell.find(f".//{qn('w:tcW')}").get(qn("w:w"))) / 20 if cell is not None else WIDTH.pt
    return width - rule.paragraph_format.left_indent.pt - rule.paragraph_format.right_indent.pt


def test_rules_are_as_long_as_the_decree_says(word):
    motto = text_width("Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    assert rule_after(word, "Độc lập") == approx(motto, abs=1)
    assert 1 / 3 <= rule_after(word, "ĐẶC KHU CÁT HẢI") / text_width("ĐẶC KHU CÁT HẢI", 12, bold=True) <= 1 / 2
    subject = text_width(CAT_HAI.subject.split("\n")[1], 14, bold=True)
    assert 1 / 3 <= rule_after(word, "Tổ công nghệ số cộng đồng trong hỗ trợ") / subject <= 1 / 2


def test_several_addressees_are_a_list_below_the_colon():
    word = open_word(DEPARTMENT)
    label, *lines = found(word, "Kính gửi:"), found(word, "- Ủy ban nhân dân"), found(word, "- Bộ Khoa học")
    assert [each.text[-1] for each in lines] == [";", "."]
    start = label.paragraph_format.left_indent.pt + text_width("Kính gửi", 14)
    assert [each.paragraph_format.left_indent.pt for each in lines] == approx([start] * 2, abs=1)


def test_the_signature_stands_in_the_right_half_and_in_no_table(word):
    signature = found(word, "TM. ỦY BAN NHÂN DÂN")
    assert signature.text == "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n\n\n\nVũ Hữu Vững"
    assert not list(signature._p.iterancestors(qn("w:tc")))
    assert signature._p.pPr.find(qn("w:framePr")) is None
    assert signature.paragraph_format.left_indent == approx(WIDTH / 2, rel=0.01)


def test_the_recipients_are_framed_on_the_left_beside_the_first_title(word):
    start = found(word, "Nơi nhận:")
    framed = [
        each for each in everywhere(word) if each._p.pPr is not None and each._p.pPr.find(qn("w:framePr")) is not None
    ]
    assert [each.text for each in framed] == [
        "Nơi nhận:",
        "- Sở Khoa học và Công nghệ;",
        "- CT, các PCT UBND Đặc khu;",
        "- C, PCVP HĐND và UBND Đặc khu;",
        "- Lưu: VT, VHXH.",
    ]
    frame = start._p.pPr.find(qn("w:framePr"))
    assert int(frame.get(qn("w:w"))) * 635 <= WIDTH / 2
    assert framed[-1]._p.getnext() is found(word, "TM. ỦY BAN NHÂN DÂN")._p


def test_end_of_text_recipients_and_signature_keep_together(word):
    lines = everywhere(word)
    start = next(index for index, line in enumerate(lines) if line.text.endswith("./."))
    end = next(index for index, line in enumerate(lines) if line.text.endswith("Vũ Hữu Vững"))
    for line in lines[start:end]:
        assert line.paragraph_format.keep_with_next or line.style.paragraph_format.keep_with_next
    assert lines[end].style.paragraph_format.keep_together
    assert sum(line.text.count("./.") for line in lines) == 1


def test_many_recipients_do_not_hang_out_below_the_signature():
    word = open_word(replace(DRAFT, recipients=tuple(f"Ủy ban nhân dân phường {number}" for number in range(30))))
    assert found(word, "TM.").text.count("\n") * 17.5 > 31 * 12


def test_head_rows_are_repeated_and_no_row_is_divided(word):
    roster = word.tables[-1]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in roster.rows]
    assert heads == [True, True] + [False] * 90
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in roster.rows)
    assert [cell.text for cell in roster.rows[0].cells] == ["TT", "Họ và tên", "Tổ", "Tổ", "Ghi chú"]
    assert [cell.text for cell in roster.rows[1].cells] == ["TT", "Họ và tên", "Tên tổ", "Chức vụ", "Ghi chú"]
    assert [cell.text for cell in roster.rows[91].cells][:3] == ["90", "Nguyễn Thị Thùy Dương 90", "Thôn 33"]
    widths = [int(each.get(qn("w:w"))) for each in roster._tbl.tblGrid.iter(qn("w:gridCol"))]
    assert [width / sum(widths) for width in widths] == approx([1 / 12, 4 / 12, 3 / 12, 2 / 12, 2 / 12], abs=0.01)
    sides = [cell.paragraphs[0].alignment for cell in roster.rows[2].cells]
    assert sides == [ALIGN.CENTER, ALIGN.LEFT, ALIGN.LEFT, ALIGN.LEFT, ALIGN.RIGHT]


def test_rows_of_a_group_share_their_first_cell_and_keep_together():
    rows = (("Tổ 1", "An"), ("", "Bình"), ("", "Chi"), ("Tổ 2", "Dung"))
    word = open_word(replace(DRAFT, blocks=(Table(((Cell("Tổ"), Cell("Tên")),), rows, (1, 1), "ll", led=1),)))
    body = word.tables[-1].rows[1:]
    assert [row.cells[0].text for row in body] == ["Tổ 1", "Tổ 1", "Tổ 1", "Tổ 2"]
    assert [row.cells[1].text for row in body] == ["An", "Bình", "Chi", "Dung"]
    keep = [all(each.paragraph_format.keep_with_next for each in row.cells[1].paragraphs) for row in body]
    assert keep == [True, True, False, False]


def test_a_link_leads_to_the_web_and_nowhere_else():
    runs = (
        Run("a", href="https://zalo.me/g/x"),
        Run("b", href="javascript:alert(1)"),
        Run("c", href="file:///etc/passwd"),
    )
    word = open_word(replace(DRAFT, blocks=(Paragraph(runs),)))
    outside = [each.target_ref for each in word.part.rels.values() if each.is_external]
    assert outside == ["https://zalo.me/g/x"]
    assert found(word, "abc").text == "abc./."


def test_what_looks_like_a_tag_stays_text():
    text = "<w:p>&amp;{{ 7*7 }}"
    assert found(open_word(replace(DRAFT, blocks=(paragraph(text),))), "<w:p>").text == f"{text}./."


def test_a_line_break_is_a_line_without_indent_or_distance():
    word = open_word(replace(DRAFT, blocks=(paragraph("dòng một\ndòng hai"),)))
    second = found(word, "dòng hai")
    assert (second.style.paragraph_format.first_line_indent, second.style.paragraph_format.space_before) == (
        None,
        Pt(0),
    )


def test_a_paper_with_nothing_in_it_can_be_written():
    empty = Document(Issuer(()), "", "", "", "", (), (), Signature(()), ())
    assert len(open_word(empty).sections) == 1
    assert len(open_word(replace(empty, appendices=(Appendix("", "", "", (ROSTER, ROSTER)),))).sections) == 2


def test_the_file_says_whose_it_is_however_long_the_subject():
    properties = open_word(replace(DRAFT, subject="Kết quả\n" + "rất dài " * 60)).core_properties
    assert properties.title.startswith("BÁO CÁO Kết quả rất dài")
    assert (properties.author, properties.comments, properties.created) == ("ỦY BAN NHÂN DÂN ĐẶC KHU CÁT HẢI", "", None)
