"""One-time links with which a person sets the password of their account."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import Invitation, User


class Closed(TextChoices):
    """Why a link does not open, in the words of its reader."""

    UNKNOWN = "unknown", "Liên kết này không đúng"
    USED = "used", "Liên kết này đã được dùng"
    REPLACED = "replaced", "Liên kết này đã được thay bằng liên kết mới hơn"
    EXPIRED = "expired", "Liên kết này đã hết hạn"
    DISABLED = "disabled", "Tài khoản này đã ngừng hoạt động"


class ClosedInvitation(Exception):
    """The link cannot be used; `reason` says why."""

    def __init__(self, reason: Closed):
        super().__init__(reason)
        self.reason = reason


VALID_FOR = timedelta(days=7)


def invite(*, user: User, by: User, valid_for: timedelta = VALID_FOR) -> str:
    """The path of a new link for `user`; earlier links stop working. Shown once: only its hash is kept."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Invitation.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
        Invitation.objects.create(
            user=user,
            token_hash=_hash(token),
            created_by=by,
            created_at=now,
            expires_at=now + valid_for,
        )
    return reverse("invitation", args=[token])


def find(token: str) -> Invitation:
    """The open invitation behind `token`; raises ClosedInvitation."""
    invitation = Invitation.objects.select_related("user").filter(token_hash=_hash(token)).first()
    reason = _closed(invitation)
    if reason:
        raise ClosedInvitation(reason)
    return invitation


def accept(*, token: str, password: str) -> User:
    """Set the password and spend the link; raises ClosedInvitation when somebody else was quicker."""
    with transaction.atomic():
        Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
        invitation = find(token)
        now = timezone.now()
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])
        user = invitation.user
        user.set_password(password)
        user.last_seen_at = now
        user.save(update_fields=["password", "last_seen_at"])
    limits.unlock(user)
    return user


def _closed(invitation: Invitation | None) -> Closed | None:
    if invitation is None:
        return Closed.UNKNOWN
    if invitation.used_at:
        return Closed.USED
    if invitation.expires_at <= timezone.now():
        newer = Invitation.objects.filter(user=invitation.user, pk__gt=invitation.pk).exists()
        return Closed.REPLACED if newer else Closed.EXPIRED
    return None if invitation.user.is_active else Closed.DISABLED


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
