"""Styles, sections and small marks of the Word files; sizes and distances are those of `paper.css`, in points."""

from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from cdt_portal.lib.documents.fonts import WORD_FAMILY

PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
MARGINS = {"top_margin": Mm(20), "right_margin": Mm(15), "bottom_margin": Mm(20), "left_margin": Mm(30)}
HEADER_DISTANCE = Mm(8)
SPACING = 1.1  # of Word's single line, which is 1.15 times the size


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph of a style looks."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.LEFT
    first_line: Mm | None = None
    before: float = 0
    after: float = 0
    keep_with_next: bool = False
    keep_together: bool = False


_INDENT = Mm(12.7)
STYLES = {
    "Normal": Look(),
    "Header": Look(align=ALIGN.CENTER),
    "Body Text": Look(align=ALIGN.JUSTIFY, first_line=_INDENT, before=6),
    "Heading 1": Look(bold=True, align=ALIGN.JUSTIFY, first_line=_INDENT, before=6, keep_with_next=True),
    "Heading 2": Look(bold=True, align=ALIGN.JUSTIFY, first_line=_INDENT, before=6, keep_with_next=True),
    "Heading 3": Look(align=ALIGN.JUSTIFY, first_line=_INDENT, before=6, keep_with_next=True),
    "Dòng tiếp": Look(align=ALIGN.JUSTIFY),
    "Quốc hiệu": Look(12, bold=True, align=ALIGN.CENTER),
    "Tiêu ngữ": Look(13, bold=True, align=ALIGN.CENTER),
    "Cơ quan chủ quản": Look(12, align=ALIGN.CENTER),
    "Cơ quan ban hành": Look(12, bold=True, align=ALIGN.CENTER),
    "Số, ký hiệu": Look(13, align=ALIGN.CENTER, before=6),
    "Địa danh, ngày": Look(13, italic=True, align=ALIGN.CENTER, before=6),
    "Tên loại": Look(bold=True, align=ALIGN.CENTER, before=18),
    "Trích yếu": Look(bold=True, align=ALIGN.CENTER),
    "Kính gửi": Look(align=ALIGN.CENTER),
    "Danh sách kính gửi": Look(),
    "Căn cứ": Look(italic=True, align=ALIGN.JUSTIFY, first_line=_INDENT, before=6),
    "Người ký": Look(bold=True, align=ALIGN.CENTER, keep_together=True),
    "Nơi nhận": Look(12, bold=True, italic=True, before=2, keep_with_next=True),
    "Danh sách nơi nhận": Look(11, keep_with_next=True),
    "Tên phụ lục": Look(bold=True, align=ALIGN.CENTER),
    "Kèm theo": Look(italic=True, align=ALIGN.CENTER, after=12),
    "Đầu bảng": Look(13, bold=True, align=ALIGN.CENTER, before=2, after=2),
    "Ô bảng": Look(13, before=2, after=2),
    "Khoảng trống": Look(1, before=0),
}


def prepare_styles(word: WordDocument) -> None:
    """Gives the file our styles and no typeface but Times New Roman, East Asian and complex scripts included.

    The mode is that of Word 2013 and later, where a table begins at the margin, not left of it.
    """
    mode = word.settings.element.find(f".//{qn('w:compatSetting')}[@{qn('w:name')}='compatibilityMode']")
    mode.set(qn("w:val"), "15")
    for name, look in STYLES.items():
        _dress(_style(word, name), look)
    styles = word.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), WORD_FAMILY)
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")


def _style(word: WordDocument, name: str) -> Any:
    return word.styles[name] if name in word.styles else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def _dress(style: ParagraphStyle, look: Look) -> None:
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = WORD_FAMILY, Pt(look.size), look.bold, look.italic
    font.color.rgb = RGBColor(0, 0, 0)
    layout.alignment, layout.first_line_indent = look.align, look.first_line
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.keep_with_next, layout.widow_control = look.keep_with_next, True
    layout.keep_together = look.keep_together
    if look.size > 1:
        layout.line_spacing = SPACING
    else:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)


def lay_out(section: Section, *, landscape: bool = False) -> None:
    """A4 with the decree's margins; pages count from 1 and the first shows no number."""
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if landscape else (PAGE_WIDTH, PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    for side, distance in MARGINS.items():
        setattr(section, side, distance)
    section.header_distance = section.footer_distance = HEADER_DISTANCE
    section.different_first_page_header_footer = True
    numbering = section._sectPr.find(qn("w:pgNumType"))
    if numbering is None:
        numbering = mark("pgNumType", start="1")
        section._sectPr.find(qn("w:pgMar")).addnext(numbering)


def text_width(*, landscape: bool = False) -> int:
    """Between the margins, in Word's own unit, EMU."""
    return (PAGE_HEIGHT if landscape else PAGE_WIDTH) - MARGINS["left_margin"] - MARGINS["right_margin"]


def end_section(word: WordDocument) -> Section:
    """Closes the section in its last paragraph, so that no empty line is left behind, and opens the next."""
    section: Section = word.add_section()
    *_, last, empty = word.element.body.iterchildren(qn("w:p"))
    last.set_sectPr(empty.pPr.sectPr)
    word.element.body.remove(empty)
    return section


def mark(name: str, **attributes: str) -> Any:
    """An element of WordprocessingML: mark("jc", val="center")."""
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
