"""Another day, for stories told after the fact: demo data say when things happened, and services note the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone


@contextmanager
def at(day: date, hour: int) -> Iterator[datetime]:
    """The portal's clock stands at that hour of that day in Việt Nam: what services note happened then."""
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001  made aware
    real, timezone.now = timezone.now, lambda: moment
    try:
        yield moment
    finally:
        timezone.now = real
