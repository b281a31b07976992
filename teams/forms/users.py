from django import forms
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError

from cdt_portal.accounts.models import User
from cdt_portal.lib import phones, text
from teams.access import Can, Scope
from teams.enums import UserRole
from teams.forms.base import DateField, PageForm, version_field
from teams.models import Commune, Province
from teams.models.access import COMMUNE_ROLES
from teams.queries.users import is_administrator


class UserForm(PageForm):
    full_name = forms.CharField(label="Họ và tên", max_length=120)
    position = forms.CharField(label="Chức vụ", required=False, max_length=120)
    phone = forms.CharField(
        label="Số điện thoại",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text="Để gửi liên kết đăng nhập qua Zalo.",
    )
    email = forms.EmailField(label="Thư điện tử", required=False)

    def clean_full_name(self) -> str:
        return text.strip_honorific(self.cleaned_data["full_name"])

    def clean_phone(self) -> str:
        reading = phones.parse_phone(self.cleaned_data["phone"])
        if reading.problem:
            raise ValidationError(phones.PROBLEM_LABELS[reading.problem])
        if len(reading.numbers) > 1:
            raise ValidationError("Chỉ ghi một số điện thoại.")
        return reading.numbers[0] if reading.numbers else ""

    def fields_of_user(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("full_name", "position", "phone", "email")}


class UserEditForm(UserForm):
    version = version_field()

    @staticmethod
    def stored(row: User) -> dict[str, object]:
        """`row` as `teams.queries.users.versioned` gives it."""
        return {name: getattr(row, name) for name in ("full_name", "position", "phone", "email", "version")}


class PostForm(PageForm):
    """A role and its unit, within what the manager may give."""

    role = forms.ChoiceField(label="Vai trò", initial=UserRole.COMMUNE_OFFICER)
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="— chỉ chọn cho cán bộ, lãnh đạo xã —",
    )
    province = forms.ModelChoiceField(
        label="Tỉnh, thành phố",
        queryset=Province.objects.none(),
        required=False,
        empty_label="— chỉ chọn cho người của Sở —",
    )

    def __init__(self, *args, scope: Scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.nationwide = is_administrator(scope) and scope.allows(Can.MANAGE_USERS, NO_PROVINCE)
        self.fields["role"].choices = [
            choice for choice in UserRole.choices if is_administrator(scope) or choice[0] != UserRole.SYSTEM_ADMIN
        ]
        self.fields["commune"].queryset = scope.communes(Can.MANAGE_USERS).filter(ended_on=None)
        self.fields["province"].queryset = scope.provinces(Can.MANAGE_USERS)

    def clean(self) -> None:
        super().clean()
        typed = self.cleaned_data
        if typed.get("role") in COMMUNE_ROLES:
            if not typed.get("commune"):
                self.add_error("commune", "Hãy chọn xã của người này.")
        elif typed.get("commune"):
            self.add_error("commune", "Vai trò này không gắn với một xã. Hãy để trống.")
        elif not typed.get("province") and not self.nationwide:
            self.add_error("province", "Hãy chọn tỉnh, thành phố của người này.")

    def post(self) -> dict[str, object]:
        """The keyword arguments of `services.users.assign`."""
        commune = self.cleaned_data["commune"]
        return {
            "role": UserRole(self.cleaned_data["role"]),
            "province": commune.province if commune else self.cleaned_data["province"],
            "commune": commune,
        }


NO_PROVINCE = "00"  # a code that no province has: only a nationwide post covers it


class NewUserForm(UserForm, PostForm):
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=60,
        validators=[ASCIIUsernameValidator(message="Chỉ dùng chữ không dấu, chữ số và các dấu . - _ @ +")],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        help_text="Chữ không dấu, chữ số, dấu chấm; ví dụ: canbo.cathai",
    )
    field_order = ["full_name", "username", "role", "commune", "province", "position", "phone", "email"]


class ActivityForm(forms.Form):
    """Whose traces, from which day to which; what cannot be read asks for nothing and is told beside its field."""

    who = forms.CharField(
        label="Người dùng",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "tên, tên đăng nhập hoặc xã"}),
    )
    since = DateField(label="Từ ngày", required=False)
    until = DateField(label="Đến hết ngày", required=False)

    def add_prefix(self, field_name: str) -> str:
        return {"who": "ai", "since": "tu", "until": "den"}.get(field_name, field_name)
