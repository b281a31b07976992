"""What the register says in numbers: frozen, without a database, for pages, reports and documents alike."""

from dataclasses import dataclass, fields
from datetime import date


@dataclass(frozen=True, slots=True)
class RosterFigures:
    """The register of one unit (or of several together) on a day.

    `teams`, `members`, `without_leader` and `without_decision` speak of village teams; other kinds are counted apart.
    """

    villages: int = 0
    covered: int = 0
    teams: int = 0
    members: int = 0
    without_leader: int = 0
    without_decision: int = 0
    rapid_response: int = 0
    steering_team: int = 0
    steering_committee: int = 0

    def __add__(self, other: "RosterFigures") -> "RosterFigures":
        return RosterFigures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def uncovered(self) -> int:
        return self.villages - self.covered

    @property
    def coverage(self) -> float | None:
        """Villages with at least one active team / villages valid on the day, in percent; None without villages."""
        return 100 * self.covered / self.villages if self.villages else None

    @property
    def other_teams(self) -> int:
        return self.rapid_response + self.steering_team + self.steering_committee


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team on its commune's page. `missing` holds keys of MISSING, the most serious first."""

    id: int
    name: str
    kind: str
    leader: str
    members: int
    phones: int
    decision_id: int | None
    decision: str
    units: tuple[str, ...]
    missing: tuple[str, ...]


MISSING = {
    "members": "Chưa có thành viên",
    "leader": "Chưa có tổ trưởng",
    "decision": "Chưa có quyết định",
    "norm": "Ít thành viên hơn mức quy định",
    "phone": "Có thành viên thiếu số điện thoại",
}


def missing_in(*, size: int, reachable: int, led: bool, decided: bool, norm: int) -> tuple[str, ...]:
    """Keys of MISSING, the most serious first, for a team of `size` members of whom `reachable` have a phone.

    `norm` is 0 where none holds, as for all but village teams.
    """
    lacks = {
        "members": not size,
        "leader": bool(size) and not led,
        "decision": not decided,
        "norm": 0 < size < norm,
        "phone": reachable < size,
    }
    return tuple(key for key, lacking in lacks.items() if lacking)


@dataclass(frozen=True, slots=True)
class VillageLine:
    """A village on its commune's page, with (id, name) of the active teams that look after it."""

    id: int
    name: str
    kind: str
    households: int | None
    valid_from: date | None
    ended_on: date | None
    teams: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class PaperHead:
    """The head and the foot of a unit's papers, one text a printed line. `symbol` is that of the unit alone: "UBND"."""

    parent: tuple[str, ...]
    name: tuple[str, ...]
    symbol: str
    place: str
    signer_titles: tuple[str, ...]
    signer_name: str
    recipients: tuple[str, ...]
