import re

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib import phones, text
from teams.forms.base import DateField, PageForm, version_field
from teams.models import FocalOfficer


class OfficerForm(PageForm):
    full_name = forms.CharField(label="Họ và tên", max_length=120)
    position = forms.CharField(label="Chức vụ", required=False, max_length=160)
    phone = forms.CharField(
        label="Số điện thoại", required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    citizen_id = forms.CharField(
        label="Số CCCD",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="12 chữ số. Được mã hóa khi lưu, không hiện trong danh sách và không xuất ra tệp.",
    )
    started_on = DateField(label="Phụ trách từ ngày", required=False)

    def clean_full_name(self) -> str:
        return text.strip_honorific(self.cleaned_data["full_name"])

    def clean_phone(self) -> str:
        reading = phones.parse_phone(self.cleaned_data["phone"])
        if reading.problem:
            raise ValidationError(phones.PROBLEM_LABELS[reading.problem])
        if len(reading.numbers) > 1:
            raise ValidationError("Chỉ ghi một số điện thoại.")
        return reading.numbers[0] if reading.numbers else ""

    def clean_citizen_id(self) -> str:
        digits = re.sub(r"[\s.\-]", "", self.cleaned_data["citizen_id"])
        if digits and not re.fullmatch("[0-9]{12}", digits):
            raise ValidationError("Số CCCD gồm đúng 12 chữ số.")
        return digits

    def columns(self) -> dict[str, object]:
        typed = self.cleaned_data
        columns = {name: typed[name] for name in ("full_name", "phone", "started_on")}
        columns["position"] = text.clean(typed["position"])
        return columns | ({"citizen_id": typed["citizen_id"]} if typed["citizen_id"] else {})


class OfficerEditForm(OfficerForm):
    version = version_field()

    def __init__(self, *args, officer: FocalOfficer, full_phone: bool, **kwargs):
        """Without `full_phone` the stored phone is shown masked, and kept when it comes back as it was shown."""
        super().__init__(*args, **kwargs)
        self.officer, self.full_phone = officer, full_phone
        self.initial = self.stored(officer) | {"phone": self.shown("phone", officer.phone)}
        if officer.citizen_id_hash:
            self.fields["citizen_id"].widget.attrs["placeholder"] = "Đã ghi"
            self.fields["citizen_id"].help_text = "Để trống: giữ số đã lưu. Nhập số mới để thay."

    def clean_phone(self) -> str:
        unchanged = self.cleaned_data["phone"] == self.shown("phone", self.officer.phone)
        return self.officer.phone if unchanged else super().clean_phone()

    def shown(self, name: str, value: object) -> str:
        if name != "phone" or not value:
            return super().shown(name, value)
        return phones.format_phone(str(value)) if self.full_phone else phones.mask_phone(str(value))

    @staticmethod
    def stored(row: FocalOfficer) -> dict[str, object]:
        return {name: getattr(row, name) for name in ("full_name", "position", "phone", "started_on", "version")}


class OfficerEndForm(PageForm):
    ended_on = DateField(
        label="Thôi phụ trách từ ngày", future=False, help_text="Số điện thoại và số CCCD của người này được xóa."
    )
    version = version_field()
