"""Which stored member a row is. Pure: rows and members of one team in, pairs and the unmatched of both out."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import NamedTuple

from cdt_portal.lib import text
from teams.enums import Organization
from teams.intake.checks.keys import name_key
from teams.intake.reading import RosterRow
from teams.row_ids import read_row_id
from teams.services.imports.register import StoredMember

ORGANIZATIONS = {text.fold(label): value for value, label in Organization.choices}


class Person(NamedTuple):
    """A row that may go in, as the register would hold it; "" in a field means the file does not say."""

    row: RosterRow
    key: str
    full_name: str
    role: str
    phone: str
    other_phone: str
    organization: str
    note: str

    def differences(self, member: StoredMember) -> dict[str, str]:
        """field -> new value where the file says something else; blank cells keep what stands."""
        return {
            name: getattr(self, name)
            for name in ("full_name", "role", "phone", "other_phone", "organization", "note")
            if getattr(self, name) and getattr(self, name) != getattr(member, name) and not self.is_second(name, member)
        }

    def is_second(self, name: str, member: StoredMember) -> bool:
        """The file gives one number, and it is the member's second: that says nothing new."""
        return name == "phone" and not self.other_phone and self.phone == member.other_phone


@lru_cache(maxsize=1024)
def organization_of(words: str) -> str:
    """The organization of ours that is meant, or ""."""
    return ORGANIZATIONS.get(text.fold(words), "")


def person_of(row: RosterRow) -> Person:
    """What the row says of one person; the words of an organization that is none of ours go into the note."""
    numbers = row.phone.numbers
    organization = organization_of(row.organization)
    unknown = row.organization if not organization else ""
    note = f"{unknown}; {row.note}" if unknown and row.note else unknown or row.note
    return Person(
        row=row,
        key=name_key(row.full_name),
        full_name=row.full_name[:120],
        role=row.role,
        phone=numbers[0] if numbers else "",
        other_phone=numbers[1] if len(numbers) > 1 else "",
        organization=organization,
        note=note[:500],
    )


def same_person(person: Person, member: StoredMember) -> bool:
    """Whether a row with the member's id still speaks of them: somebody may have typed another person over it."""
    same_phone = bool(person.phone) and person.phone in (member.phone, member.other_phone)
    return same_phone or text.fold(person.full_name) == text.fold(member.full_name)


def match(people: list[Person], members: list[StoredMember]) -> tuple[list[StoredMember | None], list[StoredMember]]:
    """For each person the stored member or None; and the members whom nobody claims, in stored order.

    Surest evidence first: the signed id, name and phone, the name alone, the phone with a similar name.
    """
    found: list[StoredMember | None] = [None] * len(people)
    if not members:
        return found, []
    free = {member.id: member for member in members}
    for index, person in enumerate(people):
        member = free.get(read_row_id(person.row.row_id) or 0) if person.row.row_id else None
        if member is not None and same_person(person, member):
            found[index] = free.pop(member.id)
    pair(people, found, free, lambda p: (p.key, p.phone), lambda m: (m.key, m.phone))
    pair(people, found, free, lambda p: p.key, lambda m: m.key)
    pair(people, found, free, spelling_and_phone, spelling_and_phone)
    return found, list(free.values())


def spelling_and_phone(one: Person | StoredMember) -> Hashable:
    """Given name and phone: "Nguyễn Thị Hoa" and "Nguyễn Thị Hòa" behind one number are one person mistyped."""
    return (text.fold(text.given_name(one.full_name)), one.phone) if one.phone else None


def pair(
    people: list[Person],
    found: list[StoredMember | None],
    free: dict[int, StoredMember],
    key_of_person: Callable[[Person], Hashable],
    key_of_member: Callable[[StoredMember], Hashable],
) -> None:
    """Give each unmatched person the first free member with an equal key (None is never equal)."""
    if not free:
        return
    waiting = defaultdict(list)
    for member in reversed(list(free.values())):
        waiting[key_of_member(member)].append(member)
    for index, person in enumerate(people):
        key = key_of_person(person) if found[index] is None else None
        if key is not None and waiting[key]:
            member = waiting[key].pop()
            found[index] = free.pop(member.id)
