from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib.periods import add_working_days, due_after, last_day, range_name
from reporting.enums import FormAudience, PeriodKind, PeriodScheme
from reporting.forms.base import TICK, FormVersionField, ReportingForm
from reporting.models import ReportingPolicy, ReportPeriod
from reporting.queries.periods import holidays_of, policy_of
from teams.forms.base import DateField, DeadlineField, PageForm, version_field
from teams.models import Province

BY_POLICY = "Để trống: theo cách báo cáo của tỉnh."
LONGEST_HOLIDAY = 15  # days


class PeriodEditForm(ReportingForm):
    """What may change in a period: its name, deadlines and the teams' form."""

    name = forms.CharField(label="Tên kỳ", max_length=120)
    team_due_at = DeadlineField(label="Hạn của tổ")
    commune_due_at = DeadlineField(label="Hạn của xã")
    department_due_at = DeadlineField(label="Hạn của Sở")
    team_form = FormVersionField(
        label="Mẫu số liệu của tổ",
        required=False,
        empty_label="Không hỏi riêng các tổ",
        help_text="Chỉ chọn khi các tổ phải gửi số liệu riêng cho kỳ này. Để trống: số liệu các quý trong kỳ tự cộng.",
    )
    version = version_field()

    def __init__(self, *args, province: Province, kept: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.province = province
        self.fields["team_form"].offer(province, FormAudience.TEAM, kept=kept)

    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def stored(row: ReportPeriod) -> dict[str, object]:
        names = ("name", "team_due_at", "commune_due_at", "department_due_at", "team_form", "version")
        return {name: getattr(row, name) for name in names}


class PeriodForm(PeriodEditForm):
    """Any range of days. What is left empty follows from the days and from the province's policy."""

    starts_on = DateField(label="Từ ngày")
    ends_on = DateField(label="Đến hết ngày", help_text="Ngày chốt số liệu.")
    cumulative_from = DateField(label="Lũy kế từ ngày", required=False, help_text="Để trống: từ ngày đầu kỳ.")
    version = None
    field_order = ["starts_on", "ends_on", "cumulative_from", "name"]

    def __init__(self, *args, province: Province, **kwargs):
        super().__init__(*args, province=province, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = "Để trống: gọi theo thời gian, ví dụ “4 tháng cuối năm 2025”."
        for name in ("team_due_at", "commune_due_at", "department_due_at"):
            self.fields[name].required = False
            self.fields[name].help_text = BY_POLICY

    def clean(self) -> dict:
        typed = super().clean()
        starts_on, ends_on = typed.get("starts_on"), typed.get("ends_on")
        if not starts_on or not ends_on:
            return typed
        typed["name"] = typed.get("name") or range_name(starts_on, ends_on)
        typed["cumulative_from"] = typed.get("cumulative_from") or starts_on
        policy, holidays, below = policy_of(self.province), holidays_of(self.province.pk), ends_on
        for level in ("team", "commune", "department"):
            usual = due_after(add_working_days(below, getattr(policy, f"{level}_days"), holidays))
            typed[f"{level}_due_at"] = typed.get(f"{level}_due_at") or usual
            below = last_day(typed[f"{level}_due_at"])
        return typed


class PolicyForm(ReportingForm):
    scheme = forms.ChoiceField(label="Cách tính kỳ", choices=PeriodScheme, widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Các kỳ tự mở",
        choices=[(kind.value, kind.label) for kind in PeriodKind if kind != PeriodKind.RANGE],
        widget=forms.CheckboxSelectMultiple(TICK),
        required=False,
    )
    open_days_ahead = forms.IntegerField(
        label="Mở kỳ trước ngày chốt số liệu (ngày)", min_value=0, max_value=120, help_text="Thường là 30 ngày."
    )
    team_days = forms.IntegerField(label="Hạn của tổ: số ngày làm việc sau ngày chốt", min_value=1, max_value=60)
    commune_days = forms.IntegerField(label="Hạn của xã: số ngày làm việc sau hạn của tổ", min_value=1, max_value=60)
    department_days = forms.IntegerField(label="Hạn của Sở: số ngày làm việc sau hạn của xã", min_value=1, max_value=60)
    leader_approves = forms.BooleanField(label="Lãnh đạo xã duyệt trước khi nộp", required=False)
    opens_campaigns = forms.BooleanField(
        label="Tự mở đợt báo cáo định kỳ",
        required=False,
        help_text="Khi mở kỳ mới, đợt của kỳ trước được chép lại. Không chọn: đợt mới chờ cán bộ Sở xem rồi mở.",
    )
    household_target = forms.IntegerField(label="Mục tiêu hộ được hướng dẫn (%)", min_value=1, max_value=100)
    version = version_field()

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("scheme") != PeriodScheme.CUSTOM and not typed.get("kinds") and "kinds" not in self.errors:
            self.add_error("kinds", "Hãy chọn ít nhất một loại kỳ, hoặc chọn cách tính “Tự đặt”.")
        return typed

    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def shown(self, name: str, value: object) -> str:
        if name == "kinds":
            return ", ".join(PeriodKind(each).label for each in value or ())
        return super().shown(name, value)

    @staticmethod
    def stored(row: ReportingPolicy) -> dict[str, object]:
        return {name: getattr(row, name) for name in PolicyForm.base_fields}


class HolidayForm(PageForm):
    """A day off, or several on end: Tết."""

    first = DateField(label="Nghỉ từ ngày")
    last = DateField(label="Đến hết ngày", required=False, help_text="Để trống: nghỉ một ngày.")
    name = forms.CharField(label="Tên ngày nghỉ", max_length=120, help_text="Ví dụ: Tết Nguyên đán, Giỗ Tổ Hùng Vương.")

    def clean(self) -> dict:
        typed = super().clean()
        first, last = typed.get("first"), typed.get("last")
        if first and last and not 0 <= (last - first).days < LONGEST_HOLIDAY:
            raise ValidationError({"last": f"Phải từ ngày đầu trở đi, nhiều nhất {LONGEST_HOLIDAY} ngày."})
        return typed

    def days(self) -> dict[date, str]:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"] or self.cleaned_data["first"]
        return {first + timedelta(days=n): self.cleaned_data["name"] for n in range((last - first).days + 1)}
