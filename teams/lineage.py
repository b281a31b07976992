"""What became of which village, over rows old -> new: pure, so that any series of figures can be recast by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from teams.enums import Share, UnitChangeKind

Node = TypeVar("Node", bound=object)


@dataclass(frozen=True, slots=True)
class Comparable:
    """Ids of the villages of an earlier and of a later day that can be compared with each other, and no fewer of them:
    where a village went in part, its figures belong to no single new one."""

    olds: tuple[int, ...]
    news: tuple[int, ...]

    @property
    def is_divided(self) -> bool:
        """The figures of `olds` can be given to `news` as a whole only."""
        return bool(self.olds) and len(self.news) > 1

    @property
    def is_same(self) -> bool:
        return self.olds == self.news


def recast(pairs: Iterable[tuple[int, int]], first: Sequence[int], last: Sequence[int]) -> list[Comparable]:
    """Each village of `first` (valid on the earlier day) and of `last` (on the later one) in exactly one group, in the
    order of `last`, those that nothing followed at the end. `pairs` are old -> new of the changes after the earlier day
    up to the later one; villages that began and ended between the days tie the others together and are not named.
    """
    group_of = components(pairs)
    olds, news = _by_group(first, group_of), _by_group(last, group_of)
    return [Comparable(tuple(olds.get(group, ())), tuple(news.get(group, ()))) for group in {**news, **olds}]


def recast_sum(group: Comparable, figures: Mapping[int, int | None]) -> int | None:
    """A figure of the old villages as that of the group. Empty is not zero: None while any of them has none."""
    values = [figures.get(old) for old in group.olds]
    return None if not values or None in values else sum(values)


def _by_group(units: Iterable[int], group_of: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit in units:
        found.setdefault(group_of.get(unit, unit), []).append(unit)
    return found


def components(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, Node]:
    """Node -> the one node that stands for all that are tied to it, directly or through others."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {node: root(node) for node in list(parent)}


def change_kind(olds: int, news: int, shares: Iterable[Share]) -> UnitChangeKind:
    """What a change of `olds` villages into `news` is called."""
    if news > 1:
        return UnitChangeKind.SPLIT if olds == 1 else UnitChangeKind.REARRANGE
    if olds > 1:
        return UnitChangeKind.MERGE
    return UnitChangeKind.RENAME if set(shares) == {Share.WHOLE} else UnitChangeKind.SPLIT
