"""What the register says in numbers: frozen, without a database, for pages, reports and documents alike."""

from dataclasses import dataclass, fields
from datetime import date
from operator import add, attrgetter

from teams.enums import Organization


@dataclass(frozen=True, slots=True)
class RosterFigures:
    """The register of one unit (or of several together) on a day.

    All but the last three counts of teams speak of village teams and their members. `reachable` members have a phone;
    of a past day all do, as those of people who left since are erased. `below_norm` teams have members, but fewer than
    their commune or province wants. The last counts are members by organization, by the names of its values.
    """

    villages: int = 0
    covered: int = 0
    teams: int = 0
    members: int = 0
    reachable: int = 0
    without_members: int = 0
    without_leader: int = 0
    without_deputy: int = 0
    without_decision: int = 0
    below_norm: int = 0
    rapid_response: int = 0
    steering_team: int = 0
    steering_committee: int = 0
    youth_union: int = 0
    women_union: int = 0
    farmers_union: int = 0
    veterans: int = 0
    fatherland_front: int = 0
    police: int = 0
    village_head: int = 0
    party_cell: int = 0
    teacher: int = 0
    civil_servant: int = 0
    telecom: int = 0
    resident: int = 0

    def __add__(self, other: "RosterFigures") -> "RosterFigures":
        return RosterFigures(*map(add, figures_in(self), figures_in(other)))

    @property
    def uncovered(self) -> int:
        return self.villages - self.covered

    @property
    def coverage(self) -> float | None:
        """Villages with at least one active team / villages valid on the day, in percent; None without villages."""
        return 100 * self.covered / self.villages if self.villages else None

    @property
    def without_phone(self) -> int:
        return self.members - self.reachable

    @property
    def other_teams(self) -> int:
        return self.rapid_response + self.steering_team + self.steering_committee

    @property
    def composition(self) -> dict[Organization, int]:
        """Members of village teams by where they come from; those of whom it is not known are in none."""
        return {organization: getattr(self, organization.value) for organization in Organization}


FIGURES = tuple(each.name for each in fields(RosterFigures))  # the columns of what is kept of them, too
figures_in = attrgetter(*FIGURES)  # of anything that has them, in that order


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
