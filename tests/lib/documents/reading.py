"""What a PDF shows and where, read back with poppler's tools. All lengths are points from the top left corner."""

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

MM = 72 / 25.4
ZOOM = 3  # pdftohtml writes whole numbers
DPI = 144


@dataclass(frozen=True)
class Line:
    page: int
    text: str
    left: float
    top: float
    width: float
    height: float
    size: float
    font: str  # "Bold-Italic", "Italic", "Bold" or ""

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def baseline(self) -> float:
        """Of a typeface whose letters rise 0.891 and sink 0.216 of the size."""
        return self.top + self.height * 0.891 / (0.891 + 0.216)


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    lines: tuple[Line, ...]

    def line(self, start: str) -> Line:
        """The one line that begins so."""
        (found,) = [line for line in self.lines if line.text.startswith(start)]
        return found

    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def pages(pdf: bytes, folder: Path) -> list[Page]:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    xml = run("pdftohtml", "-xml", "-stdout", "-i", "-zoom", str(ZOOM), "-fontfullname", str(path), given=b"")
    root, fonts = ElementTree.fromstring(xml), {}
    read = []
    for number, page in enumerate(root.iter("page"), 1):
        fonts |= {font.get("id"): font for font in page.iter("fontspec")}
        lines = [line_of(number, text, fonts[text.get("font")]) for text in page.iter("text")]
        read.append(Page(int(page.get("width")) / ZOOM, int(page.get("height")) / ZOOM, tuple(filter(has_text, lines))))
    return read


def has_text(line: Line) -> bool:
    return bool(line.text)


def line_of(page: int, text: ElementTree.Element, font: ElementTree.Element) -> Line:
    left, top, width, height = (int(text.get(name)) / ZOOM for name in ("left", "top", "width", "height"))
    words = re.sub(r"\s+", " ", "".join(text.itertext())).strip()
    face = re.search(r"(?:(?:Bold|Italic)-?)*$", font.get("family"))[0]
    return Line(page, words, left, top, width, height, int(font.get("size")) / ZOOM, face)


def picture(pdf: bytes, page: int, dpi: int = DPI) -> Image.Image:
    """The page in grey as poppler draws it."""
    ppm = run("pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), given=pdf)
    return Image.open(BytesIO(ppm))


def rules(pdf: bytes, page: int) -> list[tuple[float, float, float]]:
    """Horizontal lines longer than any stroke of a letter: left end, right end, height from the top."""
    image = picture(pdf, page)
    found: list[tuple[float, float, float]] = []
    for row in range(image.height):
        dark = bytes(255 if value < 128 else 0 for value in image.crop((0, row, image.width, row + 1)).tobytes())
        for run_ in re.finditer(rb"\xff{40,}", dark):
            left, right, top = (value * 72 / DPI for value in (run_.start(), run_.end(), row))
            if not any(abs(left - other) < 1 and abs(top - above) < 3 for other, _, above in found):
                found.append((left, right, top))
    return found


def plain_text(pdf: bytes) -> str:
    """All words, single-spaced."""
    return " ".join(run("pdftotext", "-layout", "-", "-", given=pdf).decode().split())


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def words(pdf: bytes) -> list[list[Word]]:
    """The words of each page with the boxes they stand in."""
    pattern = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
    html = run("pdftotext", "-bbox", "-", "-", given=pdf).decode()
    return [
        [Word(match[5], *map(float, match.groups()[:4])) for match in pattern.finditer(page)]
        for page in html.split("<page ")[1:]
    ]
