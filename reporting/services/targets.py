"""What a province wants its overview's shares to reach."""

from cdt_portal.accounts.models import User
from reporting.models import ProvinceTargets
from teams.models import Province
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged


@action
def save_targets(*, province: Province, version: int, fields: dict[str, object], by: User) -> ProvinceTargets:
    """`version` 0 is the first time. Raises Conflict."""
    if version:
        return save_if_unchanged(ProvinceTargets(province=province), version=version, fields=fields)
    targets, is_first = ProvinceTargets.objects.get_or_create(province=province, defaults=fields)
    if not is_first:
        raise Conflict(targets)
    return targets
