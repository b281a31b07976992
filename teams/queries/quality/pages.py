"""How good the data are, as the pages show it: of one commune by rule, of a province by commune and by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import Count, QuerySet
from django.utils import timezone

from cdt_portal.lib import text
from teams.enums import FindingState
from teams.models import Commune, DataFinding, Province, QualityRecord
from teams.models.base import in_force
from teams.queries.quality.picture import take_picture
from teams.queries.quality.registry import RULES, Rule
from teams.queries.quality.score import score_of, sizes_of

SHOWN = 5  # findings of a rule, until it is asked for alone
MONTHS = 12


@dataclass(frozen=True, slots=True)
class FindingLine:
    finding: DataFinding
    url: str  # where it is mended


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A rule's findings in a commune. `count` says how many there are, `lost` how many points they cost."""

    rule: Rule
    lines: list[FindingLine]
    count: int
    lost: float


@dataclass(frozen=True, slots=True)
class CommuneQuality:
    """`points` is None before the first check. `trend`: the months that were looked at, the oldest first."""

    points: int | None
    checked_at: object
    counts: dict[str, int]
    groups: list[RuleGroup]
    trend: list[QualityRecord]


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """`change`: points against the month before, None without one. `count`: findings of the rule that was asked for."""

    commune: Commune
    record: QualityRecord | None
    change: int | None
    count: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    rule: Rule
    count: int
    communes: int


def quality_of(commune: Commune, *, state: FindingState, rule: str = "") -> CommuneQuality:
    """Findings in `state`, of one rule when it is asked for; those of rules that are no more are left out."""
    rows = list(DataFinding.objects.filter(commune=commune, rule__in=RULES).select_related("accepted_by"))
    counts = Counter(row.state for row in rows)
    by_rule: dict[str, list[DataFinding]] = defaultdict(list)
    for row in rows:
        if row.state == state and rule in ("", row.rule):
            by_rule[row.rule].append(row)
    picture = take_picture([commune.pk], timezone.localdate())
    faulty = Counter(row.rule for row in rows if row.state == FindingState.OPEN)
    lost = score_of(sizes_of(picture)[commune.pk], faulty).lost if commune.pk in picture.communes else {}
    trend = list(QualityRecord.objects.filter(commune=commune).order_by("-month")[:MONTHS])
    return CommuneQuality(
        points=trend[0].score if trend else None,
        checked_at=trend[0].checked_at if trend else None,
        counts={each: counts[each] for each in FindingState},
        groups=_groups(by_rule, lost if state == FindingState.OPEN else {}, whole=bool(rule)),
        trend=trend[::-1],
    )


def open_findings(commune: Commune, rule: str = "") -> list[DataFinding]:
    """In natural order; of one rule when it is asked for."""
    rows = DataFinding.objects.filter(commune=commune, state=FindingState.OPEN, rule__in=[rule] if rule else RULES)
    return sorted(rows, key=lambda row: (text.natural_key(row.text), row.pk))


def _groups(by_rule: dict[str, list[DataFinding]], lost: dict[str, float], *, whole: bool) -> list[RuleGroup]:
    """What costs most comes first."""
    groups = []
    for key, rows in by_rule.items():
        rows.sort(key=lambda row: (text.natural_key(row.text), row.pk))
        lines = [FindingLine(row, RULES[key].mend(row)) for row in (rows if whole else rows[:SHOWN])]
        groups.append(RuleGroup(RULES[key], lines, len(rows), lost.get(key, 0)))
    return sorted(groups, key=lambda group: (-group.lost, -group.rule.weight, group.rule.title))


def findings_of(province: Province, *, state: FindingState, rule: str = "") -> QuerySet[DataFinding]:
    """Those of all its communes, in no order."""
    rows = DataFinding.objects.filter(province=province, state=state, rule__in=RULES)
    return rows.filter(rule=rule) if rule else rows


def rule_lines(province: Province, state: FindingState) -> list[RuleLine]:
    """Every rule, the most frequent first."""
    rows = findings_of(province, state=state).values("rule")
    counted = {row["rule"]: row for row in rows.annotate(found=Count("pk"), communes=Count("commune", distinct=True))}
    none = {"found": 0, "communes": 0}
    lines = [
        RuleLine(rule, counted.get(key, none)["found"], counted.get(key, none)["communes"])
        for key, rule in RULES.items()
    ]
    return sorted(lines, key=lambda line: (-line.count, line.rule.title))


def commune_lines(province: Province, *, state: FindingState, rule: str = "") -> list[CommuneLine]:
    """The lowest score first; of one rule, or of what is not open any more, the most findings first. Three queries."""
    counted = findings_of(province, state=state, rule=rule).values_list("commune").annotate(Count("pk"))
    counts = dict(counted.order_by())
    records: dict[str, list[QualityRecord]] = defaultdict(list)
    for record in _records(province).order_by("-month"):
        records[record.commune_id].append(record)
    communes = Commune.objects.filter(in_force(timezone.localdate()), province=province)
    lines = [_commune_line(commune, records[commune.pk], counts.get(commune.pk, 0)) for commune in communes]
    lines.sort(key=lambda line: (line.record is None, line.record.score if line.record else 0, line.commune.sort_key))
    return lines if state == FindingState.OPEN and not rule else sorted(lines, key=attrgetter("count"), reverse=True)


def _commune_line(commune: Commune, records: list[QualityRecord], count: int) -> CommuneLine:
    change = records[0].score - records[1].score if len(records) > 1 else None
    return CommuneLine(commune, records[0] if records else None, change, count)


def _records(province: Province) -> QuerySet[QualityRecord]:
    today = timezone.localdate()
    return QualityRecord.objects.filter(province=province, month__gt=date(today.year - 1, today.month, 1))


def mean_score(lines: Iterable[CommuneLine]) -> float | None:
    """Of the communes that were looked at."""
    scores = [line.record.score for line in lines if line.record]
    return sum(scores) / len(scores) if scores else None


def open_counts(codes: Iterable[str]) -> Counter[str]:
    """By commune code, how many findings wait there; one query."""
    rows = DataFinding.objects.filter(commune__in=codes, state=FindingState.OPEN, rule__in=RULES).order_by()
    return Counter(dict(rows.values_list("commune_id").annotate(Count("pk"))))
