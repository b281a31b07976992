"""Telling users something inside the portal."""

from collections.abc import Iterable

from cdt_portal.accounts.models import User
from cdt_portal.notices.models import Notice


def notify(*, users: Iterable[User], text: str, url: str) -> None:
    """One notice for each user, in the caller's transaction: what is rolled back was never told.

    `url` is a path of the portal. A text too long for a notice is cut.
    """
    limit = Notice._meta.get_field("text").max_length
    text = text if len(text) <= limit else f"{text[: limit - 1]}…"
    Notice.objects.bulk_create(
        Notice(user=user, text=text, url=url) for user in {user.pk: user for user in users}.values()
    )
