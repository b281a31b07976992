"""Nghị định 30/2020/NĐ-CP, Phụ lục I, point by point, measured on the drawn page."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from pytest import approx

from cdt_portal.lib.documents.parts import Appendix, Cell, Document, Heading, Issuer, Paragraph, Run, Signature, Table
from cdt_portal.lib.documents.pdf import render_pdf
from tests.lib.documents.reading import MM, picture, rules
from tests.lib.documents.samples import CAT_HAI, DEPARTMENT, DRAFT, paragraph

LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 195 * MM, 20 * MM, 277 * MM
MIDDLE = (LEFT + RIGHT) / 2
SAID = "Cát Hải, ngày 05 tháng 3 năm 2026"


@pytest.fixture
def first(cat_hai_pages):
    return cat_hai_pages[0]


@pytest.fixture
def second(cat_hai_pages):
    return cat_hai_pages[1]


def test_pages_are_a4_with_the_margins_of_the_decree(cat_hai_pages):
    assert (cat_hai_pages[0].width, cat_hai_pages[0].height) == approx((210 * MM, 297 * MM), abs=0.5)
    assert (cat_hai_pages[2].width, cat_hai_pages[2].height) == approx((297 * MM, 210 * MM), abs=0.5)
    for page in cat_hai_pages:
        lines = [line for line in page.lines if not line.text.isdecimal() or line.top > TOP]
        assert min(line.left for line in lines) >= LEFT - 0.5
        assert max(line.right for line in lines) <= page.width - 15 * MM + 1
        assert min(line.top for line in lines) >= TOP - 1
        assert max(line.top + line.height for line in lines) <= page.height - 20 * MM + 1


def test_the_page_number_stands_in_the_middle_of_the_top_margin_and_not_on_the_first_page(cat_hai_pages):
    above = [[line for line in page.lines if line.top < TOP - 1] for page in cat_hai_pages]
    assert [[line.text for line in lines] for lines in above] == [[], ["2"], [], ["2"], ["3"], ["4"], ["5"], []]
    (number,) = above[1]
    assert (number.size, number.font) == (14, "")
    assert number.middle == approx(MIDDLE, abs=1)


def test_the_nation_stands_top_right_with_a_rule_as_long_as_the_motto(cat_hai, first):
    nation, motto = first.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), first.line("Độc lập - Tự do - Hạnh phúc")
    assert [(line.size, line.font) for line in (nation, motto)] == [(12, "Bold"), (13, "Bold")]
    assert nation.left > MIDDLE - 20 and nation.right <= RIGHT + 0.5
    assert nation.middle == approx(motto.middle, abs=1)
    (rule,) = [rule for rule in rules(cat_hai, 1) if rule[0] > MIDDLE - 20 and rule[2] < first.line("Số:").top]
    assert rule[:2] == approx((motto.left, motto.right), abs=1.5)
    assert motto.baseline < rule[2] < motto.top + motto.height + 4


@pytest.mark.parametrize(
    ("document", "plain", "bold"),
    [
        (CAT_HAI, [], ["ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"]),
        (DEPARTMENT, ["UBND THÀNH PHỐ HẢI PHÒNG"], ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"]),
    ],
)
def test_the_issuer_stands_top_left_with_a_short_rule(document, plain, bold, draw):
    page = draw(document)[0]
    head = [line for line in page.lines if line.top < page.line("Số:").top and line.right < MIDDLE + 10]
    assert [line.text for line in head] == plain + bold
    assert [(line.size, line.font) for line in head] == [(12, "")] * len(plain) + [(12, "Bold")] * len(bold)
    assert head[0].baseline == approx(page.line("CỘNG HÒA").baseline, abs=1)
    left, right, top = next(rule for rule in rules(render_pdf(document), 1) if rule[1] < MIDDLE)
    assert 1 / 3 <= (right - left) / max(line.width for line in head) <= 1 / 2
    assert (left + right) / 2 == approx(head[-1].middle, abs=1.5)
    assert head[-1].baseline < top < page.line("Số:").top


def test_number_and_date_stand_side_by_side(first):
    number, day = first.line("Số: 05/BC-UBND"), first.line(SAID)
    assert (number.size, number.font, day.size, day.font) == (13, "", 13, "Italic")
    assert number.middle == approx(first.line("ĐẶC KHU CÁT HẢI").middle, abs=1)
    assert day.middle == approx(first.line("Độc lập").middle, abs=1)
    assert number.baseline == approx(day.baseline, abs=1)


def test_a_draft_leaves_room_for_the_clerk(draw):
    page = draw(DRAFT)[0]
    number, day = page.line("Số:"), page.line("Cát Hải, ngày")
    assert (number.text, day.text) == ("Số: /BC-UBND", "Cát Hải, ngày tháng năm 2026")
    assert number.width > 95 and day.width > 190  # with room for five and two digits


def test_kind_and_subject_stand_in_the_middle_above_a_short_rule(cat_hai, first):
    kind, *subject = title = [first.line(text) for text in ("BÁO CÁO", *CAT_HAI.subject.split("\n"))]
    assert {(line.size, line.font) for line in title} == {(14, "Bold")}
    assert [line.middle for line in title] == approx([MIDDLE] * 3, abs=1)
    left, right, top = next(rule for rule in rules(cat_hai, 1) if rule[2] > kind.top)
    assert 1 / 3 <= (right - left) / max(line.width for line in subject) <= 1 / 2
    assert (left + right) / 2 == approx(MIDDLE, abs=1)
    assert subject[-1].baseline < top < first.line("Kính gửi").top


def test_one_addressee_stands_on_the_line(first):
    line = first.line("Kính gửi: Sở Khoa học và Công nghệ thành phố Hải Phòng")
    assert (line.size, line.font) == (14, "")
    assert line.middle == approx(MIDDLE, abs=2)


def test_several_addressees_are_a_list_below_the_colon(draw):
    page = draw(DEPARTMENT)[0]
    label, first, second = (
        page.line("Kính gửi:"),
        page.line("- Ủy ban nhân dân thành phố Hải Phòng;"),
        page.line("- Bộ Khoa học và Công nghệ."),
    )
    assert first.left == approx(second.left, abs=0.5)
    assert label.right - 6 < first.left < label.right + 1
    assert label.top < first.top < second.top


def test_the_legal_bases_are_italic_and_end_as_they_should(first):
    ends = [line for line in first.lines if line.font == "Italic" and line.text != SAID]
    assert {line.size for line in ends} == {14}
    text = " ".join(line.text for line in ends)
    assert text.endswith(
        "nhà nước; Thực hiện Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở Khoa học và Công nghệ."
    )


def test_the_body_is_justified_with_its_first_line_set_in(first):
    start = next(index for index, line in enumerate(first.lines) if line.text.startswith("Thực hiện") and not line.font)
    lines = first.lines[start : start + 4]
    assert {(line.size, line.font) for line in lines} == {(14, "")}
    assert [line.left for line in lines] == approx([LEFT + 12.7 * MM, LEFT, LEFT, LEFT], abs=0.5)
    assert [line.right for line in lines[:3]] == approx([RIGHT] * 3, abs=1)
    leading = lines[1].top - lines[0].top
    assert 14 * 1.107 <= leading <= 1.5 * 14 * 1.107
    assert first.lines[start + 4].top - lines[3].top >= leading + 6 - 0.5  # at least 6 pt between paragraphs


def test_headings_have_their_levels(first):
    roman, arabic, letter = first.line("I. CÔNG TÁC CHỈ ĐẠO"), first.line("1. Kiện toàn"), first.line("a) Số liệu")
    assert roman.text == "I. CÔNG TÁC CHỈ ĐẠO, HƯỚNG DẪN TRIỂN KHAI THỰC HIỆN"
    assert [(line.size, line.font) for line in (roman, arabic, letter)] == [(14, "Bold"), (14, "Bold"), (14, "")]
    assert {round(line.left - LEFT - 12.7 * MM) for line in (roman, arabic, letter)} == {0}


def test_the_text_ends_once(cat_hai_pages):
    text = " ".join(page.text() for page in cat_hai_pages)
    assert text.count("./.") == 1
    assert "chuyển đổi số./. " in text


def test_the_signature_stands_in_the_right_half_and_its_title_on_the_line_of_the_recipients(second):
    titles = [second.line(text) for text in CAT_HAI.signature.titles]
    name, recipients = second.line("Vũ Hữu Vững"), second.line("Nơi nhận:")
    assert {(line.size, line.font) for line in [*titles, name]} == {(14, "Bold")}
    assert [line.middle for line in [*titles, name]] == approx([(MIDDLE + RIGHT) / 2] * 4, abs=1)
    assert min(line.left for line in [*titles, name]) > MIDDLE
    assert name.top - titles[-1].top > 50  # room to sign
    assert recipients.baseline == approx(titles[0].baseline, abs=1)
    assert (recipients.size, recipients.font, recipients.left) == (12, "Bold-Italic", approx(LEFT, abs=0.5))
    items = [line for line in second.lines if line.text.startswith("- ")]
    assert {(line.size, line.font) for line in items} == {(11, "")}
    assert [line.text for line in items] == [
        "- Sở Khoa học và Công nghệ;",
        "- CT, các PCT UBND Đặc khu;",
        "- C, PCVP HĐND và UBND Đặc khu;",
        "- Lưu: VT, VHXH.",
    ]


def test_the_signature_never_stands_alone_on_a_page(draw):
    shapes = set()
    for lines in range(4, 24):
        blocks = (*(paragraph(f"Dòng {number}") for number in range(lines)), paragraph("Câu cuối. " * 24))
        drawn = draw(replace(DRAFT, blocks=blocks))
        (page,) = [page for page in drawn if "Vũ Hữu Vững" in page.text()]
        assert all(words in page.text() for words in ("./.", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "Lưu: VT, VHXH."))
        shapes.add(tuple("Câu cuối" in page.text() for page in drawn))
    assert shapes == {(True,), (True, True), (False, True)}  # the page ended after, in and before the last paragraph


def test_a_heading_is_not_left_at_the_foot_of_a_page(draw):
    for lines in range(20, 32):
        blocks = (
            *(paragraph(f"Dòng {number}") for number in range(lines)),
            Heading(2, "9. Mục cuối"),
            paragraph("Nội dung của mục cuối. " * 20),
        )
        for page in draw(replace(DRAFT, blocks=blocks)):
            assert not page.lines[-1].text.startswith("9. Mục cuối")


def test_an_appendix_names_itself_its_title_and_its_paper(cat_hai_pages):
    page = cat_hai_pages[2]
    label, title, reference = page.line("Phụ lục I"), page.line("DANH SÁCH THÀNH VIÊN"), page.line("(Kèm theo Báo cáo")
    assert [(line.size, line.font) for line in (label, title, reference)] == [
        (14, "Bold"),
        (14, "Bold"),
        (14, "Italic"),
    ]
    middle = (LEFT + page.width - 15 * MM) / 2
    assert [line.middle for line in (label, title, reference)] == approx([middle] * 3, abs=1)
    assert cat_hai_pages[7].line("Phụ lục II").page == 8


def test_a_table_repeats_its_head_and_keeps_its_widths(cat_hai_pages):
    roster = cat_hai_pages[2:7]
    assert all(page.line("Họ và tên") and page.line("Tên tổ") for page in roster)
    numbers = [line for page in roster for line in page.lines if line.text.isdecimal() and line.left < LEFT + 60]
    assert [line.text for line in numbers] == [str(number) for number in range(1, 91)]
    assert {line.size for line in numbers} == {13}
    width = roster[0].width - 45 * MM  # the first column has one of twelve shares and is centred
    assert {round(line.middle - LEFT - width / 24) for line in numbers} <= {-1, 0, 1}


def grouped(sizes: list[int]) -> Appendix:
    """Teams of so many members in the tables of an appendix."""
    rows = [
        (f"Tổ {number}" if row == 0 else "", f"Người {number}.{row}")
        for number, size in enumerate(sizes, start=1)
        for row in range(size)
    ]
    return Appendix(
        "Phụ lục", "DANH SÁCH", "", (Table(((Cell("Tổ"), Cell("Tên")),), tuple(rows), (1, 1), "ll", led=1),)
    )


def test_rows_of_a_group_stand_on_one_page_below_one_cell(draw):
    pages = draw(replace(DRAFT, appendices=(grouped([7] * 20),)))[1:]
    assert len(pages) > 3
    for page in pages:
        people = [line.text for line in page.lines if line.text.startswith("Người")]
        teams = [line.text for line in page.lines if re.fullmatch(r"Tổ \d+", line.text)]
        assert people == [f"Người {team[3:]}.{row}" for team in teams for row in range(7)]


def test_one_cell_stands_before_its_group_and_no_rule_cuts_it():
    pdf = render_pdf(replace(DRAFT, blocks=(), appendices=(grouped([3, 2]),)))
    in_first, in_second = (lines_across(pdf, left) for left in (LEFT + 5, MIDDLE + 5))
    assert (in_first, in_second) == (4, 7)  # around the head and below each team; below each member


def lines_across(pdf: bytes, left: float) -> int:
    """How many lines go through the 60 points from `left` on the second page."""
    image = picture(pdf, 2, dpi=288).crop((round(left * 4), 0, round((left + 60) * 4), round(BOTTOM * 4)))
    rows = [max(image.crop((0, top, image.width, top + 1)).tobytes()) < 200 for top in range(image.height)]
    return sum(dark and not above for above, dark in pairwise([False, *rows]))


def test_no_line_breaks_within_the_number_and_symbol_of_a_paper(draw):
    signs = ("1643/UBND-VHXH", "02-KH/BCĐTW", "12/2025/NĐ-CP")
    for pad in range(1, 60, 2):
        text = "a" * pad + " " + " ".join(f"Công văn số {sign}, ngày 14/10/2025;" for sign in signs)
        lines = [line.text for line in draw(replace(DRAFT, blocks=(Paragraph((Run(text),)),)))[0].lines]
        assert all(any(sign in line for line in lines) for sign in signs), lines


def test_a_long_address_may_break(draw):
    address = "https://vidu.vn/1/" + "-".join(["trang"] * 30)
    page = draw(replace(DRAFT, blocks=(Paragraph((Run(address, href=address), Run(f" và {address}"))),)))[0]
    assert max(line.right for line in page.lines) <= RIGHT + 0.5


def test_a_long_word_stays_in_its_column(draw):
    (table,) = [block for block in CAT_HAI.blocks if hasattr(block, "body")]
    page = draw(replace(DRAFT, blocks=(replace(table, body=(("1", "x" * 120, "1" * 60),)),)))[0]
    assert max(line.right for line in page.lines) <= RIGHT + 0.5
    assert sum(len(line.text) for line in page.lines if set(line.text) == {"x"}) == 120


def test_a_paper_with_nothing_in_it_can_be_drawn(draw):
    empty = Document(Issuer(()), "", "", "", "", (), (), Signature(()), ())
    assert len(draw(empty)) == 1
    assert len(draw(replace(empty, appendices=(Appendix("", "", "", ()),)))) == 2
