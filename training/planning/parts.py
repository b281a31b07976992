"""What a plan is made from, and what it is: plain data, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from training.enums import DayPart


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A half day. Mornings come before afternoons."""

    day: date
    is_afternoon: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One person who should learn a topic, or with `people` above 1 so many without names.

    `person` ties the needs of one person together, who can not sit in two classes at once; "" without a name.
    `precedence`: the smaller, the earlier inside the commune (0 leaders, 1 deputies, 2 others).
    `trained`: has had the topic already, and gets only what others leave. `rooms`: ids of those at the wished place,
    none when it is all the same.
    """

    id: int
    topic: int
    commune: str
    person: str = ""
    people: int = 1
    from_day: date | None = None
    to_day: date | None = None
    day_part: str = DayPart.ANY
    precedence: int = 0
    trained: bool = False
    rooms: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Room:
    id: int
    name: str
    capacity: int
    busy: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Communes that learn together in the rooms of one place. Neighbours in a list of clusters are near each other."""

    name: str
    rooms: tuple[Room, ...]
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """`slots`: the half days to use, in order. `half_days`: how many a class of each topic takes, 1 unless told.

    `at_once`: classes that may run in one half day, `running` those that stand already; `most` and `least` people in a
    class, `quota` of one commune in a class. `engaged`: when people sit in classes that stand already.
    """

    slots: tuple[Slot, ...]
    at_once: int = 1
    most: int | None = None
    least: int = 10
    quota: int | None = None
    half_days: Mapping[int, int] = field(default_factory=dict)
    running: Mapping[Slot, int] = field(default_factory=dict)
    engaged: Mapping[str, frozenset[Slot]] = field(default_factory=dict)


class Reason(StrEnum):
    """Why somebody has no place in the plan."""

    NO_CLUSTER = "xã chưa thuộc cụm nào có địa điểm"
    TOO_FEW = "chưa đủ người để mở lớp"
    NO_SLOT = "hết buổi và phòng trống"
    TWICE = "đã đăng ký chuyên đề này ở một tổ khác"
    TRAINED = "đã học chuyên đề này, không còn chỗ thừa"


@dataclass(frozen=True, slots=True)
class Seat:
    """`people` of a need in a class; `cost` is how far the class is from the wished days: see `wishes.cost`; `away` how
    far from the wished place: see `wishes.away`."""

    need: Need
    people: int
    cost: float
    away: float = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A class. `asked`: people of the cluster who want the topic; `guests`: those of its seats from other clusters."""

    topic: int
    cluster: Cluster
    room: Room
    slots: tuple[Slot, ...]
    capacity: int
    seats: tuple[Seat, ...]
    asked: int
    guests: int

    @property
    def taken(self) -> int:
        return sum(seat.people for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Plan:
    """Classes by their day; who has no place, with the number of people and the reason."""

    proposals: tuple[Proposal, ...]
    unplaced: tuple[tuple[Need, int, Reason], ...]
