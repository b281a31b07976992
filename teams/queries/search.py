"""What one search box finds in the register: a few of each kind, by the words of names or by numbers.

Typed without marks it finds all, with marks those marks only: "Cẩm Giang" is not "Cẩm Giàng". Every kind is one look
into an index that knows the scope, so that a name of thousands and a name of nobody cost the same at any size.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib import decisions, phones, text
from cdt_portal.lib.dates import format_date
from teams import naming
from teams.access import Scope
from teams.models import Commune, Decision, ResidentialUnit, Team
from teams.models.words import ids_having
from teams.queries.apart import some_of, those_of
from teams.queries.members import MemberFilter, MemberRow, rows_of, some_members

LOOKED = 200  # rows of a kind that are put in order; who gets so many types another word
SHORTEST_NAME = 3  # letters; two begin the names of half of all people
# Words for a kind of unit or team: everybody writes their marks, so that they say nothing of those of the name itself.
LABELS = frozenset([
    "thôn", "xã", "phường", "tổ", "khu", "phố", "khối", "khóm", "ấp", "bản", "làng", "buôn", "xóm", "tỉnh", "thành",
    "đặc", "dân", "công", "nghệ", "số", "cộng", "đội",
])  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:quyết định|quyet dinh|qđ|qd|số|so|[\s:.])*[0-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: `detail` tells it from its namesakes, `note` says that it is no more."""

    title: str
    detail: str
    url: str
    note: str = ""


class Wanted:
    """What was typed, as names are compared with it: as it is, and as the key of a village ("KP1" is "khu phố 1")."""

    def __init__(self, typed: str):
        self.keys = list(dict.fromkeys([text.match_key(typed), naming.unit_key(typed)]))
        self.folded = [text.fold(key) for key in self.keys]
        names = set(_WORD.findall(self.keys[0])) - LABELS
        self.with_marks = any(text.fold(word) != word for word in names)
        self._sought = _WORD.findall(self.keys[0] if self.with_marks else self.folded[0])

    def tsquery(self, scope: Scope) -> str:
        """For `teams_words`; "" when there is nothing to look for."""
        ways, codes = [*filter(None, map(self._all_words, self.keys))], scope.codes()
        if not ways or codes == frozenset():
            return ""
        inside = f" & ({' | '.join(_lexeme(f'#{code}') for code in sorted(codes))})" if codes else ""
        return f"({' | '.join(ways)}){inside}"

    def _all_words(self, key: str) -> str:
        wanted = [_begins(word) for word in text.fold(key).split()]
        if self.with_marks:
            wanted += [_begins(f"={word}") for word in _WORD.findall(key) if word not in LABELS]
        return f"({' & '.join(wanted)})" if wanted else ""

    def fits(self, name: str) -> bool:
        """The same for a name that is in no index."""
        words = _WORD.findall(text.match_key(name) if self.with_marks else text.fold(name))
        return bool(self._sought) and all(any(each.startswith(word) for each in words) for word in self._sought)

    def distance(self, key: str) -> int:
        """0 for the whole name, 1 for its beginning, 2 for words in it."""
        folded = text.fold(key)
        if folded in self.folded:
            return 0
        return 1 if folded.startswith(self.folded[0]) else 2


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _begins(word: str) -> str:
    """Numbers are whole: "Thôn 1" is not Thôn 12."""
    return _lexeme(word) if word.lstrip("=").isdigit() else f"{_lexeme(word)}:*"


def search_units(scope: Scope, typed: str, count: int) -> list[Found]:
    """Provinces that are seen as a whole, communes, villages; those that are no more come last."""
    wanted = Wanted(typed)
    provinces = scope.provinces().order_by("sort_key").values_list("code", "name")
    found = [
        Found(name, "", f"{reverse('teams:communes')}?tinh={code}") for code, name in provinces if wanted.fits(name)
    ]
    if typed.isdigit():
        coded = scope.communes().filter(pk=typed).values_list("pk", "name")
        found += [Found(name, "", reverse("teams:commune", args=[code])) for code, name in coded]
    for code, name, ended_on, (of,) in _best(scope.communes(), COMMUNE, wanted, scope, count):
        found.append(
            Found(
                name,
                "" if scope.home_province else of,
                reverse("teams:commune", args=[code]),
                _ended(ended_on, "không còn"),
            )
        )
    villages = scope.narrow(ResidentialUnit.objects.all())
    for code, name, ended_on, place in _best(villages, VILLAGE, wanted, scope, count):
        page = "teams:units" if ended_on else "teams:commune"  # of the past it stands with what became of it
        found.append(Found(name, _place(scope, *place), reverse(page, args=[code]), _ended(ended_on, "không còn")))
    return sorted(found, key=lambda each: bool(each.note))[:count]


