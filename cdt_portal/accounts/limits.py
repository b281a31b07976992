"""How many guesses one name may make. Exact at any load: an attempt is taken before anything is compared.

The count is per login name, never per address: one person's mistakes must not lock a whole office.
"""

import hashlib
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


def name_key(username: str) -> str:
    """The limit of a login name, known or not, in any writing."""
    return hashlib.sha256(f"name:{User.normalize_username(username)}".encode()).hexdigest()


def code_key(user: User) -> str:
    """The limit of a user's one-time and recovery codes."""
    return hashlib.sha256(f"code:{user.pk}".encode()).hexdigest()


def take(key: str) -> bool:
    """Count one attempt; False when none is left. The count stands whatever becomes of the request."""
    now = timezone.now()
    values = {"key": key, "now": now, "over": now - _lock(), "limit": settings.LOGIN_ATTEMPTS}
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            return cursor.rowcount == 1
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False  # so many guess at this name at once that the row could not be had in time
        raise


def locked_until(key: str) -> datetime | None:
    """When the next attempt may be made, or None when one may be made now."""
    full = LoginLimit.objects.filter(is_locked(timezone.now()), key=key).first()
    return full.last_at + _lock() if full else None


def is_locked(now: datetime) -> Q:
    """The condition on limits that leave no attempt."""
    return Q(attempts__gte=settings.LOGIN_ATTEMPTS, last_at__gt=now - _lock())


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


def _lock() -> timedelta:
    return timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
