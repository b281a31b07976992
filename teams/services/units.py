"""Villages and residential groups: added, corrected, ended; renamed, merged and split as dated events with lineage."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.enums import UnitChangeKind, UnitKind
from teams.keys import unit_keys
from teams.models import Commune, ResidentialUnit, TeamCoverage, UnitChange, UnitLineage
from teams.services.actions import register_action
from teams.services.concurrency import lock_communes, save_if_unchanged
from teams.services.coverage import coverage_after, end_coverage


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A village that is to be: the name as it shall stand."""

    name: str
    kind: UnitKind
    households: int | None = None


@dataclass(frozen=True, slots=True)
class UnitEvent:
    """What the law says of a change: from which day, and which paper decided it."""

    effective_on: date
    legal_basis: str
    note: str = ""


@register_action
def add_units(
    *, commune: Commune, drafts: list[UnitDraft], valid_from: date | None = None, by: User
) -> list[ResidentialUnit]:
    """New villages of the commune, all or none. Raises ValidationError naming those that exist already."""
    return _create(commune, drafts, valid_from)


@register_action
def update_unit(*, unit: ResidentialUnit, version: int, fields: dict[str, object], by: User) -> ResidentialUnit:
    """Correct name, kind, households or dates. A lawful new name is a change in time: see `rename_unit`."""
    lock_communes([unit.commune_id])
    start, end = (fields.get(name, getattr(unit, name)) for name in ("valid_from", "ended_on"))
    fields = fields | unit_keys(str(fields.get("name", unit.name)))
    if not end:
        _refuse_taken(unit.commune_id, {fields["match_key"]: str(fields.get("name", unit.name))}, except_ids=[unit.pk])
    if start and end and end < start:
        raise ValidationError("Ngày hết hiệu lực phải sau ngày bắt đầu.")
    if end != unit.ended_on:
        _move_end(unit, end)
    return save_if_unchanged(unit, version=version, fields=fields)


def _move_end(unit: ResidentialUnit, end: date | None) -> None:
    """An end that was typed wrongly; coverage that ended with the village ends with it again, or goes on."""
    if unit.ended_on and unit.successors.exists():
        raise ValidationError({"ended_on": f"{unit.name} hết hiệu lực theo văn bản đã ghi: không sửa được ngày này."})
    rows = TeamCoverage.objects.filter(unit=unit)
    if unit.ended_on:
        living = Q(team__dissolved_on=None) | Q(team__dissolved_on__gt=unit.ended_on)
        rows.filter(living, ended_on=unit.ended_on).update(ended_on=end)
    if end:
        end_coverage(rows, end)


@register_action
def delete_unit(*, unit: ResidentialUnit, by: User) -> None:
    """A village added by mistake goes while nothing speaks of it. Raises ValidationError saying what does."""
    lock_communes([unit.commune_id])
    if unit.coverages.exists():
        raise ValidationError(f"Đã có tổ phụ trách {unit.name}: hãy ghi ngày hết hiệu lực thay vì xóa.")
    if unit.successors.exists() or unit.predecessors.exists():
        raise ValidationError(f"{unit.name} có trong thay đổi đã ghi theo văn bản: không xóa được.")
    unit.delete()


@register_action
def end_unit(*, unit: ResidentialUnit, version: int, ended_on: date, by: User) -> ResidentialUnit:
    """From `ended_on` the village no longer exists and nobody covers it; nothing takes its place."""
    lock_communes([unit.commune_id])
    _refuse_ended([unit], ended_on)
    end_coverage(TeamCoverage.objects.filter(unit=unit), ended_on)
    return save_if_unchanged(unit, version=version, fields={"ended_on": ended_on})


@register_action
def rename_unit(*, unit: ResidentialUnit, version: int, new: UnitDraft, event: UnitEvent, by: User) -> ResidentialUnit:
    """The village goes on under a new name (or as another kind): an old row, a new row, the teams kept."""
    return _change(UnitChangeKind.RENAME, {unit: version}, [new], event, whole=True)[0]


@register_action
def merge_units(
    *,
    units: list[ResidentialUnit],
    new: UnitDraft,
    event: UnitEvent,
    by: User,
    partly: Collection[ResidentialUnit] = (),
) -> ResidentialUnit:
    """Two villages or more become one; every team that looked after one of them looks after the new one.

    Those of them in `partly` give a part only: they live on, with their teams.
    """
    if len(units) < 2:
        raise ValidationError("Hãy chọn ít nhất hai thôn, tổ dân phố để sáp nhập.")
    seen = {unit: unit.version for unit in units}
    return _change(UnitChangeKind.MERGE, seen, [new], event, whole=True, partly=partly)[0]


