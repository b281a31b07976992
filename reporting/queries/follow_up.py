"""What was sent to those who owed a report of a campaign."""

from collections.abc import Iterable
from dataclasses import dataclass

from cdt_portal.notices.models import Reminder
from teams.models import Commune


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line of the log; `commune` is "" for the department's summary."""

    reminder: Reminder
    commune: str


def sent_lines(reminders: Iterable[Reminder]) -> list[SentLine]:
    """The reminders with the names of their communes."""
    reminders = list(reminders)
    codes = {reminder.commune_code for reminder in reminders}
    names = dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [SentLine(reminder, names.get(reminder.commune_code, "")) for reminder in reminders]
