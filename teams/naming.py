"""Names of teams and of the villages they speak of: "Tổ KP1" means the unit "Khu phố 1"."""

import re
from functools import lru_cache

from cdt_portal.lib.text import clean, match_key

# A label stands before the shorter one it begins with. None: the kind of commune tells, not the label.
LABELS: dict[str, str | None] = {
    "tổ dân phố": "residential_group",
    "khu phố": "residential_group",
    "khối phố": "residential_group",
    "khối": "residential_group",
    "khóm": "residential_group",
    "tiểu khu": "residential_group",
    "khu dân cư": None,
    "cụm dân cư": None,
    "khu": None,
    "thôn": "village",
    "làng": "village",
    "bản": "village",
    "buôn": "village",
    "bon": "village",
    "ấp": "village",
    "xóm": "village",
    "tổ": "residential_group",
}

_ANY_LABEL = "|".join(LABELS)
_FLAGS = re.IGNORECASE
_ABBREVIATIONS = {"kp": "khu phố", "tdp": "tổ dân phố", "kdc": "khu dân cư"}
_ABBREVIATION = re.compile(r"(?<![^\W_])(k\.?p|t\.?[dđ]\.?p|k\.?d\.?c)\.?(?![^\W\d_])", _FLAGS)
# "Tổ công nghệ số cộng đồng", "Tổ CNSCĐ", "Tổ CĐS cộng đồng", "… và Đề án 06", with or without "Tổ".
_TEAM_WORDS = re.compile(
    r"^(?:tổ\s+)?(?:(?:công nghệ|chuyển đổi|cn|c[đd])\s*số|cns|c[đd]s)\s*(?:cộng đồng|c[đd])?(?![^\W_])"
    r"(?:\s*(?:và|,|&|\+|-)?\s*(?:tổ\s+)?(?:đề án|đa)\s*(?:số\s*)?0?6(?:\s*/\s*cp)?(?![^\W_]))?"
    r"[\s.,:\-–]*",
    _FLAGS,
)
# "Tổ" goes before a unit's label or a proper name; "Tổ 5" and "Tổ dân phố 3" are units themselves.
_TEAM_WORD = re.compile(
    rf"^(?:tổ\s+)+(?=(?:{_ANY_LABEL})(?![^\W\d_])|(?!(?:dân|nhân|tự|liên|số|chỉ)(?![^\W_]))[^\W\d_]{{2,}})",
    _FLAGS,
)
_NUMBER_WORD = re.compile(r"(?<![^\W_])số[\s.:]*(?=[0-9])", _FLAGS)
_GLUED_NUMBER = re.compile(rf"(?<![^\W_])({_ANY_LABEL})[.:\-]*(?=[0-9])", _FLAGS)
_PUNCTUATION = re.compile(r"[\s.,;:…–\-]+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_LABEL = re.compile(rf"(?:{_ANY_LABEL})(?![^\W_])", _FLAGS)
_BLANK = re.compile(r"\s*[.…_][\s.…_]*")


def _unit_text(text: str) -> str:
    """The part of a name that speaks of a unit, abbreviations in full, "" when it speaks of none."""
    text = _ABBREVIATION.sub(_in_full, text)
    text = _TEAM_WORD.sub("", _TEAM_WORDS.sub("", text))
    return _GLUED_NUMBER.sub(r"\1 ", text).strip()


def _in_full(found: re.Match[str]) -> str:
    return _ABBREVIATIONS[found[1].replace(".", "").lower().replace("đ", "d")] + " "


@lru_cache(maxsize=8192)
def team_core(name: str) -> str:
    """What a team's name speaks of, in the form of `match_key`: "Tổ CNSCĐ TDP số 01" -> "tổ dân phố 01"; the
    whole name when it speaks of no unit, so that only an empty name has an empty core."""
    whole = match_key(name)
    return _PUNCTUATION.sub(" ", _NUMBER_WORD.sub("", _unit_text(whole))).strip() or whole


def speaks_of_unit(name: str) -> bool:
    """Whether a team's name says which unit it is for: "Tổ CNSCĐ thôn 1" does, "Tổ công nghệ số cộng đồng" does not."""
    return bool(_unit_text(match_key(name)))


def says_team(name: str) -> bool:
    """Whether a name says that it is a team's: "Tổ KP1" and "CNSCĐ thôn 1" do, "Khu phố 1" and "Tổ 5" do not."""
    whole = _ABBREVIATION.sub(_in_full, match_key(name))
    return bool(_TEAM_WORDS.match(whole) or _TEAM_WORD.match(whole))


def unit_key(name: str) -> str:
    """Compares units, and teams with units: "Tổ KP1", "KP 01" and "khu phố số 1" agree."""
    return _LEADING_ZEROS.sub("", team_core(name))


def unit_label(name: str) -> str:
    """The local label a unit's name begins with ("thôn", "khu phố"), a key of LABELS, or ""."""
    found = _LABEL.match(team_core(name))
    return found[0] if found else ""


def unit_kind(name: str, commune_kind: str) -> str:
    """The kind of unit, "village" or "residential_group": by the label, else by the kind of commune."""
    by_commune = "residential_group" if commune_kind == "ward" else "village"
    return LABELS.get(unit_label(name)) or by_commune


def display_unit_name(name: str) -> str:
    """The name to store for a new unit: "Tổ KP1" -> "Khu phố 1", "THÔN ĐÔNG" -> "Thôn Đông"."""
    text = clean(name)
    unit = " ".join(_unit_text(text).split()).strip(" .,;:-") or text
    if unit.isupper() and " " in unit:
        unit = unit.title()
    if found := _LABEL.match(unit):
        unit = found[0].lower() + unit[found.end() :]
    return unit[:1].upper() + unit[1:]


@lru_cache(maxsize=8192)
def is_placeholder(name: str) -> bool:
    """A line of the blank form: dots with at most a label before them ("Tổ ….", "Thôn…")."""
    text = _unit_text(match_key(name))
    label = _LABEL.match(text)
    return bool(_BLANK.fullmatch(text, label.end() if label else 0))
