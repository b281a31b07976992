"""From needs to classes.

A group is a topic in a cluster. The group that is served least gets the next class, so that no cluster waits until
another is done. The class goes to the half day that suits most of those who still need it; its seats go round the
communes one by one, leaders first inside a commune, to people whom the day suits, then to the nearest. A group gets no
more classes than its people fill. What is left over goes to free seats of the clusters beside it, and people who have
had the topic to seats that stay free. The same needs always give the same plan.

A wished place counts as wished days do: who names one belongs to the group there, goes home when that has no class for
them, and rooms are chosen as half days are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from training.planning.homes import Homes, settled
from training.planning.parts import Cluster, Need, Plan, Proposal, Reason, Room, Rules, Seat, Slot
from training.planning.wishes import away, cost, starts

BESIDE = 2  # clusters to each side whose free seats are looked at for who is left over
Progress = Callable[[int, int], None]


def plan_classes(
    needs: Iterable[Need], clusters: Sequence[Cluster], rules: Rules, progress: Progress | None = None
) -> Plan:
    """`progress(done, total)` is told of people as they are placed."""
    planner = Planner(clusters, rules)
    planner.gather(needs)
    total = sum(group.asked for group in planner.groups.values())
    while group := planner.neediest():
        planner.open_class(group)
        if progress:
            progress(sum(each.asked - len(each.waiting) for each in planner.groups.values()), total)
    planner.place_leftovers()
    return planner.plan()


@dataclass(slots=True)
class Draft:
    """A class that is being filled."""

    group: "Group"
    room: Room
    run: tuple[int, ...]
    slots: tuple[Slot, ...]
    capacity: int
    people: list[Need] = field(default_factory=list)
    of_commune: Counter = field(default_factory=Counter)
    guests: int = 0

    @property
    def free(self) -> int:
        return self.capacity - len(self.people)


@dataclass(slots=True)
class Group:
    """A topic in a cluster. `waiting` has an entry for each person, in order of precedence; `suited` and `far` tell
    for each run of half days how many of them it suits and how far it is from all of them together."""

    topic: int
    at: int
    cluster: Cluster
    runs: list[tuple[int, ...]]
    waiting: list[Need] = field(default_factory=list)
    trained: list[Need] = field(default_factory=list)
    suited: list[int] = field(default_factory=list)
    far: list[float] = field(default_factory=list)
    asked: int = 0
    closed: Reason | None = None

    @property
    def share(self) -> float:
        return 1 - len(self.waiting) / self.asked


class Planner:
    def __init__(self, clusters: Sequence[Cluster], rules: Rules):
        self.clusters, self.rules = clusters, rules
        self.homes = Homes(clusters)
        self.groups: dict[tuple[int, int], Group] = {}  # by topic and cluster
        self.drafts: list[Draft] = []
        self.left_out: list[tuple[Need, int, Reason]] = []
        self.running = [rules.running.get(slot, 0) for slot in rules.slots]
        self.busy = {room.id: set(room.busy) for cluster in clusters for room in cluster.rooms}
        self.engaged = defaultdict(set, {person: set(slots) for person, slots in rules.engaged.items()})
        self.served: Counter = Counter()  # (topic, commune) -> seats so far
        self._costs: dict[tuple, list[float]] = {}

    # Reading the needs ------------------------------------------------------------------------------------------------

    def gather(self, needs: Iterable[Need]) -> None:
        named: set[tuple[int, str]] = set()
        able = []
        for need in sorted(needs, key=_precedence):
            twice = bool(need.person) and (need.topic, need.person) in named
            if twice or self.homes.of(need) is None:
                self.left_out.append((need, need.people, Reason.TWICE if twice else Reason.NO_CLUSTER))
                continue
            named.add((need.topic, need.person))
            able.append(need)
        at = settled(able, self.homes, self.rules.least)
        for need in able:
            group = self._group(need.topic, at[need.id])
            if need.trained:
                group.trained += [need] * need.people
            else:
                self._wait(group, [need] * need.people)

    def _group(self, topic: int, at: int) -> Group:
        if (topic, at) not in self.groups:
            runs = starts(self.rules.slots, self.rules.half_days.get(topic, 1))
            self.groups[topic, at] = Group(
                topic, at, self.clusters[at], runs, suited=[0] * len(runs), far=[0.0] * len(runs)
            )
        return self.groups[topic, at]

    def _wait(self, group: Group, needs: list[Need]) -> None:
        """They are the group's from now on."""
        group.waiting += needs
        group.asked += len(needs)
        for need in needs:
            for at, far in enumerate(self._costs_of(need, group)):
                group.suited[at] += far == 0
                group.far[at] += far

    def _costs_of(self, need: Need, group: Group) -> list[float]:
        """How far each of the group's runs is from the wish; wishes that are the same are worked out once."""
        key = (need.from_day, need.to_day, need.day_part, len(group.runs[0]) if group.runs else 0)
        if key not in self._costs:
            self._costs[key] = [cost(need, self._slots(run)) for run in group.runs]
        return self._costs[key]

    def _slots(self, run: Iterable[int]) -> tuple[Slot, ...]:
        return tuple(self.rules.slots[at] for at in run)

    # Opening classes --------------------------------------------------------------------------------------------------

    def neediest(self) -> Group | None:
        able = [group for group in self.groups.values() if group.waiting and not group.closed]
        return min(able, key=lambda each: (each.share, -len(each.waiting), each.topic, each.at), default=None)

    def open_class(self, group: Group) -> None:
        """One more class for the group; closes the group when there can be none."""
        if len(group.waiting) < self.rules.least:
            self._close(group, Reason.TOO_FEW)
            return
        best = self._best_place(group)
        if best is None:
            self._close(group, Reason.NO_SLOT)
            return
        at, room = best
        draft = Draft(group, room, group.runs[at], self._slots(group.runs[at]), self._size(room))
        chosen = self._choose(group, at, draft)
        if len(chosen) < self.rules.least:
            self._close(group, Reason.TOO_FEW)
            return
        for need in chosen:
            self._seat(draft, need)
        self._no_longer_waiting(group, chosen)
        self.busy[room.id].update(draft.slots)
        for position in draft.run:
            self.running[position] += 1
        self.drafts.append(draft)

    def _close(self, group: Group, reason: Reason) -> None:
        """No class any more: who came for the place goes home, and may make up a class there."""
        group.closed = reason
        guests = [need for need in group.waiting if self.homes.of(need) != group.at]
        if not guests:
            return
        self._no_longer_waiting(group, guests)
        group.asked -= len(guests)
        for need in guests:
            home = self._group(group.topic, self.homes.of(need))
            self._wait(home, [need])
            home.waiting.sort(key=_precedence)
            if home.closed == Reason.TOO_FEW and len(home.waiting) >= self.rules.least:
                home.closed = None

    def _size(self, room: Room) -> int:
        return room.capacity if self.rules.most is None else min(room.capacity, self.rules.most)

    def _best_place(self, group: Group) -> tuple[int, Room] | None:
        """The run and its room that suit most, then the one nearest to all in days, then the earliest."""
        must, elsewhere = self._must(group), Counter()
        for need in group.waiting:
            elsewhere.update(self.engaged[need.person] if need.person else ())
        wished = Counter(room for need in group.waiting for room in need.rooms)
        best: tuple[tuple, int, Room] | None = None
        for at, run in enumerate(group.runs):
            room = self._room(group, run, wished)
            if room is None:
                continue
            free = min(self._size(room), len(group.waiting) - max(elsewhere[slot] for slot in self._slots(run)))
            suited = min(group.suited[at], free) + min(wished[room.id], free)
            key = (free < must, -suited, group.far[at], at)
            if best is None or key < best[0]:
                best = (key, at, room)
        return best and best[1:]

    def _must(self, group: Group) -> int:
        """How many the next class has to take so that the group needs no class more than its people fill."""
        largest = max(self._size(room) for room in group.cluster.rooms)
        full_ones = -(-len(group.waiting) // largest) - 1
        return max(len(group.waiting) - full_ones * largest, self.rules.least)

    def _room(self, group: Group, run: tuple[int, ...], wished: Counter) -> Room | None:
        """Of the free rooms that hold all who wait the one that most wish for, then the smallest; else the largest."""
        if any(self.running[at] >= self.rules.at_once for at in run):
            return None
        slots = self._slots(run)
        free = [room for room in group.cluster.rooms if self.busy[room.id].isdisjoint(slots)]
        holding = [room for room in free if self._size(room) >= len(group.waiting)]
        if holding:
            return min(holding, key=lambda room: (-wished[room.id], self._size(room), room.id))
        return max(free, key=lambda room: (self._size(room), wished[room.id], room.id), default=None)

    def _choose(self, group: Group, at: int, draft: Draft) -> list[Need]:
        """Who sits in the class: all whom it suits, others only as far as they must; those left are none, or enough for
        a class of their own."""
        costs = {need.id: self._costs_of(need, group)[at] + self._wrong_room(need, draft) for need in group.waiting}
        able = [need for need in group.waiting if not need.person or self.engaged[need.person].isdisjoint(draft.slots)]
        limit, must = draft.capacity, self._must(group)
        if 0 < len(group.waiting) - limit < self.rules.least:
            limit = max(len(group.waiting) - self.rules.least, self.rules.least)
        chosen = self._in_turn(group.topic, [need for need in able if costs[need.id] == 0], limit, [])
        for far in sorted({costs[need.id] for need in able} - {0}):
            if len(chosen) >= must:
                break
            nearest = [need for need in able if costs[need.id] == far]
            chosen = self._in_turn(group.topic, nearest, min(must, limit), chosen)
        return chosen

    def _wrong_room(self, need: Need, draft: Draft) -> float:
        """A place of another cluster is no reason to wait for another class of this one."""
        return self._away(need, draft) if self.homes.wished(need) == draft.group.at else 0

    def _away(self, need: Need, draft: Draft) -> float:
        return away(need, draft.room.id, abs(self.homes.wished(need) - draft.group.at))

    def _in_turn(self, topic: int, able: Iterable[Need], limit: int, chosen: list[Need]) -> list[Need]:
        """`chosen` and more of `able` up to `limit`: each time one of the commune with the fewest seats in the class,
        then with the fewest so far, none beyond the quota."""
        lines: dict[str, list[Need]] = defaultdict(list)
        for need in able:
            lines[need.commune].append(need)
        chosen, seats = list(chosen), Counter(need.commune for need in chosen)
        turn = dict.fromkeys(lines, 0)
        while len(chosen) < limit:
            open_lines = [
                code
                for code, line in lines.items()
                if turn[code] < len(line) and (self.rules.quota is None or seats[code] < self.rules.quota)
            ]
            if not open_lines:
                break
            code = min(open_lines, key=lambda each: (seats[each], self.served[topic, each], each))
            chosen.append(lines[code][turn[code]])
            turn[code] += 1
            seats[code] += 1
        return chosen

    def _seat(self, draft: Draft, need: Need) -> None:
        draft.people.append(need)
        draft.of_commune[need.commune] += 1
        self.served[draft.group.topic, need.commune] += 1
        if need.person:
            self.engaged[need.person].update(draft.slots)

    def _no_longer_waiting(self, group: Group, chosen: list[Need]) -> None:
        left = Counter(need.id for need in chosen)
        group.waiting = [need for need in group.waiting if not _taken_off(left, need)]
        for need in chosen:
            for at, far in enumerate(self._costs_of(need, group)):
                group.suited[at] -= far == 0
                group.far[at] -= far

    # Who is left over -------------------------------------------------------------------------------------------------

    def place_leftovers(self) -> None:
        """Free seats: at the wished place, of the own cluster, then of those beside it, the nearest in days first."""
        by_topic: dict[int, list[Draft]] = defaultdict(list)
        for draft in self.drafts:
            by_topic[draft.group.topic].append(draft)
        groups = [self.groups[key] for key in sorted(self.groups)]
        for group in groups:
            group.waiting = self._squeeze(group, group.waiting, by_topic[group.topic], BESIDE)
        for group in groups:
            group.trained = self._squeeze(group, group.trained, by_topic[group.topic], 0)

    def _squeeze(self, group: Group, needs: list[Need], drafts: list[Draft], beside: int) -> list[Need]:
        left = []
        for need in self._in_turn_all(group.topic, needs):
            there = {group.at, self.homes.wished(need)}
            near = [
                draft
                for draft in drafts
                if min(abs(draft.group.at - at) for at in there) <= beside and self._may_join(draft, need)
            ]
            if not near:
                left.append(need)
                continue
            best = min(near, key=lambda each: self._how_far(need, group, each))
            best.guests += best.group.at != group.at
            self._seat(best, need)
        return left

    def _how_far(self, need: Need, group: Group, draft: Draft) -> tuple:
        return self._away(need, draft), abs(draft.group.at - group.at), cost(need, draft.slots), draft.run

    def _in_turn_all(self, topic: int, needs: list[Need]) -> list[Need]:
        """All of them, the communes taking turns."""
        turns: Counter = Counter()
        order = []
        for need in needs:
            turns[need.commune] += 1
            order.append((self.served[topic, need.commune] + turns[need.commune], need.commune, need))
        return [need for *_, need in sorted(order, key=lambda each: each[:2])]

    def _may_join(self, draft: Draft, need: Need) -> bool:
        full = self.rules.quota is not None and draft.of_commune[need.commune] >= self.rules.quota
        return draft.free > 0 and not full and (not need.person or self.engaged[need.person].isdisjoint(draft.slots))

    # What came out ----------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        drafts = sorted(self.drafts, key=lambda each: (each.slots, each.room.id))
        unplaced = list(self.left_out)
        for _, group in sorted(self.groups.items()):
            unplaced += _counted(group.waiting, group.closed or Reason.NO_SLOT)
            unplaced += _counted(group.trained, Reason.TRAINED)
        return Plan(tuple(self._proposal(draft) for draft in drafts), tuple(unplaced))

    def _proposal(self, draft: Draft) -> Proposal:
        counts = Counter(need.id for need in draft.people)
        people = {need.id: need for need in draft.people}.values()
        return Proposal(
            topic=draft.group.topic,
            cluster=draft.group.cluster,
            room=draft.room,
            slots=draft.slots,
            capacity=draft.capacity,
            seats=tuple(
                Seat(need, counts[need.id], cost(need, draft.slots), self._away(need, draft)) for need in people
            ),
            asked=draft.group.asked,
            guests=draft.guests,
        )


def _precedence(need: Need) -> tuple[int, int]:
    return need.precedence, need.id


def _taken_off(left: Counter, need: Need) -> bool:
    left[need.id] -= 1
    return left[need.id] >= 0


def _counted(needs: list[Need], reason: Reason) -> list[tuple[Need, int, Reason]]:
    counts = Counter(need.id for need in needs)
    return [(need, counts[need.id], reason) for need in {need.id: need for need in needs}.values()]
