"""Which rooms are meant by the place that somebody wishes to learn at, as communes type it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cdt_portal.lib.text import fold, match_key

WORD = re.compile(r"\w+")
KINDS = re.compile(r"(?:phường|xã|thị trấn|đặc khu)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hall:
    """A room, and the commune (code) that it is in."""

    id: int
    name: str
    commune: str


@dataclass(slots=True)
class Gazetteer:
    """`names`: code of a commune -> its name. `learns_at`: code -> code of the commune in whose halls its people learn.

    What is typed is compared with its marks first, and without them when that finds nothing.
    """

    halls: Iterable[Hall]
    names: Mapping[str, str]
    learns_at: Mapping[str, str]
    _known: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)

    def rooms(self, place: str, home: str) -> frozenset[int]:
        """Ids of the rooms that a commune (code `home`) means by `place`; none when it cannot be told."""
        if (place, home) not in self._known:
            found = self._read(place, home, match_key) or self._read(place, home, fold) if place else frozenset()
            self._known[place, home] = found
        return self._known[place, home]

    def _read(self, place: str, home: str, key: Callable[[str], str]) -> frozenset[int]:
        said = _words(key(place))
        communes = {code for code, name in self.names.items() if _words(key(KINDS.sub("", name, 1))) in said}
        halls = [hall for hall in self.halls if _words(key(hall.name)) in said]
        return _one_place(halls, communes, home) or frozenset(
            hall.id for code in communes for hall in self.halls if hall.commune == self._seat_of(code)
        )

    def _seat_of(self, code: str) -> str:
        """The commune itself when it has a hall, else the one where its people learn."""
        return code if any(hall.commune == code for hall in self.halls) else self.learns_at.get(code, "")


def _one_place(halls: list[Hall], communes: set[str], home: str) -> frozenset[int]:
    """Of halls whose name was said: those in a commune that was said too, else the own, else those of the only commune
    that has such a hall. "Hội trường UBND" of somewhere says nothing."""
    there = {hall.commune for hall in halls}
    near = there & communes or there & {home} or (there if len(there) == 1 else set())
    return frozenset(hall.id for hall in halls if hall.commune in near)


def _words(text: str) -> str:
    """For whole words: with one space around each."""
    return f" {' '.join(WORD.findall(text))} "
