"""What a rule about the register is. A rule is one function of a picture of many communes; an app registers its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from teams.models import Commune, DataFinding
from teams.models.base import Owned
from teams.queries.quality.picture import Picture


class Base(StrEnum):
    """What a rule looks at one by one: the share of these that are faulty lowers the score."""

    COMMUNE = "commune"
    UNIT = "unit"
    TEAM = "team"
    MEMBER = "member"
    DECISION = "decision"
    REPORT = "report"  # outside the register


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a rule found. What it points to and `detail` tell it apart from the rule's other faults there.

    `basis` is what somebody accepts who accepts it: when it changes, they are asked again. It holds no phone or name.
    """

    province: str
    commune: str
    text: str
    unit: int | None = None
    team: int | None = None
    member: int | None = None
    decision: int | None = None
    detail: str = ""
    basis: str = ""

    @property
    def subject(self) -> tuple:
        return self.commune, self.unit, self.team, self.member, self.decision, self.detail


def fault(row: Commune | Owned, text: str, **more) -> Fault:
    """A fault of the commune that `row` is, or that it belongs to."""
    commune = row.pk if isinstance(row, Commune) else row.commune_id
    return Fault(row.province_id, commune, text, **more)


Finder = Callable[[Picture], Iterable[Fault]]
Mend = Callable[[DataFinding], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """`weight`: 1 a blemish, 2 a fault, 3 a serious one. `advice` says what to do, `mend` is the URL where, `label` the
    word on its button. `find` takes the same number of queries whatever the number of communes."""

    key: str
    title: str
    weight: int
    base: Base
    advice: str
    label: str
    mend: Mend
    find: Finder


RULES: dict[str, Rule] = {}


def rule(*, title: str, weight: int, base: Base, advice: str, label: str, mend: Mend) -> Callable[[Finder], Finder]:
    """Decorator: this function is a rule, by its name."""

    def register(find: Finder) -> Finder:
        key = find.__name__
        if key in RULES:
            raise ValueError(f"two rules named {key!r}")
        RULES[key] = Rule(key, title, weight, base, advice, label, mend, find)
        return find

    return register