@register_action
def split_unit(
    *, unit: ResidentialUnit, version: int, parts: list[UnitDraft], event: UnitEvent, by: User
) -> list[ResidentialUnit]:
    """One village becomes several; its teams look after every part until they are founded anew."""
    if len(parts) < 2:
        raise ValidationError("Hãy ghi ít nhất hai thôn, tổ dân phố mới, mỗi dòng một tên.")
    return _change(UnitChangeKind.SPLIT, {unit: version}, parts, event, whole=False)


def _change(
    kind: UnitChangeKind,
    seen: dict[ResidentialUnit, int],
    drafts: list[UnitDraft],
    event: UnitEvent,
    *,
    whole: bool,
    partly: Collection[ResidentialUnit] = (),
) -> list[ResidentialUnit]:
    """End the old rows (as `seen`: row -> version) but those in `partly`, begin the new ones that day, tie them, carry
    the teams over."""
    olds = list(seen)
    commune = olds[0].commune
    lock_communes([commune.pk])
    _refuse_ended(olds, event.effective_on)
    for old, version in seen.items():
        save_if_unchanged(old, version=version, fields={} if old in partly else {"ended_on": event.effective_on})
    news = _create(commune, drafts, event.effective_on)
    change = UnitChange.objects.create(
        province_id=commune.province_id,
        kind=kind,
        effective_on=event.effective_on,
        legal_basis=event.legal_basis,
        note=event.note,
    )
    UnitLineage.objects.bulk_create(
        UnitLineage(change=change, old=old, new=new, whole=whole and old not in partly) for old in olds for new in news
    )
    _carry_coverage(olds, news, event.effective_on)
    ended = [old for old in olds if old not in partly]
    end_coverage(TeamCoverage.objects.filter(unit__in=ended), event.effective_on)
    return news


def _create(commune: Commune, drafts: list[UnitDraft], valid_from: date | None) -> list[ResidentialUnit]:
    lock_communes([commune.pk])
    keys = [unit_keys(draft.name) for draft in drafts]
    _refuse_twins(drafts)
    _refuse_taken(commune.pk, {key["match_key"]: draft.name for key, draft in zip(keys, drafts, strict=True)})
    return ResidentialUnit.objects.bulk_create(
        ResidentialUnit(
            province_id=commune.province_id,
            commune=commune,
            name=draft.name,
            kind=draft.kind,
            households=draft.households,
            valid_from=valid_from,
            **key,
        )
        for key, draft in zip(keys, drafts, strict=True)
    )


def _refuse_twins(drafts: list[UnitDraft]) -> None:
    keys = [unit_keys(draft.name)["match_key"] for draft in drafts]
    twins = sorted({draft.name for key, draft in zip(keys, drafts, strict=True) if keys.count(key) > 1})
    if twins:
        raise ValidationError(f"Ghi hai lần cùng một tên: {', '.join(twins)}.")


def _refuse_taken(commune_code: str, names: dict[str, str], except_ids: list[int] | None = None) -> None:
    """Names resolve inside the commune only: Thôn 1 exists in every other one."""
    live = ResidentialUnit.objects.filter(commune_id=commune_code, ended_on=None, match_key__in=names)
    taken = list(live.exclude(pk__in=except_ids or []).values_list("name", flat=True))
    if taken:
        raise ValidationError(
            {"name": f"Xã đã có {', '.join(taken)}."} if except_ids else f"Xã đã có {', '.join(taken)}."
        )


def _refuse_ended(units: list[ResidentialUnit], day: date) -> None:
    for unit in units:
        if unit.ended_on:
            raise ValidationError(f"{unit.name} đã hết hiệu lực từ ngày {format_date(unit.ended_on)}.")
        if unit.valid_from and day <= unit.valid_from:
            raise ValidationError(f"{unit.name} mới có từ ngày {format_date(unit.valid_from)}: chọn ngày sau đó.")


def _carry_coverage(olds: list[ResidentialUnit], news: list[ResidentialUnit], day: date) -> None:
    """Teams move on that day to each new unit; one that covered two of the old ones covers the new one once, from
    the first of its beginnings until the last of its ends."""
    rows: dict[int, list[TeamCoverage]] = defaultdict(list)
    for row in coverage_after(day).filter(unit__in=olds):
        rows[row.team_id].append(row)
    TeamCoverage.objects.bulk_create(
        TeamCoverage(
            team_id=team_id,
            unit=new,
            province_id=new.province_id,
            commune_id=new.commune_id,
            valid_from=max(day, min(row.valid_from or day for row in held)),
            ended_on=None if any(row.ended_on is None for row in held) else max(row.ended_on for row in held),
        )
        for team_id, held in rows.items()
        for new in news
    )
