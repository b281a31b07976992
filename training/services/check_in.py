"""Signed links with which the people of a class mark themselves present, by a QR code on paper, without an account.

A link is its sitting's id, signed together with the sitting's `token_key`: to change the key is to revoke every print
of it. No row is kept for a link.
"""

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse

from training.models import ClassSession

_signer = Signer(salt="training.check_in")


def link_of(session: ClassSession) -> str:
    """The address that a QR code holds, as the portal is reached from outside."""
    return settings.PORTAL_URL + reverse("training:check_in", args=[token_of(session)])


def token_of(session: ClassSession) -> str:
    return f"{session.pk}-{_signature(session)}"


def _signature(session: ClassSession) -> str:
    return _signer.signature(f"{session.pk}-{session.token_key.hex}")
