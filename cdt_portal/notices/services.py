"""Telling users something inside the portal, and what they have seen of it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.notices.models import Notice, Reminder

KEPT = timedelta(days=366)
MOST_COUNTED = 100  # of unread notices: beyond it the bell says "99+"


def notify(*, users: Iterable[User], text: str, url: str, renew: bool = False) -> None:
    """One notice for each user, in the caller's transaction: what is rolled back was never told. With `renew` whoever
    has not read the last one of that page gets it said anew, not one more.

    `url` is a path of the portal. A text too long for a notice is cut.
    """
    told = {user.pk: notice(user.pk, text, url) for user in users}
    if renew:
        unread = Notice.objects.filter(user__in=told, url=url, read_at=None)
        again = set(unread.values_list("user", flat=True))
        unread.update(text=cut(text), created_at=timezone.now())
        told = {pk: each for pk, each in told.items() if pk not in again}
    Notice.objects.bulk_create(told.values())


def retell(*, users: Iterable[User], url: str, text: str) -> None:
    """What the users have not read of that page says this from now on; with "" there is nothing left to say, and their
    notices are gone."""
    unread = Notice.objects.filter(user__in=users, url=url, read_at=None)
    if text:
        unread.update(text=cut(text))
    else:
        unread.delete()


def notice(user_id: int, text: str, url: str) -> Notice:
    """One that is still to be stored."""
    return Notice(user_id=user_id, text=cut(text), url=url)


def cut(text: str) -> str:
    limit = Notice._meta.get_field("text").max_length
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def notices_of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    """How many the user has not seen, up to MOST_COUNTED; on every page, so by an index of the unread alone."""
    return notices_of(user).filter(read_at=None).order_by()[:MOST_COUNTED].count()


def mark_read(notices: QuerySet[Notice]) -> int:
    """When each was seen first stays; returns how many had not been."""
    return notices.filter(read_at=None).update(read_at=timezone.now())


def forget_old() -> int:
    """Delete notices and the log of reminders after a year; returns how many."""
    before = timezone.now() - KEPT
    notices, _ = Notice.objects.filter(created_at__lt=before).delete()
    reminders, _ = Reminder.objects.filter(sent_at__lt=before).delete()
    return notices + reminders
