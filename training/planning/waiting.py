"""Whom a free seat goes to: the rule that the page tells in one sentence, RULE."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

RULE = (
    "Chỗ trống được gọi theo thứ tự: xã đang có ít người trong lớp nhất trước, bằng nhau thì ai chờ trước được trước; "
    "xã đã đủ số người tối đa thì chưa được gọi. Chỗ đang giữ cho một xã chỉ người của xã đó nhận."
)


@dataclass(frozen=True, slots=True)
class Waiter:
    """`rank` is smaller for those who came earlier."""

    id: int
    commune: str
    rank: int


def call_order(waiting: Iterable[Waiter], seated: Mapping[str, int], quota: int | None) -> list[Waiter]:
    """Those who wait in the order in which seats that fall free would reach them, as things stand now.

    `seated`: people of each commune who have a seat. Who is beyond the commune's quota is left out.
    """
    taken, left, called = Counter(seated), sorted(waiting, key=lambda each: each.rank), []
    while left:
        able = [each for each in left if quota is None or taken[each.commune] < quota]
        if not able:
            break
        first = min(able, key=lambda each: (taken[each.commune], each.rank))
        taken[first.commune] += 1
        left.remove(first)
        called.append(first)
    return called
