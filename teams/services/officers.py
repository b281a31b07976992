"""Officials who answer for a commune's teams. Their CCCD is encrypted, hidden, and shown only with a trace."""

from datetime import date

import pghistory
from django.core.exceptions import ValidationError

from cdt_portal.accounts.encryption import blind_index
from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.models import Commune, FocalOfficer
from teams.services.actions import action, register_action
from teams.services.concurrency import save_if_unchanged

PURPOSE = "teams.focalofficer.citizen_id"


@register_action
def add_officer(*, commune: Commune, fields: dict[str, object], by: User) -> FocalOfficer:
    """Raises ValidationError when the commune has an officer in charge with this CCCD."""
    columns = _columns(commune.pk, fields)
    return FocalOfficer.objects.create(commune=commune, province_id=commune.province_id, **columns)


@register_action
def update_officer(*, officer: FocalOfficer, version: int, fields: dict[str, object], by: User) -> FocalOfficer:
    """Raises Conflict. Without "citizen_id" in `fields` the number stays."""
    columns = _columns(officer.commune_id, fields, except_id=officer.pk)
    return save_if_unchanged(officer, version=version, fields=columns)


@register_action
def end_officer(*, officer: FocalOfficer, version: int, ended_on: date, by: User) -> FocalOfficer:
    """From that day the person is no longer in charge; phone and CCCD, no longer needed, go."""
    if officer.started_on and ended_on < officer.started_on:
        raise ValidationError({"ended_on": f"Người này phụ trách từ ngày {format_date(officer.started_on)}."})
    gone = {"ended_on": ended_on, "phone": "", "citizen_id": "", "citizen_id_hash": ""}
    return save_if_unchanged(officer, version=version, fields=gone)


@action
def reveal_citizen_id(*, officer: FocalOfficer, by: User) -> str:
    """The full number; the officer's history notes who looked at it and when."""
    pghistory.create_event(officer, label="reveal")
    return officer.citizen_id


def renew_indexes() -> int:
    """Compute anew the indexes by which citizen ids are compared, which SECRET_KEY goes into; how many changed."""
    changed = 0
    for officer in FocalOfficer.objects.exclude(citizen_id_hash="").iterator():
        index = blind_index(officer.citizen_id, PURPOSE)
        outdated = FocalOfficer.objects.filter(pk=officer.pk, citizen_id_hash=officer.citizen_id_hash)
        changed += outdated.exclude(citizen_id_hash=index).update(citizen_id_hash=index)
    return changed


def _columns(commune_code: str, fields: dict[str, object], except_id: int | None = None) -> dict[str, object]:
    if "citizen_id" not in fields:
        return fields
    index = blind_index(str(fields["citizen_id"]), PURPOSE)
    same = FocalOfficer.objects.filter(commune_id=commune_code, citizen_id_hash=index, ended_on=None)
    if index and same.exclude(pk=except_id).exists():
        raise ValidationError({"citizen_id": "Xã đã có cán bộ phụ trách mang số CCCD này."})
    return fields | {"citizen_id_hash": index}
