"""Rows of the register that may be one person: the same phone, or in one commune the same name.

Found by grouping, never by comparing each with each. What somebody has answered already is not asked again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from uuid import UUID

from django.db import connection

from teams.access import Can, Scope
from teams.enums import PairAnswer
from teams.models import Commune, Member, PersonPair, Province
from teams.queries.findings import numbers_of
from teams.queries.rosters import phone_text

CARDS = 50  # on a page; the next come up as these are answered
SAME_PHONE, SAME_NAME = "Cùng số điện thoại", "Cùng họ tên"
OF_ONE_NUMBER = 4  # rows of a number that are compared: an office's number stands in many


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rows, as a card shows it."""

    member: Member
    phone: str


@dataclass(frozen=True, slots=True)
class Card:
    first: Side
    second: Side
    why: tuple[str, ...]

    @property
    def one_team(self) -> bool:
        return self.first.member.team_id == self.second.member.team_id

    @property
    def namesakes(self) -> bool:
        return self.first.member.search_key == self.second.member.search_key


@dataclass(frozen=True, slots=True)
class Answered:
    pair: PersonPair
    first: Member
    second: Member


def cards_of_commune(scope: Scope, commune: Commune) -> list[Card]:
    """Pairs inside the commune. Two queries."""
    members = list(Member.objects.filter(commune=commune).select_related("team", "commune").order_by("pk"))
    standing = list(_standing_rows(members))
    answered = _answered(PersonPair.objects.filter(commune=commune), {row.pk: row.person for row in members})
    return _cards(scope, _alike(standing), answered)


def cards_of_province(scope: Scope, province: Province) -> list[Card]:
    """Pairs of active rows in two communes of the province, by phone alone; namesakes first. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(SAME_PHONE_ELSEWHERE, {"province": province.pk, "limit": CARDS})
        found = cursor.fetchall()
    rows = Member.objects.select_related("team", "commune").in_bulk({pk for pair in found for pk in pair})
    return _cards(scope, ((rows[first], rows[second], SAME_PHONE) for first, second in found), set())


SAME_PHONE_ELSEWHERE = """
    WITH numbers AS (
        SELECT id, commune_id, person, search_key, phone AS number FROM teams_member
        WHERE province_id = %(province)s AND left_on IS NULL AND phone <> ''
        UNION ALL
        SELECT id, commune_id, person, search_key, other_phone FROM teams_member
        WHERE province_id = %(province)s AND left_on IS NULL AND other_phone <> ''
    )
    SELECT a.id, b.id FROM numbers a
    JOIN numbers b ON b.number = a.number AND b.id > a.id AND b.commune_id <> a.commune_id AND b.person <> a.person
    WHERE NOT EXISTS (
        SELECT FROM teams_personpair p WHERE p.first_id = a.id AND p.second_id = b.id AND p.taken_back_at IS NULL
    )
    GROUP BY a.id, b.id ORDER BY bool_or(a.search_key = b.search_key) DESC, a.id, b.id LIMIT %(limit)s
"""


def _standing_rows(members: Iterable[Member]) -> Iterator[Member]:
    """One row for each person in each team: the active one, else the latest. `members` come in order of their ids."""
    rows: dict[tuple[UUID, int], Member] = {}
    for member in members:
        known = rows.get((member.person, member.team_id))
        if known is None or known.left_on:
            rows[member.person, member.team_id] = member
    return iter(rows.values())


def _alike(rows: list[Member]) -> Iterator[tuple[Member, Member, str]]:
    by_number, by_name = defaultdict(list), defaultdict(list)
    for row in rows:
        by_name[row.search_key].append(row)
        for number in numbers_of(row):
            by_number[number].append(row)
    for sharing in by_number.values():
        for first, second in combinations(sharing[:OF_ONE_NUMBER], 2):
            yield first, second, SAME_PHONE
    for namesakes in by_name.values():
        for first, second in pairwise(namesakes):
            if _may_be_one(first, second):
                yield first, second, SAME_NAME


def _may_be_one(first: Member, second: Member) -> bool:
    """Namesakes: written alike, or one without marks; not when each has another phone in another team."""
    marks = {first.match_key, second.match_key}
    if len(marks) > 1 and first.search_key not in marks:
        return False
    if first.left_on and second.left_on:
        return False
    numbers = set(numbers_of(first)), set(numbers_of(second))
    return first.team_id == second.team_id or not all(numbers) or bool(numbers[0] & numbers[1])


def _answered(pairs: Iterable[PersonPair], persons: dict[int, UUID]) -> set[frozenset]:
    """Persons of whom somebody said that they are two."""
    two = [pair for pair in pairs if pair.answer == PairAnswer.TWO and not pair.taken_back_at]
    return {frozenset({persons.get(pair.first_id), persons.get(pair.second_id)}) for pair in two}


def _cards(scope: Scope, alike: Iterable[tuple[Member, Member, str]], answered: set[frozenset]) -> list[Card]:
    """A card for each two persons, with every reason; those of one team first, then namesakes."""
    why: dict[frozenset, list[str]] = defaultdict(list)
    rows: dict[frozenset, tuple[Member, Member]] = {}
    for one, other, reason in alike:
        persons = frozenset({one.person, other.person})
        if len(persons) == 2 and persons not in answered:
            rows.setdefault(persons, tuple(sorted((one, other), key=lambda row: row.pk)))
            if reason not in why[persons]:
                why[persons].append(reason)
    cards = [Card(_side(scope, rows[key][0]), _side(scope, rows[key][1]), tuple(why[key])) for key in rows]
    return sorted(cards, key=lambda card: (not card.one_team, not card.namesakes, -len(card.why)))


def _side(scope: Scope, member: Member) -> Side:
    full = scope.allows(Can.SEE_PHONES, member.province_id, member.commune_id)
    return Side(member, phone_text(member, full=full))


def answered_pairs(pairs: Iterable[PersonPair]) -> list[Answered]:
    """Those of which both rows are still there. One query more."""
    pairs = list(pairs)
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    rows = Member.objects.select_related("team", "commune").in_bulk(ids)
    kept = [pair for pair in pairs if pair.first_id in rows and pair.second_id in rows]
    return [Answered(pair, rows[pair.first_id], rows[pair.second_id]) for pair in kept]


def latest_pairs(province: Province | None = None, commune: Commune | None = None) -> list[Answered]:
    """What was answered and may be taken back: of a commune, or between communes of a province."""
    pairs = PersonPair.objects.filter(taken_back_at=None, commune=commune).select_related("answered_by")
    pairs = pairs.filter(province=province) if province else pairs
    return answered_pairs(pairs.order_by("-pk")[:CARDS])
