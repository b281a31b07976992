"""Villages and residential groups: added, corrected, ended, renamed; mergers and splits are in `unit_plans`."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q

from cdt_portal.accounts.models import User
from teams.enums import Share
from teams.keys import unit_keys
from teams.models import Commune, ResidentialUnit, TeamCoverage
from teams.services.actions import register_action
from teams.services.concurrency import lock_communes, save_if_unchanged
from teams.services.coverage import end_coverage
from teams.services.unit_changes import (
    NewUnit,
    UnitDraft,
    UnitEvent,
    change_units,
    create_units,
    refuse_ended,
    refuse_taken,
)


@register_action
def add_units(
    *, commune: Commune, drafts: list[UnitDraft], valid_from: date | None = None, by: User
) -> list[ResidentialUnit]:
    """New villages of the commune, all or none. Raises ValidationError naming those that exist already."""
    lock_communes([commune.pk])
    return create_units(commune.province_id, [(commune.pk, draft) for draft in drafts], valid_from)


@register_action
def update_unit(*, unit: ResidentialUnit, version: int, fields: dict[str, object], by: User) -> ResidentialUnit:
    """Correct name, kind, households or dates. A lawful new name is a change in time: see `rename_unit`."""
    lock_communes([unit.commune_id])
    start, end = (fields.get(name, getattr(unit, name)) for name in ("valid_from", "ended_on"))
    fields = fields | unit_keys(str(fields.get("name", unit.name)))
    if not end:
        refuse_taken({(unit.commune_id, fields["match_key"])}, except_ids=[unit.pk], field="name")
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
    refuse_ended(unit, ended_on)
    end_coverage(TeamCoverage.objects.filter(unit=unit), ended_on)
    return save_if_unchanged(unit, version=version, fields={"ended_on": ended_on})


@register_action
def rename_unit(*, unit: ResidentialUnit, version: int, new: UnitDraft, event: UnitEvent, by: User) -> ResidentialUnit:
    """The village goes on under a new name (or as another kind): an old row, a new row, the teams kept."""
    row = NewUnit(unit.commune_id, new, {unit.pk: Share.WHOLE})
    return change_units(unit.province_id, [row], {unit.pk: version}, event).news[0]
