"""Vietnamese text: cleaning, keys for search and comparison, alphabetical order, personal names."""

import re
import unicodedata
from functools import lru_cache

# Control, zero-width, bidi and tag characters, lone surrogates and the two non-characters that XML forbids.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def clean(value: str) -> str:
    """The text in NFC on one line: nothing invisible, every run of white space one space, ends stripped."""
    if value.isprintable() and "  " not in value:  # nearly every text; of white space only the space is printable
        return unicodedata.normalize("NFC", value).strip()
    value = _UNSEEN.sub("", value)
    return " ".join(unicodedata.normalize("NFC", value).split())


def clean_lines(value: str) -> str:
    """As `clean`, line by line: line breaks of every kind become LF, blank lines at both ends go."""
    return "\n".join(clean(line) for line in _UNSEEN.sub("", value).splitlines()).strip("\n")


class _FoldTable(dict[int, str]):
    """For `str.translate`: each character without case and marks, punctuation as a space. Fills on demand."""

    def __missing__(self, code: int) -> str:
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        folded = "".join(map(_fold_character, text))
        if code < 0x3000:  # hostile input cannot grow the table without end
            self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    if char in "đðɖ":
        return "d"
    category = unicodedata.category(char)
    if category in ("Ll", "Lo", "Lu", "Lt") or category[0] == "N":
        return char
    return "" if category[0] in "MC" and not char.isspace() else " "


_FOLD = _FoldTable()


def fold(value: str) -> str:
    """For search: lower case, no marks, đ as d, punctuation as spaces: "Cẩm Giàng" -> "cam giang"."""
    return " ".join(value.translate(_FOLD).split())


# The tone of oa, oe, uy goes on the second vowel, where "hoàn" and "quý" have it in both ways of writing.
_CANONICAL_FORMS = {
    unicodedata.normalize("NFC", first + tone + second): unicodedata.normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0300\u0309\u0303\u0301\u0323"
} | {
    "ð": "đ",
    "ɖ": "đ",
    "‘": "'",
    "’": "'",
    "ʼ": "'",
    "′": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
}
_VARIANT = re.compile("|".join(_CANONICAL_FORMS))


def match_key(value: str) -> str:
    """For comparison, tone marks kept: "Hoà" and "HÒA" agree, "Cẩm Giang" and "Cẩm Giàng" do not."""
    return _VARIANT.sub(lambda found: _CANONICAL_FORMS[found[0]], clean(value.casefold()))


# In keys "~" follows a base letter to make the next letter of the alphabet (a, ă = a~, â = a~~), and a
# syllable's tone follows its letters. Tones sort above the space and below digits and letters, "~" above all.
_BASES = {
    "a": "a", "ă": "a~", "â": "a~~", "e": "e", "ê": "e~", "i": "i",
    "o": "o", "ô": "o~", "ơ": "o~~", "u": "u", "ư": "u~", "y": "y",
}  # fmt: skip
_TONES = {"": "", "\u0300": "!", "\u0309": '"', "\u0303": "#", "\u0301": "$", "\u0323": "%"}
_LETTERS = {
    unicodedata.normalize("NFC", vowel + mark): (base, tone)
    for vowel, base in _BASES.items()
    for mark, tone in _TONES.items()
} | {"đ": ("d~", ""), "ð": ("d~", "")}
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_NUMBER = re.compile("[0-9]+")


@lru_cache(maxsize=16384)
def _chunk_key(chunk: str) -> str:
    words = []
    for word in _WORD.findall(chunk.casefold()):
        weights = [_LETTERS.get(char) or (_FOLD[ord(char)], "") for char in word]
        words.append("".join(base for base, _ in weights) + "".join(tone for _, tone in weights))
    return " ".join(words)


@lru_cache(maxsize=8192)  # names are made of few words
def sort_key(text: str) -> str:
    """Vietnamese dictionary order (a ă â b … d đ e ê …; ngang huyền hỏi ngã sắc nặng; syllable by syllable)
    under plain comparison of code points or UTF-8 bytes."""
    return " ".join(filter(None, map(_chunk_key, clean(text).split())))


@lru_cache(maxsize=8192)  # villages of many communes share a name
def natural_key(text: str) -> str:
    """As `sort_key`, with numbers in order of value: Thôn 1, Thôn 1A, Thôn 2, Thôn 10."""
    return sort_key(_NUMBER.sub(lambda found: found[0].lstrip("0").rjust(8, "0"), clean(text)))


def _name_words(full_name: str) -> list[str]:
    name = clean(full_name)
    return name.partition("(")[0].split() or name.split()


def given_name(full_name: str) -> str:
    """The last word of the name; a remark in brackets after it does not count."""
    return "".join(_name_words(full_name)[-1:])


def name_sort_key(full_name: str) -> str:
    """Order of personal names: given name, then family name, then the names between them."""
    *others, given = _name_words(full_name) or [""]
    parts = (given, *others[:1], " ".join(others[1:]))
    return "  ".join(filter(None, map(sort_key, parts)))


# "Ông" is a family name too (Ông Ích Khiêm, Ông Thị Hoa): before a usual middle name it stays.
_HONORIFIC = re.compile(
    r"(?:(?:[đð]/ ?c|[đð]\. ?c|[đð]c|đồng chí)\b[\s.:]*"
    r"|(?:ông|bà)(?:\s*[.:]\s*|\s+(?!(?:thị|văn|ích)\s))(?=\S+\s+\S))",
    re.IGNORECASE,
)


def strip_honorific(name: str) -> str:
    """The cleaned name without Đ/c, Đồng chí, and without Ông or Bà where two more words follow."""
    text = clean(name)
    return text[found.end() :] or text if (found := _HONORIFIC.match(text)) else text
