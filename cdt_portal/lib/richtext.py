"""The limited HTML of long answers: paragraphs, lists, bold, italic, line breaks, links to the web. Nothing else.

Whatever comes in, from an editor or pasted from Word, is read into paragraphs and written anew from them, so what is
stored never holds a tag or attribute that this module did not write. How long a text may be is the form's affair.
"""

import re
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple
from unicodedata import combining, normalize
from urllib.parse import urlsplit

from cdt_portal.lib.documents.parts import Paragraph, Run
from cdt_portal.lib.text import clean

_BOLD, _ITALIC, _UNREAD = {"b", "strong"}, {"i", "em"}, {"script", "style"}
_BLOCKS = {  # where a browser begins a new line, so that texts side by side do not run together
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
    "html", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "title", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*>?", re.DOTALL)  # declarations and instructions too
_NOTHING = "\u200b"  # taken out by `clean`; until then it keeps what stands around it from becoming a tag
_DASH = "- "
_BULLETS = re.compile("(?:[-–•·▪●] )+")


def parse(html: str) -> tuple[Paragraph, ...]:
    """Its paragraphs, none of them empty; "\\n" in a run is a line break, a list item begins with "- ".

    Text is in NFC with single spaces. Tags that are not known give their text, script and style give nothing.
    """
    reader = _Reader()
    reader.feed(_without_open_ends(html))
    reader.close()
    reader.end_paragraph()
    return tuple(reader.paragraphs)


def canonical(html: str) -> str:
    """The one way to write what `html` says: p, ul/li, b, i, br and a with an http(s) href, all escaped and closed."""
    return _write(parse(html))


def from_text(text: str) -> str:
    """Plain lines as limited HTML, each line a paragraph; lines that begin with "- " become a list."""
    return canonical("".join(f"<p>{escape(line)}</p>" for line in text.splitlines()))


def plain(html: str) -> str:
    """The text alone, one line for each paragraph."""
    return "\n".join("".join(run.text for run in paragraph.runs) for paragraph in parse(html))


def web_address(value: str) -> str:
    """The address when it is a plain http or https one; else ""."""
    address = value.strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.scheme in ("http", "https") and parts.username is None else None
    except ValueError:
        return ""
    return address if host and address.isprintable() and " " not in address else ""


def _without_open_ends(html: str) -> str:
    """No comments, and each "<" after the last ">" as text: over these the parser fails, or takes a time that grows
    with the square of their number."""
    html = _COMMENTS.sub(_NOTHING, html)
    end = html.rfind(">") + 1
    return html[:end] + html[end:].replace("<", "&lt;")


class _Look(NamedTuple):
    bold: bool = False
    italic: bool = False
    href: str = ""


class _Reader(HTMLParser):
    """Collects paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[Paragraph] = []
        self._chars: list[tuple[str, _Look]] = []
        self._bold = self._italic = 0  # a page may nest them
        self._href = self._unread = ""
        self._is_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread = tag
        elif tag in _BLOCKS:
            self.end_paragraph()
            self._is_item = self._is_item or tag == "li"
        elif tag in _CELLS:
            self._add(" ")
        elif tag == "br":
            self._break_line()
        elif tag == "a":
            self._href = web_address(dict(attrs).get("href") or "")
        else:
            self._bold += tag in _BOLD
            self._italic += tag in _ITALIC

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unread:
            self._unread = ""
        elif tag in _BLOCKS:
            self.end_paragraph()
            self._is_item = self._is_item and tag != "li"
        elif tag == "a":
            self._href = ""
        else:
            self._bold = max(0, self._bold - (tag in _BOLD))
            self._italic = max(0, self._italic - (tag in _ITALIC))

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._add(clean(f"|{data}|")[1:-1])  # the bars keep the spaces at both ends

    def _add(self, text: str) -> None:
        """Adds to the paragraph: no space at the start of a line or after another, no mark without its letter.

        A mark takes the look of its letter: written after a tag it would change the tag's ">".
        """
        look = _Look(self._bold > 0, self._italic > 0, self._href)
        for char in text:
            before, its_look = self._chars[-1] if self._chars else ("\n", look)
            if before in " \n" and (char == " " or combining(char)):
                continue
            self._chars.append((char, its_look if combining(char) else look))

    def _break_line(self) -> None:
        """One break is a new line, two are a new paragraph."""
        self._strip_end(" ")
        if self._chars and self._chars[-1][0] == "\n":
            self.end_paragraph()
        elif self._chars:
            self._chars.append(("\n", self._chars[-1][1]))

    def _strip_end(self, unwanted: str) -> None:
        while self._chars and self._chars[-1][0] in unwanted:
            self._chars.pop()

    def end_paragraph(self) -> None:
        self._strip_end(" \n")
        if not self._chars:
            return
        bullet = _BULLETS.match("".join(char for char, _ in self._chars))
        if bullet or self._is_item:
            self._chars[: bullet.end() if bullet else 0] = [(char, _Look()) for char in _DASH]
        self.paragraphs.append(
            Paragraph(
                tuple(
                    Run(normalize("NFC", "".join(char for char, _ in group)), *look)
                    for look, group in groupby(self._chars, key=lambda pair: pair[1])
                )
            )
        )
        self._chars, self._is_item = [], False


def _write(paragraphs: Iterable[Paragraph]) -> str:
    html = []
    for is_item, group in groupby(paragraphs, key=lambda paragraph: paragraph.runs[0].text.startswith(_DASH)):
        tag = "li" if is_item else "p"
        inner = "".join(f"<{tag}>{_write_runs(paragraph, is_item)}</{tag}>" for paragraph in group)
        html.append(f"<ul>{inner}</ul>" if is_item else inner)
    return "".join(html)


def _write_runs(paragraph: Paragraph, is_item: bool) -> str:
    return "".join(map(_write_run, paragraph.runs)).removeprefix(_DASH if is_item else "")


def _write_run(run: Run) -> str:
    html = escape(run.text, quote=False).replace("\n", "<br>")
    if run.italic:
        html = f"<i>{html}</i>"
    if run.bold:
        html = f"<b>{html}</b>"
    return f'<a href="{escape(run.href)}">{html}</a>' if run.href else html
