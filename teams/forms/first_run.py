from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError

from cdt_portal.accounts.models import User
from cdt_portal.lib import text
from teams.forms.base import PageForm

NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class FirstRunForm(PageForm):
    """The setup code and the account of the first administrator."""

    code = forms.CharField(
        label="Mã thiết lập",
        max_length=40,
        help_text="Máy chủ in mã này khi khởi động.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    full_name = forms.CharField(label="Họ và tên", max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=60,
        validators=[ASCIIUsernameValidator(message="Chỉ dùng chữ không dấu, chữ số và các dấu . - _ @ +")],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "username"}),
    )
    password = forms.CharField(label="Mật khẩu", strip=False, widget=NEW_PASSWORD, help_text="Ít nhất 10 ký tự.")
    again = forms.CharField(label="Gõ lại mật khẩu", strip=False, widget=NEW_PASSWORD)

    def clean_full_name(self) -> str:
        return text.strip_honorific(self.cleaned_data["full_name"])

    def clean(self) -> None:
        typed = super().clean()
        password = typed.get("password")
        if password and password != typed.get("again"):
            self.add_error("again", "Hai lần gõ không giống nhau.")
        if password:
            user = User(username=typed.get("username", ""), full_name=typed.get("full_name", ""))
            try:
                validate_password(password, user)
            except ValidationError as refusal:
                self.add_error("password", refusal)

    def account(self) -> dict[str, str]:
        """The keyword arguments of `services.first_run.make_first_administrator`."""
        return {name: self.cleaned_data[name] for name in ("code", "full_name", "username", "password")}
