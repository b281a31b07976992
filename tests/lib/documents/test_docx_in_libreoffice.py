"""The Word file as an office program draws it, held against the decree as the PDF is."""

import subprocess
from dataclasses import replace

import pytest
from pytest import approx

from cdt_portal.lib.documents.docx import render_docx
from tests.lib.documents import reading
from tests.lib.documents.samples import CAT_HAI, DEPARTMENT, DRAFT, paragraph
from tests.lib.documents.test_pdf_layout import BOTTOM, LEFT, MIDDLE, RIGHT, TOP

pytestmark = pytest.mark.long


def as_drawn(folder, *documents) -> list[list[reading.Page]]:
    sources = [folder / f"paper-{number}.docx" for number, _ in enumerate(documents)]
    for source, document in zip(sources, documents, strict=True):
        source.write_bytes(render_docx(document))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=170)
    return [reading.pages(source.with_suffix(".pdf").read_bytes(), folder) for source in sources]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> list[reading.Page]:
    return as_drawn(tmp_path_factory.mktemp("word"), CAT_HAI)[0]


def test_pages_are_numbered_in_the_top_margin_and_each_appendix_apart(drawn):
    above = [[line.text for line in page.lines if line.top < TOP - 1] for page in drawn]
    appendix = len(drawn) - 3
    assert above == [[], ["2"], [], *([str(number)] for number in range(2, appendix + 1)), []]
    assert drawn[1].lines[0].middle == approx(MIDDLE, abs=2)
    assert [page.width > page.height for page in drawn] == [False, False, *[True] * appendix, False]


def test_the_text_keeps_within_the_margins(drawn):
    for page in drawn[:2]:
        lines = [line for line in page.lines if line.top > TOP - 1]
        assert min(line.left for line in lines) >= LEFT - 1
        assert max(line.right for line in lines) <= RIGHT + 1
        assert max(line.top + line.height for line in lines) <= BOTTOM + 1


def test_the_head_stands_in_two_columns_and_nothing_wraps(drawn):
    page = drawn[0]
    left, right = (
        ("ỦY BAN NHÂN DÂN", "Số: 05/BC-UBND"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Cát Hải, ngày 05 tháng 3"),
    )
    for one, other in zip(left, right, strict=True):
        assert page.line(one).baseline == approx(page.line(other).baseline, abs=1)
        assert page.line(one).right < page.line(other).left
    assert page.line("Độc lập - Tự do - Hạnh phúc").middle == approx(page.line(right[0]).middle, abs=1)


def test_the_signature_stands_beside_the_recipients_below_the_last_lines(drawn):
    page = drawn[1]
    titles = [page.line(text) for text in CAT_HAI.signature.titles]
    name, recipients = page.line("Vũ Hữu Vững"), page.line("Nơi nhận:")
    assert [line.middle for line in [*titles, name]] == approx([(MIDDLE + RIGHT) / 2] * 4, abs=2)
    assert recipients.left == approx(LEFT, abs=1)
    assert recipients.baseline == approx(titles[0].baseline, abs=1)
    assert name.top - titles[-1].top > 50
    assert any(line.text.endswith("./.") for line in page.lines)


def test_the_signature_does_not_stand_alone_on_a_page(tmp_path):
    papers = [
        replace(DRAFT, blocks=(*(paragraph(f"Dòng {each}") for each in range(lines)), paragraph("Câu cuối. " * 24)))
        for lines in range(4, 24)
    ]
    alone, shapes = 0, set()
    for drawn in as_drawn(tmp_path, *papers):
        (page,) = [page for page in drawn if "Vũ Hữu Vững" in page.text()]
        assert all(words in page.text() for words in ("Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "Lưu: VT, VHXH."))
        alone += "./." not in page.text()
        shapes.add(tuple("Câu cuối" in page.text() for page in drawn))
    assert shapes >= {(True,), (False, True)}
    assert alone <= 1  # LibreOffice lets go of a text that fills its page to the last line; the PDF never does


def test_the_head_of_the_roster_is_repeated(drawn):
    roster = drawn[2:-1]
    assert len(roster) > 2 and all(page.line("Họ và tên") and page.line("Tên tổ") for page in roster)


def test_the_paper_of_a_department_is_drawn_too(tmp_path):
    page = as_drawn(tmp_path, DEPARTMENT)[0][0]
    assert page.line("UBND THÀNH PHỐ HẢI PHÒNG").middle == approx(page.line("SỞ KHOA HỌC VÀ CÔNG NGHỆ").middle, abs=1)
    assert page.line("- Bộ Khoa học và Công nghệ.").left == approx(page.line("Kính gửi:").right - 4, abs=4)
