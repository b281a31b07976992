"""A certificate as it is drawn: one page across, its words in their places, a code that a telephone can read."""

from dataclasses import replace
from datetime import date

import pytest
import segno
from PIL import ImageChops

from cdt_portal.lib.documents import pdf
from cdt_portal.lib.documents.parts import Certificate, Issuer, Signature
from cdt_portal.lib.documents.pdf import render_certificate
from cdt_portal.lib.qr import qr_image
from tests.lib.documents import reading
from tests.lib.documents.reading import MM

ISSUED = Certificate(
    issuer=Issuer(name=("SỞ KHOA HỌC VÀ CÔNG NGHỆ",), parent=("UBND THÀNH PHỐ HẢI PHÒNG",)),
    place="Hải Phòng",
    day=date(2026, 3, 5),
    full_name="Nguyễn Văn An",
    title="Lớp Dịch vụ công trực tuyến",
    details="Thời lượng 4 giờ, ngày 05 tháng 3 năm 2026",
    signature=Signature(("GIÁM ĐỐC",), "Trần Văn Bình"),
    code="ABCD-EFGH-JKLM",
    address="https://cdt.example/tap-huan/tra-cuu/ABCDEFGHJKLM/",
)
LONGEST = replace(
    ISSUED,
    full_name="Nguyễn Thị Hoàng Phương " * 2,
    title=("Kỹ năng số cơ bản và hướng dẫn người dân sử dụng dịch vụ công trực tuyến " * 3)[:200],
    signature=Signature(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Trần Văn Bình"),
)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return render_certificate(ISSUED)


def test_it_is_one_page_across_with_all_its_words(drawn, tmp_path):
    (page,) = reading.pages(drawn, tmp_path)
    assert (round(page.width / MM), round(page.height / MM)) == (297, 210)
    wanted = [
        "UBND THÀNH PHỐ HẢI PHÒNG", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "GIẤY CHỨNG NHẬN", "Nguyễn Văn An", "Lớp Dịch vụ công trực tuyến",
        "Thời lượng 4 giờ, ngày 05 tháng 3 năm 2026", "Hải Phòng, ngày 05 tháng 3 năm 2026", "GIÁM ĐỐC",
        "Trần Văn Bình", "ABCD-EFGH-JKLM",
    ]  # fmt: skip
    assert [text for text in wanted if not page.line(text)] == []
    assert page.line("GIẤY CHỨNG NHẬN").middle == pytest.approx(page.width / 2, abs=2)
    assert page.line("Nguyễn Văn An").font == "Bold"


def test_the_same_certificate_is_the_same_file(drawn):
    assert render_certificate(ISSUED) == drawn


@pytest.mark.parametrize("certificate", [ISSUED, LONGEST], ids=["usual", "longest"])
def test_the_closing_stands_below_the_words_and_inside_the_frame(certificate, tmp_path):
    (page,) = reading.pages(render_certificate(certificate), tmp_path)
    assert page.line("Thời lượng").top + page.line("Thời lượng").height < page.line("Hải Phòng, ngày").top
    assert page.line("Trần Văn Bình").top + 14 < page.height - 12 * MM


WANTED = [[bool(module) for module in row] for row in segno.make(ISSUED.address, error="m", micro=False).matrix]


def test_the_code_is_drawn_module_by_module(drawn):
    assert modules(drawn, len(WANTED)) == WANTED


def test_a_picture_that_is_not_named_as_ours_is_not_drawn():
    without = pdf._draw([pdf._certificate(ISSUED, qr_image(ISSUED.address))], pdf._CERTIFICATE)
    assert modules(without, len(WANTED)) != WANTED


def modules(drawn: bytes, size: int) -> list[list[bool]]:
    """Which squares are dark of the code that stands in the left lower part of the page, above its words."""
    image = reading.picture(drawn, 1, dpi=300)
    mm = image.width / 297
    part = image.crop((round(18 * mm), round(145 * mm), round(60 * mm), round(175 * mm)))
    box = ImageChops.invert(part).getbbox()
    if box is None:
        return [[False]]
    left, top, right, bottom = box
    step, down = (right - left) / size, (bottom - top) / size
    return [
        [part.getpixel((left + (x + 0.5) * step, top + (y + 0.5) * down)) < 128 for x in range(size)]
        for y in range(size)
    ]
