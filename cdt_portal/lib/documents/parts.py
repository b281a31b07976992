"""What an official paper holds, without how it looks: `pdf` and `docx` draw the same `Document`.

Text is plain Unicode (NFC); renderers escape it. A value that is not known yet is empty: drafts leave the number and
the day blank, as the clerk fills them in.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""  # http or https only


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is "I. TITLE" in capitals, 2 "1. Title", 3 "a) Title"; the text brings its own number."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A justified paragraph with its first line set in; a list item brings its own "- " as text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`head` has one or more rows of cells; a cell may span columns or rows. `widths` are shares of the text width.

    `align` is one of l, c, r for each column. `body` rows have as many cells as there are columns. With `led`, a row
    whose first `led` cells are all empty goes on with the row above: those cells become one over the rows, which stay
    on one page as far as they fit.
    """

    head: tuple[tuple["Cell", ...], ...]
    body: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: str
    led: int = 0

    def groups(self) -> list[list[tuple[str, ...]]]:
        """The rows of the body, those together that the first of them leads."""
        found: list[list[tuple[str, ...]]] = []
        for row in self.body:
            if found and self.led and not any(row[: self.led]):
                found[-1].append(row)
            else:
                found.append([row])
        return found


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """A share in percent, None when not known, with its words; `target`, in percent, is a mark on it."""

    label: str
    percent: float | None
    text: str
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Shares one below the other, each with a bar that its words say, too."""

    rows: tuple[Bar, ...]

    def table(self) -> Table:
        """The words alone, where no bar can be drawn."""
        body = tuple((row.label, row.text) for row in self.rows)
        return Table(((Cell("Nội dung"), Cell("Tỷ lệ")),), body, (50, 50), "lr")


Block = Heading | Paragraph | Table | Bars


@dataclass(frozen=True, slots=True)
class Issuer:
    """The head on the left: `parent` (plain; empty for a commune) over `name` (bold), one text a printed line."""

    name: tuple[str, ...]
    parent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """`titles` are capitals, one text a line: "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"."""

    titles: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Appendix:
    """An annex on pages of its own, numbered apart. `reference` is the "(Kèm theo Báo cáo số …)" line."""

    label: str  # "Phụ lục I"
    title: str
    reference: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One official paper. `symbol` is what follows the number ("BC-UBND"); `subject` may hold line breaks.

    The text ends with "./.", which the renderers add to the last paragraph of `blocks`. `year` is what a draft without
    a day says after "năm".
    """

    issuer: Issuer
    symbol: str
    place: str
    title: str
    subject: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    legal_bases: tuple[str, ...] = ()
    number: str = ""
    day: date | None = None
    year: int | None = None
    appendices: tuple[Appendix, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """That somebody completed a class, on one page. `details` stand below its title: how long it was, and when.

    `address` is the web page that vouches for it, `code` what is typed there instead of scanning.
    """

    issuer: Issuer
    place: str
    day: date
    full_name: str
    title: str
    details: str
    signature: Signature
    code: str
    address: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that leads to `address`, with words above it and below."""

    words: str
    caption: str
    address: str


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """A table across the page in which people sign, with room to write in every row, and QR codes below it."""

    issuer: Issuer
    title: str
    subject: str
    reference: str
    table: Table
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A sixth of a page, to be cut out and handed over: facts about a person, a code to scan and what to do with it."""

    title: str
    name: str
    facts: tuple[tuple[str, str], ...]
    address: str  # in the QR code, and below the facts in full
    steps: tuple[str, ...]
    warning: str
