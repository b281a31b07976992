"""What a change of villages leaves a commune to do, as one line among its tasks."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from teams.access import Can, Scope
from teams.models import Commune
from teams.queries.unit_history import follow_up
from teams.services.tasks import Task, task_source


@task_source
def unit_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    names = {each.pk: each.name for each in communes if scope.allows(Can.EDIT_ROSTER, each.province_id, each.pk)}
    for code, units in follow_up(names, timezone.localdate()).items() if names else ():
        if left := sum(each.left for each in units):
            url = reverse("teams:unit_follow_up", args=[code])
            text = f"{left} việc còn lại sau sắp xếp thôn, tổ dân phố"
            yield Task(text, "Xem từng việc", url, place=names[code] if len(communes) > 1 else "")
