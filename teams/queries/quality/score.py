"""How good a commune's register is, from 0 to 100.

Each rule that has something to look at counts with its weight. It gives its weight whole when nothing is faulty, and
less by the share of faulty ones: 2 teams without a leader among 10 cost that rule a fifth. The score is what the rules
give, of what they could give, in hundredths, rounded down: 100 means no open finding. A rule about what stands outside
the register (reports) counts once it has found something.
"""

from collections import Counter
from dataclasses import dataclass

from teams.queries.quality.picture import Picture
from teams.queries.quality.registry import RULES, Base


@dataclass(frozen=True, slots=True)
class Score:
    """`lost`: rule key -> points that its open findings cost, for rules that cost any."""

    points: int
    lost: dict[str, float]


def sizes_of(picture: Picture) -> dict[str, Counter[Base]]:
    """Commune code -> how many there are of each thing that rules look at."""
    sizes = {code: Counter({Base.COMMUNE: 1}) for code in picture.communes}
    for base, rows in ((Base.UNIT, picture.units), (Base.TEAM, picture.teams.values())):
        for row in rows:
            sizes[row.commune_id][base] += 1
    for pk, team in picture.teams.items():
        sizes[team.commune_id][Base.MEMBER] += len(picture.members[pk])
    for decision in picture.decisions:
        sizes[decision.commune_id][Base.DECISION] += 1
    return sizes


def score_of(sizes: Counter[Base], faulty: Counter[str]) -> Score:
    """`faulty`: rule key -> open findings of the commune."""
    counting = [rule for rule in RULES.values() if sizes[rule.base] or faulty[rule.key]]
    whole = sum(rule.weight for rule in counting)
    lost = {
        rule.key: 100 * rule.weight * min(1, faulty[rule.key] / (sizes[rule.base] or 1)) / whole
        for rule in counting
        if faulty[rule.key]
    }
    return Score(max(0, int(100 - sum(lost.values()) + EXACT)), lost)


EXACT = 1e-9  # thirds and sevenths that add up to a whole are one
