from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import User


class LimitedBackend(AuthenticationBackend):
    """Login by name and password with a limit on guesses, which is taken before the password is hashed."""

    def authenticate(self, request: HttpRequest | None, username: str = "", password: str = "", **_) -> User | None:
        """The user; None when name or password is wrong. Raises PermissionDenied when no attempt is left."""
        name = User.normalize_username(username)
        key = limits.name_key(name)
        if not limits.take(key):
            raise PermissionDenied
        user = super().authenticate(request, username=name, password=password)
        if user is not None:
            limits.clear(key)
        return user

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        # Not case-insensitively, as allauth would: the database folds more letters than the limit's key.
        return self._check_password(User.objects.filter(username=username).first(), password)
