"""allauth's forms with the portal's limits and words."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as BaseAddWebAuthnForm
from django.contrib.auth.forms import PasswordChangeForm
from django.core.cache import cache
from django.core.exceptions import ValidationError

from cdt_portal.accounts import limits

CODE_LIFETIME = 120  # seconds: longer than a one-time code lives, its tolerance included


class LoginForm(BaseLoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _label(self, {"login": "Tên đăng nhập", "password": "Mật khẩu"})


class ChangePasswordForm(PasswordChangeForm):
    def clean_old_password(self) -> str:
        # Through the limited door: a borrowed session must not become a place to guess the password.
        if not get_adapter().reauthenticate(self.user, self.cleaned_data["old_password"]):
            raise get_adapter().validation_error("enter_current_password")
        return self.cleaned_data["old_password"]


class LimitedCode:
    """A one-time or recovery code: counted before it is compared, and never accepted twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _label(self, {"code": "Mã xác thực"})
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        key = limits.code_key(self.user)
        if not limits.take(key):
            raise ValidationError(limits.refusal(key) or "Hãy thử lại sau ít giây.")
        code = super().clean_code()
        if not cache.add(f"code-used:{self.user.pk}:{code}", True, CODE_LIFETIME):
            raise ValidationError("Mã này đã được dùng. Hãy chờ mã mới.")
        limits.clear(key)
        return code


class AuthenticateForm(LimitedCode, BaseAuthenticateForm):
    pass


class ReauthenticateForm(LimitedCode, BaseReauthenticateForm):
    pass


class ActivateTOTPForm(BaseActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _label(self, {"code": "Mã 6 chữ số trên ứng dụng"})
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}


class AddWebAuthnForm(BaseAddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _label(self, {"name": "Tên khóa", "passwordless": "Đăng nhập được bằng khóa này, không cần mật khẩu"})
        self.fields["passwordless"].help_text = "Khóa phải có mã PIN, vân tay hoặc khuôn mặt."
        self.fields["passwordless"].initial = True


def _label(form, labels: dict[str, str]) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
