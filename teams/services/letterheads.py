"""How a unit's papers begin and end, as the unit itself words it."""

from cdt_portal.accounts.models import User
from teams.models import Commune, Letterhead, Province
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged


@action
def save_letterhead(
    *, province: Province, commune: Commune | None, version: int, fields: dict[str, str], by: User
) -> Letterhead:
    """Of the commune, or without one of the department. `version` is 0 when none was there. Raises Conflict."""
    row, made = Letterhead.objects.get_or_create(province=province, commune=commune, defaults=fields)
    if made and not version:
        return row
    if not version:
        raise Conflict(row)
    return save_if_unchanged(row, version=version, fields=fields)
