"""Reports that a commune owes, as the first thing that its page shows to those who write or approve them."""

from collections.abc import Iterator

from django.urls import reverse

from cdt_portal.lib.periods import spell_deadline
from reporting.enums import ReportState
from reporting.queries.reports import ReportCard, owed
from teams.access import Can, Scope
from teams.models import Commune
from teams.services.tasks import Task, task_source


@task_source
def report_tasks(scope: Scope, commune: Commune) -> Iterator[Task]:
    writes, approves = (scope.allows(can, commune.province_id, commune.pk) for can in (Can.WRITE_REPORT, Can.APPROVE))
    for card in owed(scope) if writes or approves else []:
        if card.report.commune_id == commune.pk:
            url = reverse("reporting:report", args=[card.report.pk])
            yield Task(_text(card), _label(card, writes=writes, approves=approves), url)


def _text(card: ReportCard) -> str:
    until = card.report.reopened_until
    due = f"mở lại đến {spell_deadline(until)}" if until else f"hạn {card.due}"
    late = ", đã quá hạn" if card.is_late and not until else ""
    return f"{card.report.campaign.title}: {card.report.get_state_display().lower()}, {due}{late}"


def _label(card: ReportCard, *, writes: bool, approves: bool) -> str:
    if card.report.state == ReportState.AWAITING_APPROVAL and approves:
        return "Xem và duyệt"
    return card.next if writes else "Xem"
