"""The words and punctuation that Nghị định 30/2020/NĐ-CP prescribes; `pdf` and `docx` write them alike."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cdt_portal.lib.dates import long_date
from cdt_portal.lib.documents.parts import Block, Document, Paragraph, Run

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
END = "./."

_GAP = "\u00a0"  # a space that neither browser nor Word takes away
_TYPED_END = re.compile(r"\s*(?:\./\.?|[.;,])?\s*$")


def number_line(document: Document) -> str:
    """Số: 05/BC-UBND, with room for the clerk's number when there is none yet."""
    return f"Số: {document.number or _GAP * 8}/{document.symbol}"


def place_and_date(document: Document) -> str:
    """Cát Hải, ngày 05 tháng 3 năm 2026, with room for the clerk's day when there is none yet."""
    if document.day:
        return dated(document.place, document.day)
    return f"{document.place}, ngày{_GAP * 6}tháng{_GAP * 6}năm {document.year or _GAP * 6}"


def dated(place: str, day: date) -> str:
    return f"{place}, {long_date(day)}"


def legal_bases(document: Document) -> list[str]:
    """Each ends with ";", the last with "."."""
    return _punctuated(document.legal_bases)


def addressees(document: Document) -> list[str]:
    """One stands as it is beside "Kính gửi:"; several are a list with dashes."""
    if len(document.addressees) < 2:
        return list(document.addressees)
    return [f"- {line}" for line in _punctuated(document.addressees)]


def recipients(document: Document) -> list[str]:
    """The lines below "Nơi nhận:"."""
    return [f"- {line}" for line in _punctuated(document.recipients)]


def finished(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with "./." after the last word, in place of what the author put there.

    After a table or a heading it stands in a paragraph of its own. A paper without text gets none.
    """
    if not blocks:
        return ()
    *others, last = blocks
    if not isinstance(last, Paragraph) or not last.runs:
        return (*blocks, Paragraph((Run(END),)))
    *runs, end = last.runs
    text = _TYPED_END.sub("", end.text, count=1)
    ending = (replace(end, text=text), Run(END)) if end.href else (replace(end, text=text + END),)
    return (*others, Paragraph((*runs, *ending)))


def _punctuated(lines: Sequence[str]) -> list[str]:
    bare = [line.strip().removeprefix("- ").rstrip(" ;.,") for line in lines]
    return [f"{line};" for line in bare[:-1]] + [f"{line}." for line in bare[-1:]]
