"""Which villages of two days can be compared: figures are added where villages went whole, and never divided."""

import pytest

from teams.enums import Share, UnitChangeKind
from teams.lineage import Comparable, change_kind, recast, recast_sum

NONE: list[tuple[int, int]] = []


@pytest.mark.parametrize(
    ("pairs", "first", "last", "groups"),
    [
        (NONE, [1, 2], [1, 2], [((1,), (1,)), ((2,), (2,))]),
        ([(1, 9), (2, 9)], [1, 2, 3], [3, 9], [((3,), (3,)), ((1, 2), (9,))]),  # a merger
        ([(1, 8), (1, 9)], [1], [8, 9], [((1,), (8, 9))]),  # a split
        ([(1, 9)], [1, 2], [1, 2, 9], [((1,), (1, 9)), ((2,), (2,))]),  # a part, the rest lives on
        ([(1, 8), (2, 8), (2, 9), (3, 9)], [1, 2, 3], [8, 9], [((1, 2, 3), (8, 9))]),  # divided between two mergers
        ([(1, 5), (5, 9), (2, 9)], [1, 2], [9], [((1, 2), (9,))]),  # through one that came and went between
        (NONE, [1, 2], [2, 3], [((2,), (2,)), ((), (3,)), ((1,), ())]),  # ended, and new, with nothing before or after
    ],
)
def test_villages_of_two_days_stand_together_as_far_as_they_must(pairs, first, last, groups):
    assert recast(pairs, first, last) == [Comparable(*group) for group in groups]


def test_every_village_stands_in_one_group_whatever_happened():
    pairs = [(old, 100 + old // 3) for old in range(30)] + [(100 + at, 200 + at // 2) for at in range(10)]
    first, last = list(range(40)), [*range(30, 40), *range(200, 205)]
    groups = recast(pairs, first, last)
    assert sorted(unit for group in groups for unit in group.olds) == first
    assert sorted(unit for group in groups for unit in group.news) == last
    assert sum(recast_sum(group, dict.fromkeys(first, 1)) or 0 for group in groups) == len(first)


@pytest.mark.parametrize(
    ("figures", "total"), [({1: 3, 2: 4}, 7), ({1: 0, 2: 0}, 0), ({1: 3, 2: None}, None), ({1: 3}, None)]
)
def test_a_figure_that_is_not_known_is_no_zero(figures, total):
    assert recast_sum(Comparable((1, 2), (9,)), figures) == total


def test_only_what_went_whole_is_divisible():
    assert not Comparable((1, 2), (9,)).is_divided
    assert Comparable((1,), (8, 9)).is_divided
    assert not Comparable((), (9,)).is_divided
    assert Comparable((3,), (3,)).is_same


@pytest.mark.parametrize(
    ("olds", "news", "shares", "kind"),
    [
        (1, 1, [Share.WHOLE], UnitChangeKind.RENAME),
        (1, 1, [Share.PART], UnitChangeKind.SPLIT),
        (3, 1, [Share.WHOLE, Share.PART], UnitChangeKind.MERGE),
        (1, 2, [Share.DIVIDED], UnitChangeKind.SPLIT),
        (2, 2, [Share.WHOLE, Share.DIVIDED], UnitChangeKind.REARRANGE),
    ],
)
def test_a_change_is_called_by_its_shape(olds, news, shares, kind):
    assert change_kind(olds, news, shares) == kind