def search_teams(scope: Scope, typed: str, count: int) -> list[Found]:
    return [
        Found(name, _place(scope, *place), reverse("teams:team", args=[pk]), _ended(dissolved_on, "đã giải thể"))
        for pk, name, dissolved_on, place in _best(scope.narrow(Team.objects.all()), TEAM, Wanted(typed), scope, count)
    ]


def search_people(scope: Scope, typed: str, count: int) -> list[Found]:
    """By name, or by a phone in any writing; the phone is shown and sought as far as the user's right goes."""
    if len(text.fold(typed)) < SHORTEST_NAME:
        return []
    if any(char.isdigit() for char in typed) and not phones.digits_of(typed).startswith("0"):
        return []
    found = some_members(scope, MemberFilter(timezone.localdate(), search=typed), count)
    return [_person(scope, row) for row in rows_of(scope, found)]


def _person(scope: Scope, row: MemberRow) -> Found:
    member = row.member
    of = [member.get_role_display(), row.phone, member.team.name, "" if scope.home_commune else member.commune.name]
    return Found(member.full_name, " · ".join(filter(None, of)), reverse("teams:team", args=[member.team_id]))


def search_decisions(scope: Scope, typed: str, count: int) -> list[Found]:
    """By number, with or without symbol and day, in any writing: "1907", "số 45/QĐ-UBND ngày 5.8.25"."""
    reading = decisions.parse_decision(typed)
    if not _NUMBERED.match(text.clean(typed)) or not reading.number:
        return []
    key = decisions.decision_key(reading.number, reading.symbol)
    rows = scope.narrow(Decision.objects.all()).filter(match_key__gte=key, match_key__lt=f"{key}\uffff")
    rows = rows.filter(issued_on=reading.issued_on) if reading.issued_on else rows
    columns = ("id", "number", "symbol", "issued_on", "commune__name", "province__name")
    found = sorted(some_of(rows.values_list(*columns), LOOKED), key=lambda row: row[3] or date.min, reverse=True)
    return [
        Found(decisions.decision_title(*title), _place(scope, *place), reverse("teams:decision", args=[pk]))
        for pk, *title, place in ((*row[:4], row[4:]) for row in found[:count])
    ]


# Columns of what is looked for by words: its id, the day of its end, where it is.
COMMUNE = ("code", "ended_on", "province__name")
VILLAGE = ("commune_id", "ended_on", "commune__name", "province__name")
TEAM = ("id", "dissolved_on", "commune__name", "province__name")
HAVING_WORDS = {
    Commune: ids_having("teams_commune", pk="code", commune="code"),
    ResidentialUnit: ids_having("teams_residentialunit_seen"),
    Team: ids_having("teams_team_seen"),
}


def _best(
    rows: QuerySet, columns: tuple[str, ...], wanted: Wanted, scope: Scope, count: int
) -> list[tuple[object, str, date | None, list[str]]]:
    """(id, name, end, place) of rows that have the words: the living, then whole names, then beginnings first."""
    asked = wanted.tsquery(scope)
    if not asked:
        return []
    pk, ended_on, *place = columns
    known = rows.values_list(pk, "name", ended_on, "match_key", "sort_key", *place)
    found = those_of(known, HAVING_WORDS[rows.model], (asked,), LOOKED)
    found.sort(key=lambda row: (row[2] is not None, wanted.distance(row[3]), *row[4:]))
    return [(*row[:3], list(row[5:])) for row in found[:count]]


def having_words(model: type[Model], asked: str) -> RawSQL:
    """Ids of rows in sight of `model` that have what is `asked`, a `Wanted.tsquery`: found apart, by the index alone,
    to be narrowed to the scope as everything else."""
    sql = f"WITH found AS MATERIALIZED ({HAVING_WORDS[model]}) SELECT id FROM found"  # noqa: S608  our own text
    return RawSQL(sql, [asked])  # noqa: S611  as a parameter


def _place(scope: Scope, commune: str, province: str) -> str:
    """Where it is, as far as the user has more than one such place."""
    if scope.home_commune:
        return ""
    return commune if scope.home_province else f"{commune}, {province}"


def _ended(day: date | None, word: str) -> str:
    return f"{word} từ {format_date(day)}" if day else ""
