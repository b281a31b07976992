"""The one typeface of official papers: Tinos, whose letters are as wide as those of Times New Roman.

The whole font is needed: one that lacks letters, or was cut into subsets for the web, draws wrong letters while the
text that one copies out of the PDF stays right.
"""

from functools import cache
from pathlib import Path
from unicodedata import normalize

from fontTools.ttLib import TTFont

WORD_FAMILY = "Times New Roman"  # what a Word file names: offices have it
LETTERS = "".join(
    sorted(
        {
            normalize("NFC", vowel + tone)
            for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
            for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
        }
        | set("bcdđfghjklmnpqrstvwxzBCDĐFGHJKLMNPQRSTVWXZ")
    )
)

_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"]
_FILES = {  # bold, italic
    (False, False): "Tinos-Regular.ttf",
    (True, False): "Tinos-Bold.ttf",
    (False, True): "Tinos-Italic.ttf",
    (True, True): "Tinos-BoldItalic.ttf",
}


class FontMissing(Exception):
    """Papers cannot be drawn on this machine; the message says what to install."""


@cache
def font_files() -> dict[tuple[bool, bool], Path]:
    """The four files by (bold, italic), looked for and looked through once; raises `FontMissing`."""
    return {face: _whole_font(name) for face, name in _FILES.items()}


def _whole_font(name: str) -> Path:
    path = next((path for folder in _FOLDERS for path in sorted(Path(folder).expanduser().rglob(name))), None)
    if path is None:
        raise FontMissing(f"Máy chủ chưa có phông chữ {name}. Hãy cài gói fonts-croscore rồi khởi động lại.")
    if missing := missing_letters(path):
        raise FontMissing(f"Phông chữ {path} thiếu chữ tiếng Việt: {missing}. Hãy cài lại gói fonts-croscore.")
    return path


def missing_letters(path: Path) -> str:
    """The Vietnamese letters that the font file cannot draw."""
    with TTFont(path, lazy=True) as font:
        known = font.getBestCmap()
    return "".join(letter for letter in LETTERS if ord(letter) not in known)


def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """How wide the text is on one line, in the unit of `size`."""
    widths = _widths(bold, italic)
    return sum(widths.get(char, widths["n"]) for char in text) * size


@cache
def _widths(bold: bool, italic: bool) -> dict[str, float]:
    with TTFont(font_files()[bold, italic], lazy=True) as font:
        advances, em = font["hmtx"], font["head"].unitsPerEm
        return {chr(code): advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}
