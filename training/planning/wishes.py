"""How far a half day is from what somebody wished, and which half days there are."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from training.enums import DayPart
from training.planning.parts import Need, Slot

WRONG_PART = 0.5  # the right day at the wrong time of day is nearer than the next day
WRONG_ROOM = 0.5  # so is another room of the right place, to the next cluster


def half_days(
    first: date, last: date, *, weekdays: Collection[int], parts: Collection[str], days_off: Collection[date]
) -> list[Slot]:
    """The half days from `first` to `last` on `weekdays` (0 is Monday), in `parts` (morning, afternoon)."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    afternoons = [is_afternoon for part, is_afternoon in ((DayPart.MORNING, False), (DayPart.AFTERNOON, True))
                  if part in parts]  # fmt: skip
    open_days = (day for day in days if day.weekday() in weekdays and day not in days_off)
    return [Slot(day, is_afternoon) for day in open_days for is_afternoon in afternoons]


def cost(need: Need, slots: Sequence[Slot]) -> float:
    """Days between the class and the wished days, half a day more when only the time of day is wrong; 0 fits."""
    return max(_days_off(need, slot.day) for slot in slots) + (0 if _suits(need.day_part, slots) else WRONG_PART)


def away(need: Need, room: int, clusters: int) -> float:
    """Clusters between the class and the wished place, half a one when only the room is another; 0 fits.

    `clusters`: how many there are between the room and the wished place.
    """
    if not need.rooms or room in need.rooms:
        return 0
    return clusters or WRONG_ROOM


def _days_off(need: Need, day: date) -> int:
    if need.from_day and day < need.from_day:
        return (need.from_day - day).days
    if need.to_day and day > need.to_day:
        return (day - need.to_day).days
    return 0


def _suits(part: str, slots: Sequence[Slot]) -> bool:
    """A class of more than a half day can only suit by its days."""
    if part == DayPart.WEEKEND:
        return all(slot.day.weekday() >= 5 for slot in slots)
    if part == DayPart.ANY or len(slots) > 1:
        return True
    return slots[0].is_afternoon == (part == DayPart.AFTERNOON)


def starts(slots: Sequence[Slot], length: int) -> list[tuple[int, ...]]:
    """Where a class of `length` half days may lie: positions in `slots`; of several half days, from a day's first."""
    runs: Iterable[range] = (range(first, first + length) for first in range(len(slots) - length + 1))
    return [
        tuple(run) for run in runs if length == 1 or run.start == 0 or slots[run.start - 1].day != slots[run.start].day
    ]
