"""Campaigns as the department types them: periodic on a period, ad hoc on a letter."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib.decisions import DecisionReading, PaperLine, parse_decision, parse_paper_line
from cdt_portal.lib.periods import add_working_days, due_after, last_day
from cdt_portal.lib.phones import PROBLEM_LABELS, parse_phone
from cdt_portal.lib.text import clean
from reporting.enums import FormAudience
from reporting.forms.base import TICK, FormVersionField, ReportingForm
from reporting.models import Campaign, ReportPeriod
from reporting.queries.periods import holidays_of, policy_of
from teams.forms.base import DateField, DeadlineField, PageForm, version_field
from teams.forms.scans import ScanField
from teams.models import Commune, Province
from teams.models.base import in_force

ALL, CHOSEN = "all", "chosen"
TEXT = ("instructions", "leader_approves")
LONGEST_NAME = 200


class CommunesField(forms.MultipleChoiceField):
    """Codes of communes, ticked by name."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.CheckboxSelectMultiple(TICK), **kwargs)

    def offer(self, communes) -> None:
        self.choices = list(communes.order_by("sort_key", "pk").values_list("pk", "name"))


def communes_today(province: Province):
    return Commune.objects.filter(in_force(timezone.localdate()), province=province)


class OpenCampaignForm(ReportingForm):
    """What may still change when communes report: not the form, not the days."""

    title = forms.CharField(label="Tên đợt báo cáo", max_length=250)
    commune_due_at = DeadlineField(label="Hạn của xã")
    department_due_at = DeadlineField(label="Hạn tổng hợp của Sở")
    instructions = forms.CharField(
        label="Hướng dẫn cho xã", required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    version = version_field()

    def columns(self) -> dict[str, object]:
        """The campaign's own columns."""
        names = {field.name for field in Campaign._meta.fields} - {"version"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    @staticmethod
    def stored(row: Campaign) -> dict[str, object]:
        names = ("title", "commune_due_at", "department_due_at", "instructions", "version")
        return {name: getattr(row, name) for name in names}


class DraftCampaignForm(OpenCampaignForm):
    """What every campaign says before it opens."""

    form_version = FormVersionField(label="Mẫu báo cáo", empty_label="— chọn mẫu —")
    asked = forms.ChoiceField(label="Gửi đến", widget=forms.RadioSelect, initial=ALL)
    communes = CommunesField(label="Các xã, phường, đặc khu", required=False)
    leader_approves = forms.BooleanField(label="Lãnh đạo xã duyệt trước khi nộp", required=False)

    def __init__(self, *args, province: Province, kept: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.province = province
        self.fields["form_version"].offer(province, FormAudience.COMMUNE, kept=kept)
        self.fields["communes"].offer(communes_today(province))
        count = len(self.fields["communes"].choices)
        self.fields["asked"].choices = [(ALL, f"Tất cả {count} xã, phường, đặc khu"), (CHOSEN, "Chọn từng đơn vị")]

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("asked") == CHOSEN and not typed.get("communes"):
            self.add_error("communes", "Hãy chọn ít nhất một đơn vị, hoặc chọn gửi tất cả.")
        if typed.get("asked") == ALL:
            typed["communes"] = None
        return typed

    def shown(self, name: str, value: object) -> str:
        if name == "communes":
            names = dict(self.fields["communes"].choices)
            return ", ".join(str(names.get(code, code)) for code in value or ())
        return super().shown(name, value)

    @staticmethod
    def stored(row: Campaign) -> dict[str, object]:
        return OpenCampaignForm.stored(row) | {
            "form_version": row.form_version,
            "leader_approves": row.leader_approves,
            "asked": ALL if row.communes is None else CHOSEN,
            "communes": row.communes,
        }


class PeriodicEditForm(DraftCampaignForm):
    headings = {"title": "Nội dung báo cáo", "asked": "Nơi nhận"}
    field_order = ["title", "form_version", "commune_due_at", "department_due_at", *TEXT, "asked", "communes"]


class AdHocEditForm(DraftCampaignForm):
    """The letter's line is read as decisions are; its date may stand apart."""

    letter_line = forms.CharField(
        label="Số, ký hiệu, ngày công văn",
        max_length=800,
        help_text="Chép cả dòng, ví dụ: Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở … về việc …",
    )
    issued_on = DateField(label="Ngày ban hành", required=False, help_text="Chỉ cần khi dòng trên chưa có ngày.")
    subject = forms.CharField(label="Trích yếu", max_length=400)
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    file = ScanField(label="Tệp công văn", required=False, stem="cong-van")
    contact_name = forms.CharField(label="Đầu mối liên hệ", required=False, max_length=120)
    contact_phone = forms.CharField(label="Số điện thoại đầu mối", required=False, max_length=40)
    starts_on = DateField(label="Số liệu từ ngày", required=False, help_text="Để trống: từ ngày 01/01 của năm chốt.")
    ends_on = DateField(label="Chốt số liệu hết ngày")
    headings = {"letter_line": "Công văn", "title": "Nội dung báo cáo", "asked": "Nơi nhận"}
    field_order = [
        *("letter_line", "issued_on", "subject", "issuer", "file", "contact_name", "contact_phone"),
        *("title", "form_version", "starts_on", "ends_on", "commune_due_at", "department_due_at", *TEXT),
        *("asked", "communes"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "department_due_at", "subject", "issuer"):
            self.fields[name].required = False
        for name in ("subject", "issuer"):
            self.fields[name].help_text = "Để trống khi dòng trên đã có."
        self.fields["title"].help_text = "Để trống: như trích yếu."
        self.fields["department_due_at"].help_text = "Để trống: theo cách báo cáo của tỉnh, tính từ hạn của xã."

    def clean_letter_line(self) -> str:
        if not self.reading().number:
            raise ValidationError("Không đọc được số công văn. Hãy ghi như: 4675/SKHCN-CNTT ngày 19/12/2025.")
        if len(self.line().name) > LONGEST_NAME:
            raise ValidationError(f"Số, ký hiệu, ngày dài quá {LONGEST_NAME} ký tự.")
        return clean(self.cleaned_data["letter_line"])

    def clean_contact_phone(self) -> str:
        reading = parse_phone(self.cleaned_data["contact_phone"])
        if reading.problem:
            raise ValidationError(PROBLEM_LABELS[reading.problem])
        return reading.first

    def reading(self) -> DecisionReading:
        return parse_decision(self.line().name)

    def line(self) -> PaperLine:
        return parse_paper_line(self.data.get(self.add_prefix("letter_line"), ""))

    def clean(self) -> dict:
        typed = super().clean()
        typed["issued_on"] = self.reading().issued_on or typed.get("issued_on")
        if not typed["issued_on"] and not {"issued_on", "letter_line"} & self.errors.keys():
            self.add_error("issued_on", "Hãy ghi ngày ban hành của công văn.")
        self._fill_from_line(typed)
        typed["title"] = typed.get("title") or _titled(typed.get("subject", ""))
        if typed.get("commune_due_at") and "department_due_at" not in self.errors:
            typed["department_due_at"] = typed.get("department_due_at") or self._department_due(typed)
        if typed.get("ends_on") and "starts_on" not in self.errors:
            january = date(typed["ends_on"].year, 1, 1)
            typed["starts_on"] = typed.get("starts_on") or january
            typed["cumulative_from"] = min(january, typed["starts_on"])
        return typed

    def _fill_from_line(self, typed: dict) -> None:
        """What was typed in its own field counts; whose the letter is and what it is about must stand in either."""
        for name, told in (("issuer", self.line().issuer), ("subject", self.line().subject)):
            limit = self.fields[name].max_length
            typed[name] = typed.get(name) or (told if len(told) <= limit else "")
            if not typed[name] and name not in self.errors and "letter_line" not in self.errors:
                self.add_error(name, f"Hãy ghi {self.fields[name].label.lower()}.")

    def _department_due(self, typed: dict):
        days, holidays = policy_of(self.province).department_days, holidays_of(self.province.pk)
        return due_after(add_working_days(last_day(typed["commune_due_at"]), days, holidays))

    def letter_columns(self) -> dict[str, object]:
        """The columns of the letter, with its `file` when one was chosen."""
        typed, reading = self.cleaned_data, self.reading()
        names = ("issued_on", "subject", "issuer", "contact_name", "contact_phone", "file")
        letter = {"raw_text": self.line().name, "number": reading.number, "symbol": reading.symbol}
        return letter | {name: typed[name] for name in names}

    @staticmethod
    def stored(row: Campaign) -> dict[str, object]:
        letter = row.letter
        names = ("issued_on", "subject", "issuer", "contact_name", "contact_phone")
        told = {name: getattr(letter, name) for name in names}
        told |= {"letter_line": letter.raw_text, "starts_on": row.starts_on, "ends_on": row.ends_on}
        return DraftCampaignForm.stored(row) | told


def _titled(subject: str) -> str:
    """A subject as a title: without the words that lead to it, beginning with a capital."""
    about = parse_paper_line(subject)
    title = about.subject if not about.name else subject
    return (title[:1].upper() + title[1:])[:250]


class BodiesField(forms.CharField):
    """Names, one a line."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": 3}), max_length=8000, **kwargs)

    def to_python(self, value) -> list[str]:
        return list(dict.fromkeys(name for line in super().to_python(value).splitlines() if (name := clean(line))))

    def validate(self, value) -> None:
        super().validate(value)
        if any(len(name) > 200 for name in value):
            raise ValidationError("Mỗi dòng một cơ quan, nhiều nhất 200 ký tự.")

    def run_validators(self, value) -> None:
        """Lengths are counted line by line."""


class NewCampaign(forms.Form):
    """What is asked once, when a campaign is made."""

    bodies = BodiesField(
        label="Cơ quan khác cùng được yêu cầu",
        required=False,
        help_text="Mỗi dòng một cơ quan, ví dụ: Tỉnh đoàn. Các cơ quan này gửi văn bản; Sở ghi nhận ở trang của đợt.",
    )


class PeriodicForm(NewCampaign, PeriodicEditForm):
    period = forms.ModelChoiceField(label="Kỳ báo cáo", queryset=ReportPeriod.objects.none(), empty_label="— chọn kỳ —")
    version = None
    headings = {"period": "Nội dung báo cáo", "asked": "Nơi nhận"}
    field_order = ["period", *PeriodicEditForm.field_order, "bodies"]

    def __init__(self, *args, province: Province, **kwargs):
        super().__init__(*args, province=province, **kwargs)
        self.fields["period"].queryset = ReportPeriod.objects.filter(province=province)
        for name in ("title", "commune_due_at", "department_due_at"):
            self.fields[name].required = False
        self.fields["title"].help_text = "Để trống: đặt theo tên kỳ."
        for name in ("commune_due_at", "department_due_at"):
            self.fields[name].help_text = "Để trống: theo hạn của kỳ."

    def clean(self) -> dict:
        typed = super().clean()
        if period := typed.get("period"):
            label = self.province.team_label
            usual = {
                "title": f"Báo cáo kết quả hoạt động của {label} {period.name[0].lower()}{period.name[1:]}",
                "commune_due_at": period.commune_due_at,
                "department_due_at": period.department_due_at,
            }
            typed |= {name: typed.get(name) or value for name, value in usual.items() if name not in self.errors}
        return typed


class AdHocForm(NewCampaign, AdHocEditForm):
    version = None
    field_order = [*AdHocEditForm.field_order, "bodies"]


class LockForm(PageForm):
    version = version_field()
