"""The access log: who came in, left or was refused, when, from where."""

from datetime import timedelta

from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import LoginEvent, User

Outcome = LoginEvent.Outcome


def record(request: HttpRequest, outcome: str, user: User) -> None:
    LoginEvent.objects.create(user=user, outcome=outcome, address=get_client_ip(request))


def record_name(request: HttpRequest, outcome: str, username: str) -> None:
    """A refused login; a name that belongs to nobody is kept as a hash."""
    user = User.objects.filter(username=User.normalize_username(username)).first()
    LoginEvent.objects.create(
        user=user,
        name_hash="" if user else limits.name_key(username),
        outcome=outcome,
        address=get_client_ip(request),
    )


def forget_old() -> int:
    """Delete what the law no longer asks to keep; the number of deleted events."""
    deleted, _ = LoginEvent.objects.filter(at__lt=timezone.now() - timedelta(days=settings.LOGIN_EVENT_DAYS)).delete()
    return deleted


@receiver(user_logged_in)
def _logged_in(request: HttpRequest, user: User, **_) -> None:
    record(request, Outcome.LOGIN, user)


@receiver(user_logged_out)
def _logged_out(request: HttpRequest, user: User | None, **_) -> None:
    if user is not None:
        record(request, Outcome.LOGOUT, user)


@receiver(authentication_failed)
def _wrong_code(request: HttpRequest, user: User, **_) -> None:
    record(request, Outcome.WRONG_CODE, user)
