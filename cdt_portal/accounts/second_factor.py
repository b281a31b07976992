"""Whether a user must still add a second factor. `SECOND_FACTOR_POLICY` decides who needs one."""

import pghistory
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.module_loading import import_string

from cdt_portal.accounts.models import User


def is_enrolled(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def is_missing(user: User) -> bool:
    """True when the user may open nothing but the enrolment pages. Never in a demo: the factor is off."""
    return not settings.DEMO and not is_enrolled(user) and import_string(settings.SECOND_FACTOR_POLICY)(user)


def reset(user: User) -> None:
    """Forget the user's apps, keys and codes: for somebody who has lost the device. The user's history notes it."""
    Authenticator.objects.filter(user=user).delete()
    pghistory.create_event(user, label="second_factor_reset")
