"""With which cluster each person is reckoned: that of their commune, or that of the place where they wish to learn."""

from collections import Counter
from collections.abc import Iterable, Sequence

from training.planning.parts import Cluster, Need


class Homes:
    """Clusters are known by their position in the list."""

    def __init__(self, clusters: Sequence[Cluster]):
        self._of_commune = {code: at for at, each in enumerate(clusters) if each.rooms for code in each.communes}
        self._of_room = {room.id: at for at, each in enumerate(clusters) for room in each.rooms}

    def of(self, need: Need) -> int | None:
        """The cluster of its commune, which every class near it is for."""
        return self._of_commune.get(need.commune)

    def wished(self, need: Need) -> int:
        """The cluster of the wished place, the one nearest to home where several are meant; home without a wish."""
        home = self._of_commune[need.commune]
        meant = {self._of_room[room] for room in need.rooms if room in self._of_room}
        return min(meant, key=lambda at: (abs(at - home), at), default=home)


def settled(needs: Iterable[Need], homes: Homes, least: int) -> dict[int, int]:
    """Id of each need -> the cluster whose classes it is to fill: the wished one. But a group of the commune's cluster
    that had enough people for a class keeps enough, those who come last in `needs`; and who learned the topic already
    stays at home, where free seats are looked for."""
    needs = list(needs)
    wished = {need.id: homes.of(need) if need.trained else homes.wished(need) for need in needs}
    size, going = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for need in needs:
        if not need.trained:
            group = need.topic, homes.of(need)
            size[group] += need.people
            going[group] += need.people if wished[need.id] != homes.of(need) else 0
    back = {group: _kept_back(size[group], going[group], least) for group in size}
    for need in reversed(needs):
        group = need.topic, homes.of(need)
        if wished[need.id] != homes.of(need) and back[group] > 0:
            back[group] -= need.people
            wished[need.id] = homes.of(need)
    return wished


def _kept_back(size: int, going: int, least: int) -> int:
    """How many of those who would go have to stay, lest those who stay are too few for a class."""
    staying = size - going
    return max(least - staying, 0) if staying and size >= least else 0
