"""What the portal asks of allauth: doors, words, and secrets encrypted at rest."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cdt_portal.accounts import encryption, events, limits
from cdt_portal.accounts.models import User

FRESH_SECONDS = 300
PROOFS = {
    "reauthenticate": "Dùng mật khẩu",
    "mfa_reauthenticate": "Dùng mã trên điện thoại hoặc mã dự phòng",
    "mfa_reauthenticate:webauthn": "Dùng khóa bảo mật",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Tên đăng nhập hoặc mật khẩu không đúng.",
        "incorrect_password": "Mật khẩu không đúng.",
        "enter_current_password": "Mật khẩu hiện tại không đúng.",
        "incorrect_code": "Mã không đúng hoặc đã hết hạn.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def get_login_stages(self) -> list[str]:
        return [] if settings.DEMO else ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """A login of a moment ago is proof enough: the enrolment after it asks no password twice."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(time.time() - record["at"] < FRESH_SECONDS for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        return [method | {"description": PROOFS[method["id"]]} for method in super().get_reauthentication_methods(user)]

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        refusal = limits.refusal(limits.name_key(credentials["username"]))
        outcome = events.Outcome.LOCKED if refusal else events.Outcome.FAILED
        events.record_name(request, outcome, credentials["username"])
        if refusal:
            raise ValidationError(refusal)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def pre_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse | None:
        if not user.is_active:
            return _refuse(request, user, events.Outcome.DISABLED)
        if user.is_unused:
            return _refuse(request, user, events.Outcome.UNUSED)
        return None


def _refuse(request: HttpRequest, user: User, outcome: str) -> HttpResponse:
    clear_login(request)
    events.record(request, outcome, user)
    return render(request, f"accounts/{outcome}.html", {"days": settings.UNUSED_DAYS}, status=403)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Mã không đúng hoặc đã hết hạn.",
        "cannot_generate_recovery_codes": "Hãy thêm lớp xác thực thứ hai trước khi tạo mã dự phòng.",
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, "mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, "mfa")

    def get_totp_label(self, user: User) -> str:
        return user.username

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Khóa {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.username, "display_name": user.full_name}
