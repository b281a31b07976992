"""Plans 9,000 people of 166 communes, beside plain first-come order: `.venv/bin/python -m benchmarks.training`.

Both get the same needs, clusters, rooms and days. First-come order takes people as they registered, each into the first
class of their topic and cluster that has a seat, and opens the next class in the cluster's next free room and half day.
"""

import random
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from training.enums import DayPart
from training.planning.clusters import nearest_places
from training.planning.homes import Homes
from training.planning.parts import Cluster, Need, Plan, Proposal, Reason, Room, Rules, Seat
from training.planning.planner import plan_classes
from training.planning.quality import Quality, quality
from training.planning.wishes import away, cost, half_days

PEOPLE, COMMUNES, PLACES, TOPICS = 9_000, 166, 40, 4
FIRST, LAST = date(2026, 3, 2), date(2026, 4, 24)
FEW_AT_ONCE, MANY_AT_ONCE = 3, 8
SEED = 4


def clusters(chance: random.Random) -> list[Cluster]:
    """Forty places with a hall or two, each for the communes whose codes are nearest."""
    codes = [f"{14_000 + 9 * number:05}" for number in range(COMMUNES)]
    places = sorted(chance.sample(codes, PLACES))
    near = nearest_places(codes, places)
    rooms = {
        place: tuple(
            Room(100 * number + hall, f"Hội trường {hall} {place}", chance.choice([30, 40, 50, 60, 80]))
            for hall in range(chance.choice([1, 1, 2]))
        )
        for number, place in enumerate(places)
    }
    return [Cluster(place, rooms[place], tuple(code for code in codes if near[code] == place)) for place in places]


def needs(communes: list[str], chance: random.Random) -> list[Need]:
    """Leaders of teams, many from large communes and few from small ones; half of them name days, a third a part of the
    day. Nobody names a place: see `wishing_places`."""
    sizes = {code: chance.choice([1, 2, 3, 5]) for code in communes}
    found = []
    for number in range(PEOPLE):
        wishes_days, wishes_part = chance.random() < 0.5, chance.random() < 0.33
        day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
        found.append(
            Need(
                id=number,
                topic=chance.randrange(TOPICS),
                commune=chance.choices(communes, [sizes[code] for code in communes])[0],
                person=str(number),
                from_day=day if wishes_days else None,
                to_day=day + timedelta(days=chance.choice([4, 6, 11])) if wishes_days else None,
                day_part=chance.choice([DayPart.MORNING, DayPart.AFTERNOON]) if wishes_part else DayPart.ANY,
                precedence=chance.choice([0, 0, 1]),
            )
        )
    by_commune = sorted(found, key=lambda need: (sizes[need.commune], need.commune, need.id))
    return [replace(need, id=number) for number, need in enumerate(by_commune)]


def wishing_places(wanted: list[Need], places: list[Cluster], chance: random.Random) -> list[Need]:
    """A third of the people name a place: of these half a hall of their own cluster, the others one beside it."""
    home = {code: at for at, cluster in enumerate(places) for code in cluster.communes}
    found = []
    for need in wanted:
        at = home[need.commune] + chance.choice([0, 0, -1, 1])
        rooms = places[min(max(at, 0), len(places) - 1)].rooms
        found.append(replace(need, rooms=frozenset({chance.choice(rooms).id})) if chance.random() < 0.33 else need)
    return found


def first_come(wanted: list[Need], places: list[Cluster], rules: Rules) -> Plan:
    """The order in which communes sent their lists is the order of the ids."""
    home = {code: cluster for cluster in places for code in cluster.communes}
    open_class: dict[tuple[int, str], list] = {}
    running: Counter = Counter()
    used: set[tuple[int, int]] = set()
    classes, unplaced = [], []
    for need in wanted:
        cluster = home[need.commune]
        standing = open_class.get((need.topic, cluster.name))
        if standing is None or len(standing[2]) >= standing[0].capacity:
            free = (
                (room, at)
                for at in range(len(rules.slots))
                for room in cluster.rooms
                if running[at] < rules.at_once and (room.id, at) not in used
            )
            room, at = next(free, (None, None))
            if room is None:
                unplaced.append((need, 1, Reason.NO_SLOT))
                continue
            running[at] += 1
            used.add((room.id, at))
            standing = open_class[need.topic, cluster.name] = [room, at, [], cluster, need.topic]
            classes.append(standing)
        standing[2].append(need)
    homes = Homes(places)
    return Plan(tuple(proposal_of(standing, rules, places, homes) for standing in classes), tuple(unplaced))


def proposal_of(standing: list, rules: Rules, places: list[Cluster], homes: Homes) -> Proposal:
    room, at, people, cluster, topic = standing
    slots, here = (rules.slots[at],), places.index(cluster)
    seats = tuple(
        Seat(need, 1, cost(need, slots), away(need, room.id, abs(homes.wished(need) - here))) for need in people
    )
    return Proposal(topic, cluster, room, slots, room.capacity, seats, asked=0, guests=0)


def row(name: str, found: Quality, seconds: float) -> str:
    return (
        f"| {name} | {found.placed:,} of {found.asked:,} | {found.suited:,} | {found.days_off:.2f} | "
        f"{found.at_place:,} of {found.wished_place:,} | {found.classes} | "
        f"{100 * found.fill:.0f} % | {100 * found.least_served:.0f} % | {seconds:.1f} |"
    )


def main() -> None:
    chance = random.Random(SEED)
    places = clusters(chance)
    wanted = needs([code for cluster in places for code in cluster.communes], chance)
    wanted = wishing_places(wanted, places, chance)
    days = half_days(FIRST, LAST, weekdays=range(5), parts=[DayPart.MORNING, DayPart.AFTERNOON], days_off=())
    print(f"{PEOPLE:,} people, {COMMUNES} communes, {PLACES} places, {TOPICS} topics, {len(days)} half days")
    for at_once, told in ((MANY_AT_ONCE, "enough teachers"), (FEW_AT_ONCE, "too few teachers")):
        rules = Rules(tuple(days), at_once=at_once)
        print(f"\n{told}: {at_once} classes at once\n")
        print("| Way | Placed | On a wished day | Days off the wish | At the wished place | Classes | Fill "
              "| Least served commune | s |")  # fmt: skip
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for name, way in (("planner", plan_classes), ("first come", first_come)):
            started = time.perf_counter()
            plan = way(wanted, places, rules)
            print(row(name, quality(plan, wanted), time.perf_counter() - started))


if __name__ == "__main__":
    main()
