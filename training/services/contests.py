"""Contests, and the dated cumulative counts of those who registered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.numbers import format_int
from teams.access import scope_for
from teams.models import Commune, Province
from teams.models.base import in_force
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged
from training.models import Contest, ContestCount
from training.queries.contests import countable


@dataclass(frozen=True, slots=True)
class TypedCount:
    """A commune's count as its typist left it, and as they had seen it (`seen`): None for no count."""

    commune: str
    people: int | None
    seen: int | None


class StaleCounts(Exception):
    """Somebody wrote these communes' counts since they were read: code -> what stands now, None when it is gone."""

    def __init__(self, current: Mapping[str, ContestCount | None]):
        super().__init__("Số liệu vừa được người khác sửa.")
        self.current = current


class Decrease(ValidationError):
    """A cumulative count fell. It may be a correction: the typist is asked. By commune code, a sentence each."""

    def __init__(self, told: Mapping[str, str]):
        super().__init__("Số lũy kế không thể giảm theo ngày. Nếu đúng là như vậy, hãy đánh dấu xác nhận rồi lưu lại.")
        self.told = told


@action
def create_contest(*, province: Province, fields: Mapping[str, object], by: User) -> Contest:
    """Raises ValidationError by field."""
    _check_period(fields)
    _refuse_second(province.pk, str(fields["name"]))
    return Contest.objects.create(province=province, **fields)


@action
def update_contest(*, contest: Contest, version: int, fields: Mapping[str, object], by: User) -> Contest:
    """Raises ValidationError by field, Conflict."""
    _check_period(fields)
    _refuse_second(contest.province_id, str(fields["name"]), but=contest.pk)
    first = contest.counts.order_by("as_of").first()
    if first and fields["starts_on"] > first.as_of:
        raise ValidationError({"starts_on": f"Đã có số liệu của ngày {format_date(first.as_of)}."})
    return save_if_unchanged(contest, version=version, fields=dict(fields))


def _check_period(fields: Mapping[str, object]) -> None:
    if fields["starts_on"] > fields["ends_on"]:
        raise ValidationError({"ends_on": "Ngày kết thúc phải từ ngày bắt đầu trở đi."})


def _refuse_second(province: str, name: str, but: int = 0) -> None:
    if Contest.objects.filter(province=province, name=name).exclude(pk=but).exists():
        raise ValidationError({"name": "Đã có cuộc thi tên này."})


@action
def save_counts(*, contest: Contest, day: date, counts: Sequence[TypedCount], by: User, sure: bool = False) -> int:
    """Write what its typist changed, all or nothing; returns how many counts that were. An emptied one is deleted.

    Raises ValidationError for a day outside the contest, PermissionDenied for a commune that `by` may not count,
    StaleCounts, and Decrease unless the typist is `sure`.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)  # one save at a time
    changed = [each for each in counts if each.people != each.seen]
    _check_day(contest, day)
    _check_communes(contest, day, changed, by)
    rows = {row.commune_id: row for row in contest.counts.filter(as_of=day)}
    stands = {code: row.people for code, row in rows.items()}
    stale = [each.commune for each in changed if each.seen != stands.get(each.commune)]
    if stale:
        raise StaleCounts({code: rows.get(code) for code in stale})
    falls = {} if sure else _falls(contest, day, changed)
    if falls:
        raise Decrease(falls)
    for each in changed:
        _write(contest, day, each, rows.get(each.commune), by)
    return len(changed)


def _check_day(contest: Contest, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError("Ngày này chưa đến.")
    if day < contest.starts_on:
        raise ValidationError(f"Cuộc thi bắt đầu từ ngày {format_date(contest.starts_on)}.")


def _check_communes(contest: Contest, day: date, counts: Sequence[TypedCount], by: User) -> None:
    asked = {each.commune for each in counts}
    known = Commune.objects.filter(in_force(day), province=contest.province_id, pk__in=asked)
    if asked - set(known.values_list("pk", flat=True)):
        raise ValidationError("Có xã không thuộc cuộc thi này vào ngày đó.")
    allowed = countable(contest, scope_for(by))
    if allowed is not None and asked - allowed:
        raise PermissionDenied("Bạn chỉ được ghi số liệu của xã mình.")


def _falls(contest: Contest, day: date, changed: Sequence[TypedCount]) -> dict[str, str]:
    """Counts below an earlier one, or above a later one."""
    codes = [each.commune for each in changed if each.people is not None]
    before: dict[str, ContestCount] = {}
    after: dict[str, ContestCount] = {}
    for row in contest.counts.filter(commune__in=codes).exclude(as_of=day).order_by("as_of"):
        if row.as_of < day:
            before[row.commune_id] = row
        else:
            after.setdefault(row.commune_id, row)
    told = {}
    for each in changed:
        earlier, later = before.get(each.commune), after.get(each.commune)
        if each.people is None:
            continue
        if earlier and each.people < earlier.people:
            told[each.commune] = f"Nhỏ hơn số {_dated(earlier)}."
        elif later and each.people > later.people:
            told[each.commune] = f"Lớn hơn số {_dated(later)}."
    return told


def _dated(row: ContestCount) -> str:
    return f"{format_int(row.people)} đã ghi đến hết ngày {format_date(row.as_of)}"


def _write(contest: Contest, day: date, typed: TypedCount, row: ContestCount | None, by: User) -> None:
    if row is None:
        ContestCount.objects.create(
            contest=contest,
            province_id=contest.province_id,
            commune_id=typed.commune,
            as_of=day,
            people=typed.people,
            by=by,
        )
    elif typed.people is None:
        row.delete()
    else:
        save_if_unchanged(row, version=row.version, fields={"people": typed.people, "by": by})
