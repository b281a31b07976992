"""Whom a campaign asks apart: groups, more communes, other bodies."""

from django import forms

from reporting.forms.base import ReportingForm
from reporting.forms.campaigns import BodiesField, CommunesField
from reporting.models import AddresseeGroup, BodyAddressee, Campaign
from reporting.queries.campaigns import addressed, askable
from teams.forms.base import DateField, DeadlineField, PageForm, version_field
from teams.forms.scans import ScanField


class AskMoreForm(ReportingForm):
    communes = CommunesField(label="Các xã, phường, đặc khu chưa được yêu cầu")
    until = DeadlineField(
        label="Hạn riêng của các đơn vị này", required=False, help_text="Phải ghi khi hạn của đợt đã qua."
    )

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["communes"].offer(askable(campaign))


class GroupForm(ReportingForm):
    name = forms.CharField(label="Tên nhóm", max_length=80, help_text="Ví dụ: Các xã đảo.")
    due_at = DeadlineField(label="Hạn của nhóm")
    communes = CommunesField(label="Các xã, phường, đặc khu")
    version = version_field()

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["communes"].offer(addressed(campaign))

    def columns(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in ("name", "due_at", "communes")}

    def shown(self, name: str, value: object) -> str:
        if name == "communes":
            names = dict(self.fields["communes"].choices)
            return ", ".join(str(names.get(code, code)) for code in value or ())
        return super().shown(name, value)

    @staticmethod
    def stored(row: AddresseeGroup) -> dict[str, object]:
        return {name: getattr(row, name) for name in ("name", "due_at", "communes", "version")}


class BodiesForm(PageForm):
    names = BodiesField(label="Thêm cơ quan", help_text="Mỗi dòng một cơ quan.")


class BodyForm(ReportingForm):
    name = forms.CharField(label="Cơ quan, đơn vị", max_length=200)
    due_at = DeadlineField(label="Hạn riêng", required=False, help_text="Để trống: theo hạn của xã.")
    received_on = DateField(label="Nhận báo cáo ngày", required=False, future=False)
    file = ScanField(label="Báo cáo đã nhận", required=False, stem="bao-cao")
    note = forms.CharField(label="Ghi chú", required=False, max_length=400)
    version = version_field()

    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def stored(row: BodyAddressee) -> dict[str, object]:
        return {name: getattr(row, name) for name in ("name", "due_at", "received_on", "note", "version")}
