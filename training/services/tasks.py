"""Needs that a commune owes, among what its page shows first to those who write them."""

from collections.abc import Iterator

from django.urls import reverse

from cdt_portal.lib.periods import spell_deadline
from teams.access import Can, Scope
from teams.models import Commune
from teams.services.tasks import Task, task_source
from training.enums import REPLY_OWED, CallState
from training.queries.calls import replies_of, reply_cards


@task_source
def need_tasks(scope: Scope, commune: Commune) -> Iterator[Task]:
    if not scope.allows(Can.REGISTER_NEEDS, commune.province_id, commune.pk):
        return
    owed = replies_of(scope).filter(commune=commune, call__state=CallState.OPEN, state__in=REPLY_OWED)
    for card in reply_cards(owed.order_by("call__due_at", "pk"), scope):
        state, late = card.reply.get_state_display().lower(), ", đã quá hạn" if card.is_late else ""
        text = f"{card.reply.call.title}: {state}, hạn đăng ký {spell_deadline(card.due_at)}{late}"
        yield Task(text, card.next, reverse("training:needs", args=[card.reply.pk]))
