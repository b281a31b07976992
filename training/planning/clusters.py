"""Which communes learn together, as a start for people to change.

The register has no map. What it has are official codes, which run through former districts one by one: communes with
neighbouring codes mostly are neighbours. So each commune goes to the place of classes that is nearest in that order.
"""

from bisect import bisect_left
from collections.abc import Iterable


def nearest_places(communes: Iterable[str], places: Iterable[str]) -> dict[str, str]:
    """Code of each commune -> code of the commune with a venue, itself when it has one; {} without any place.

    Between two equally near ones it is the place with fewer communes so far, then the one with the smaller code.
    """
    centres = sorted(set(places))
    if not centres:
        return {}
    size, found = dict.fromkeys(centres, 0), {}
    for code in sorted(communes):
        right = bisect_left(centres, code)
        beside = centres[max(right - 1, 0) : right + 1]
        found[code] = min(beside, key=lambda each: (abs(int(each) - int(code)), size[each], each))
        size[found[code]] += 1
    return found
