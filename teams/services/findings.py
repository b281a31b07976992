"""What people say of findings: accepted with a reason, or to be looked at again."""

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib import text
from teams.access import Can, Scope
from teams.enums import FindingState
from teams.models import Commune, DataFinding
from teams.queries.quality.pages import open_counts
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged
from teams.services.quality import check, lock_findings
from teams.services.tasks import Task, task_source

LONGEST = DataFinding._meta.get_field("reason").max_length


@action
def accept(*, finding: DataFinding, version: int, reason: str, by: User) -> None:
    """It may stay as it is. It opens again when it grows. Raises ValidationError, Conflict."""
    _turn(finding, version, _accepted(reason, by))


@action
def accept_all(*, commune: Commune, versions: Mapping[int, int], reason: str, by: User) -> None:
    """The same for open findings of a commune, of which the reader saw these `versions` (id -> version): all for one
    reason, or, when one has changed since, none. Raises ValidationError."""
    columns = _accepted(reason, by)
    lock_findings([commune.pk])
    rows = DataFinding.objects.filter(commune=commune, state=FindingState.OPEN, pk__in=versions)
    unchanged = [row for row in rows if row.version == versions[row.pk]]
    if len(unchanged) < len(versions):
        raise ValidationError({"findings": "Có điều vừa được sửa hoặc vừa thay đổi. Hãy xem lại rồi chọn lại."})
    for row in unchanged:
        save_if_unchanged(row, version=row.version, fields=columns)
    check([commune.pk])


def _accepted(reason: str, by: User) -> dict[str, object]:
    reason = text.clean(reason)
    if not reason:
        raise ValidationError({"reason": "Hãy nêu lý do."})
    if len(reason) > LONGEST:
        raise ValidationError({"reason": f"Dài quá {LONGEST} ký tự."})
    return {"state": FindingState.ACCEPTED, "reason": reason, "accepted_by": by, "accepted_at": timezone.now()}


@action
def reopen(*, finding: DataFinding, version: int, by: User) -> None:
    """Take an acceptance back. Raises ValidationError, Conflict."""
    columns = {"reason": "", "accepted_by": None, "accepted_at": None}
    _turn(finding, version, {"state": FindingState.OPEN, **columns})


def _turn(finding: DataFinding, version: int, columns: dict[str, object]) -> None:
    """Behind a check that is under way, and followed by one, for the score."""
    lock_findings([finding.commune_id])
    if finding.state == FindingState.FIXED:
        raise ValidationError("Điều này đã được sửa, không còn phải xem lại.")
    save_if_unchanged(finding, version=version, fields=columns)
    check([finding.commune_id])


@task_source
def finding_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    """How many there are; each is on the page of its own."""
    counts = open_counts([each.pk for each in communes])
    for each in communes:
        if counts[each.pk] and scope.allows(Can.EDIT_ROSTER, each.province_id, each.pk):
            url = reverse("teams:commune_quality", args=[each.pk])
            place = each.name if len(communes) > 1 else ""
            yield Task(f"{counts[each.pk]} điều cần xem lại", "Xem lại", url, place=place)
