"""How good a plan is, in figures that two plans can be compared by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from training.planning.parts import Need, Plan


@dataclass(frozen=True, slots=True)
class Quality:
    """`days_off`: days between class and wish, on average over the people placed; `fill` and `least_served` are shares:
    of the classes' seats that are taken, and of the people placed in the commune where it is smallest. `at_place` of
    the `wished_place` who named a place that is known learn there."""

    asked: int
    placed: int
    classes: int
    suited: int
    days_off: float
    fill: float
    least_served: float
    wished_place: int
    at_place: int


def quality(plan: Plan, needs: Iterable[Need]) -> Quality:
    seats = [seat for proposal in plan.proposals for seat in proposal.seats]
    asked, placed, wished_place = Counter(), Counter(), 0
    for need in needs:
        asked[need.commune] += need.people
        wished_place += need.people if need.rooms else 0
    for seat in seats:
        placed[seat.need.commune] += seat.people
    total = sum(placed.values())
    capacity = sum(proposal.capacity for proposal in plan.proposals)
    return Quality(
        asked=sum(asked.values()),
        placed=total,
        classes=len(plan.proposals),
        suited=sum(seat.people for seat in seats if seat.cost == 0),
        days_off=sum(seat.people * seat.cost for seat in seats) / total if total else 0,
        fill=total / capacity if capacity else 0,
        least_served=min((placed[code] / asked[code] for code in asked), default=1),
        wished_place=wished_place,
        at_place=sum(seat.people for seat in seats if seat.need.rooms and seat.away == 0),
    )
