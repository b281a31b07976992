"""How often one thing may be tried. Exact at any load: an attempt is taken before anything is compared or written.

The count is per login name or per link, never per address: one person's mistakes must not lock a whole office.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from cdt_portal.accounts.models import LoginLimit, User

TAKE = """
    INSERT INTO accounts_loginlimit AS kept (key, attempts, last_at) VALUES (%(key)s, 1, %(now)s)
    ON CONFLICT (key) DO UPDATE
    SET attempts = CASE WHEN kept.last_at <= %(over)s THEN 1 ELSE kept.attempts + 1 END,
        last_at = excluded.last_at
    WHERE kept.last_at <= %(over)s OR kept.attempts < %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts; then none until `rest` has passed since the last of them."""

    attempts: int
    rest: timedelta


def login_limit() -> Limit:
    return Limit(settings.LOGIN_ATTEMPTS, timedelta(minutes=settings.LOGIN_LOCK_MINUTES))


def key_of(kind: str, name: object) -> str:
    """The key of one thing's count: what is counted, and for whom. Names are not kept."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()


def name_key(username: str) -> str:
    """The limit of a login name, known or not, in any writing."""
    return key_of("name", User.normalize_username(username))


def code_key(user: User) -> str:
    """The limit of a user's one-time and recovery codes."""
    return key_of("code", user.pk)


def take(key: str, limit: Limit | None = None) -> bool:
    """Count one attempt, by default at a login; False when none is left. The count stands whatever becomes of the
    request."""
    limit, now = limit or login_limit(), timezone.now()
    values = {"key": key, "now": now, "over": now - limit.rest, "limit": limit.attempts}
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            return cursor.rowcount == 1
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False  # so many guess at this name at once that the row could not be had in time
        raise


def locked_until(key: str, limit: Limit | None = None) -> datetime | None:
    """When the next attempt may be made, or None when one may be made now."""
    limit = limit or login_limit()
    full = LoginLimit.objects.filter(is_locked(timezone.now(), limit), key=key).first()
    return full.last_at + limit.rest if full else None


def is_locked(now: datetime, limit: Limit | None = None) -> Q:
    """The condition on counts that leave no attempt."""
    limit = limit or login_limit()
    return Q(attempts__gte=limit.attempts, last_at__gt=now - limit.rest)


def clear(*keys: str) -> None:
    LoginLimit.objects.filter(key__in=keys).delete()


def keys_of(user: User) -> tuple[str, str]:
    return name_key(user.username), code_key(user)


def unlock(user: User) -> None:
    """Give the user all attempts back, for the password and for codes."""
    clear(*keys_of(user))


def refusal(key: str) -> str:
    """The sentence for somebody who must wait, or "" when an attempt is left."""
    until = locked_until(key)
    if until is None:
        return ""
    return (
        f"Đã nhập sai {settings.LOGIN_ATTEMPTS} lần. "
        f"Hãy thử lại lúc {timezone.localtime(until):%H:%M} hoặc nhờ Sở mở khóa."
    )
