"""What is drawn, letter by letter: a PDF may hold the right text and show the wrong letters."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont

from cdt_portal.lib.documents import fonts, pdf
from cdt_portal.lib.documents.fonts import LETTERS, FontMissing, font_files, missing_letters, text_width
from cdt_portal.lib.documents.parts import Document, Paragraph, Run
from tests.lib.documents.reading import picture, plain_text, words
from tests.lib.documents.samples import DRAFT, paragraph

DPI, SIZE = 300, 14
PIXELS = SIZE * DPI / 72
CELL = 96  # pixels, room for the widest letter with its marks
FACES = [(False, False), (True, False), (False, True), (True, True)]
BASES = {letter: normalize("NFD", letter)[0].casefold().replace("đ", "d") for letter in LETTERS}


def specimen(letters: str) -> Document:
    """Each letter on a line of its own, once in each face."""
    lines = [tuple(part for face in FACES for part in (Run(letter, *face), Run(" –– "))) for letter in letters]
    return replace(DRAFT, blocks=(*map(Paragraph, lines), paragraph("Hết")))


def in_a_cell(image: Image.Image, right: int = 0, down: int = 0) -> Image.Image:
    """The dark part of the picture in the middle of a cell, or a little beside it, at a third of the resolution."""
    dark = image.crop(ImageChops.invert(image).point(lambda value: 255 if value > 100 else 0).getbbox())
    cell = Image.new("L", (CELL, CELL), 255)
    cell.paste(dark, ((CELL - dark.width) // 2 + right, (CELL - dark.height) // 2 + down))
    return cell.reduce(3)


@cache
def from_the_font(letter: str, path: Path) -> Image.Image:
    """As Pillow draws it: four times too large, so that hinting does not bend it, and reduced."""
    image = Image.new("L", (CELL * 8, CELL * 8), 255)
    font = ImageFont.truetype(path, PIXELS * 4)
    ImageDraw.Draw(image).text((CELL * 2, CELL * 6), letter, font=font, anchor="ls")
    return in_a_cell(image.reduce(4))


def nearest(drawn: Image.Image, letter: str, path: Path) -> str:
    """Of all letters on the same base, small and capital, the one whose picture differs least from what is drawn."""
    like = [other for other in LETTERS if BASES[other] == BASES[letter]]
    places = [in_a_cell(drawn, right, down) for right in (-1, 0, 1) for down in (-1, 0, 1)]

    def difference(other: str) -> int:
        wanted = from_the_font(other, path)
        return min(sum(ImageChops.difference(place, wanted).tobytes()) for place in places)

    return min(like, key=difference)


def seen_in(drawn: bytes) -> list[str]:
    """The letters of the specimen as they look, face by face."""
    seen, files = [""] * len(FACES), font_files()
    for number, on_page in enumerate(words(drawn), 1):
        image = picture(drawn, number, DPI)
        letters = [word for word in on_page if word.text in BASES and word.left > 100]
        for index, word in enumerate(letters):
            box = (word.left - 2, word.top - 5, word.right + 2, word.bottom + 2)
            drawn_letter = image.crop(tuple(round(side * DPI / 72) for side in box))
            seen[index % len(FACES)] += nearest(drawn_letter, word.text, files[FACES[index % len(FACES)]])
    return seen


def test_every_vietnamese_letter_is_drawn_in_every_face():
    assert len(LETTERS) == 12 * 6 * 2 + 21 * 2
    assert seen_in(pdf.render_pdf(specimen(LETTERS))) == [LETTERS] * 4


@pytest.fixture
def swapped_files(tmp_path) -> dict[tuple[bool, bool], Path]:
    """Tinos with ẩ and ẫ in each other's place."""
    files = {face: tmp_path / path.name for face, path in font_files().items()}
    for face, path in font_files().items():
        font = TTFont(path)
        for glyphs in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():  # some share theirs
            if ord("ẩ") in glyphs:
                glyphs[ord("ẩ")], glyphs[ord("ẫ")] = glyphs[ord("ẫ")], glyphs[ord("ẩ")]
        font.save(files[face])
    return files


def test_a_font_that_draws_other_letters_is_seen_though_the_text_is_right(swapped_files, monkeypatch):
    right = pdf.render_pdf(specimen("âẩẫậ"))
    monkeypatch.setattr(pdf, "font_files", lambda: swapped_files)
    for kept in ("_own_fonts", "_style"):
        monkeypatch.setattr(pdf, kept, getattr(pdf, kept).__wrapped__)
    wrong = pdf.render_pdf(specimen("âẩẫậ"))
    assert plain_text(wrong) == plain_text(right)
    assert seen_in(right) == ["âẩẫậ"] * 4
    assert seen_in(wrong) == ["âẫẩậ"] * 4


@pytest.fixture
def latin_subset(tmp_path) -> Path:
    path = tmp_path / "Tinos-Regular.ttf"
    font = TTFont(font_files()[False, False])
    cutter = subset.Subsetter()
    cutter.populate(unicodes=range(0x20, 0x100))
    cutter.subset(font)
    font.save(path)
    return path


def test_a_font_without_vietnamese_letters_is_refused_in_words(latin_subset, monkeypatch):
    monkeypatch.setattr(fonts, "_FOLDERS", [latin_subset.parent])
    assert {"ạ", "ẵ", "Ợ", "ư", "đ"} <= set(missing_letters(latin_subset))
    with pytest.raises(FontMissing, match=r"thiếu chữ tiếng Việt: .*Hãy cài lại gói fonts-croscore"):
        fonts._whole_font("Tinos-Regular.ttf")


def test_no_font_is_refused_in_words_and_a_whole_one_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_FOLDERS", [tmp_path])
    with pytest.raises(FontMissing, match=r"chưa có phông chữ Tinos-Bold.ttf. Hãy cài gói fonts-croscore"):
        fonts._whole_font("Tinos-Bold.ttf")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(font_files()[True, False], folder)
    assert fonts._whole_font("Tinos-Bold.ttf") == folder / "Tinos-Bold.ttf"


@pytest.mark.parametrize("face", FACES)
def test_words_are_as_wide_as_the_font_draws_them(face):
    bold, italic = face
    drawn = ImageFont.truetype(font_files()[face], 1000).getlength("Độc lập - Tự do - Hạnh phúc", features=["-kern"])
    assert text_width("Độc lập - Tự do - Hạnh phúc", 1000, bold=bold, italic=italic) == pytest.approx(drawn, rel=0.01)
