"""Asks all rules of some communes and keeps their findings right: new ones, those that are fixed, those that are back.

After a change of the register `check_after_commit` does so at once; a job after an import; every night for all.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.utils import timezone

from cdt_portal.jobs.services import enqueue
from teams.enums import FindingState
from teams.models import Commune, DataFinding, QualityRecord
from teams.queries.quality import rules  # noqa: F401  they register themselves
from teams.queries.quality.picture import Picture, take_picture
from teams.queries.quality.registry import RULES, Fault
from teams.queries.quality.score import score_of, sizes_of

AT_ONCE = 3  # communes; more than these are left to a job
WRITTEN = ["text", "basis", "state", "reason", "accepted_by", "accepted_at", "last_seen", "version"]
RECORDED = ["score", "open_findings", "accepted_findings", "checked_at"]
Key = tuple[str, tuple]


@transaction.atomic
def check(codes: Collection[str]) -> None:
    """Bring the findings of these communes up to date. Repeated, it writes nothing but when it looked."""
    lock_findings(codes)
    now = timezone.now()
    picture = take_picture(codes, timezone.localdate())
    found = {(rule.key, fault.subject): fault for rule in RULES.values() for fault in rule.find(picture)}
    stored = {key_of(row): row for row in DataFinding.objects.filter(commune__in=codes)}
    changed = [row for key, row in stored.items() if _follow(row, found.get(key), now)]
    made = [_made(key, fault, now) for key, fault in found.items() if key not in stored]
    DataFinding.objects.bulk_update(changed, WRITTEN, batch_size=1000)
    DataFinding.objects.bulk_create(made, batch_size=2000)
    _record(picture, [*stored.values(), *made], now)


def key_of(row: DataFinding) -> Key:
    return row.rule, (row.commune_id, row.unit_id, row.team_id, row.member_id, row.decision_id, row.detail)


def lock_findings(codes: Collection[str]) -> None:
    """Wait for, and hold until the transaction ends, the right to write findings of these communes. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('findings:' || code)) FROM unnest(%s::text[]) AS code",
            [sorted(codes)],
        )


def _made(key: Key, fault: Fault, now) -> DataFinding:
    return DataFinding(
        rule=key[0],
        province_id=fault.province,
        commune_id=fault.commune,
        unit_id=fault.unit,
        team_id=fault.team,
        member_id=fault.member,
        decision_id=fault.decision,
        detail=fault.detail,
        text=fault.text,
        basis=fault.basis,
        first_seen=now,
    )


def _follow(row: DataFinding, fault: Fault | None, now) -> bool:
    """Make the row say what was found now; whether that is anything new."""
    if fault is None:
        if row.state == FindingState.FIXED:
            return False
        row.state, row.last_seen = FindingState.FIXED, now
    else:
        is_back = row.state == FindingState.FIXED
        is_other = row.state == FindingState.ACCEPTED and row.basis != fault.basis
        if not (is_back or is_other) and (row.text, row.basis) == (fault.text, fault.basis):
            return False
        if is_back or is_other:
            row.reopen()
        row.text, row.basis = fault.text, fault.basis
    row.version += 1
    return True


def _record(picture: Picture, rows: Iterable[DataFinding], now) -> None:
    """The score of each commune, in the record of this month."""
    by_state: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        by_state[row.commune_id][row.state][row.rule] += 1
    sizes = sizes_of(picture)
    records = [
        QualityRecord(
            province_id=commune.province_id,
            commune=commune,
            month=picture.day.replace(day=1),
            score=score_of(sizes[code], by_state[code][FindingState.OPEN]).points,
            open_findings=by_state[code][FindingState.OPEN].total(),
            accepted_findings=by_state[code][FindingState.ACCEPTED].total(),
            checked_at=now,
        )
        for code, commune in picture.communes.items()
    ]
    QualityRecord.objects.bulk_create(
        records, update_conflicts=True, unique_fields=["commune", "month"], update_fields=RECORDED
    )


# When ---------------------------------------------------------------------------------------------------------------

_changed = threading.local()  # .codes: changed by this thread's transaction


def check_after_commit(codes: Iterable[str]) -> None:
    """Check these communes once the transaction is committed, each once however often it is named."""
    if all(waiting is not _check_changed for _, waiting, *_ in connection.run_on_commit):
        _changed.codes = set()  # those of a transaction that was rolled back go
    _changed.codes.update(codes)
    transaction.on_commit(_check_changed, robust=True)  # what was saved is saved, whatever becomes of the findings


def _check_changed() -> None:
    codes, _changed.codes = _changed.codes, set()
    if len(codes) > AT_ONCE:
        check_by_job(codes)
    elif codes:
        check(codes)


def check_by_job(codes: Collection[str]) -> None:
    """The same for many communes, as a job of nobody's."""
    enqueue(kind="findings.check", title="Kiểm tra chất lượng dữ liệu", args={"communes": sorted(codes)}, by=None)


def check_everything(batch: int = 40) -> int:
    """All communes there are, some at a time so that nobody waits long behind it; how many."""
    codes = list(Commune.objects.filter(ended_on=None).order_by("province", "pk").values_list("pk", flat=True))
    for start in range(0, len(codes), batch):
        check(codes[start : start + batch])
    return len(codes)
