"""Courses held elsewhere, as a commune's officer types them."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone

from cdt_portal.lib import text
from cdt_portal.lib.numbers import parse_decimal
from teams.forms.base import CommuneForm, DateField, version_field
from teams.forms.scans import ScanField
from teams.models import Member
from training.layouts.certificates import hours_text
from training.models import ExternalTraining
from training.queries.calls import topics_of

TICK = {"class": "form-check-input"}
MOST_HOURS = 999


class MembersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(TICK)

    def label_from_instance(self, member: Member) -> str:
        return f"{member.full_name} ({member.get_role_display()}, {member.team.name})"


class ExternalEditForm(CommuneForm):
    title = forms.CharField(label="Tên khóa học", max_length=200)
    provider = forms.CharField(
        label="Nơi tổ chức",
        max_length=200,
        help_text="Ví dụ: Nền tảng onetouch, Bình dân học vụ số, Hệ thống bồi dưỡng của tỉnh.",
    )
    topic = forms.ModelChoiceField(
        label="Chuyên đề", queryset=None, required=False, empty_label="— không thuộc chuyên đề nào —"
    )
    finished_on = DateField(label="Hoàn thành ngày", future=False)
    hours = forms.CharField(
        label="Thời lượng (giờ)", required=False, max_length=10, widget=forms.TextInput({"inputmode": "decimal"})
    )
    evidence_url = forms.URLField(
        label="Liên kết minh chứng", required=False, assume_scheme="https", help_text="Liên kết, hoặc tệp ở dưới."
    )
    evidence = ScanField(label="Tệp minh chứng", required=False, stem="minh-chung")
    version = version_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = topics_of(self.commune.province, timezone.localdate())

    def clean_title(self) -> str:
        return text.clean(self.cleaned_data["title"])

    def clean_provider(self) -> str:
        return text.clean(self.cleaned_data["provider"])

    def clean_hours(self) -> Decimal | None:
        typed = self.cleaned_data["hours"]
        hours = parse_decimal(typed) if typed else None
        if typed and (hours is None or not 0 < hours <= MOST_HOURS):
            raise ValidationError("Thời lượng là số giờ, ví dụ 4 hoặc 1,5.")
        return round(hours, 1) if hours is not None else None

    def clean_evidence_url(self) -> str:
        url = self.cleaned_data["evidence_url"]
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError("Liên kết bắt đầu bằng https:// hoặc http://.")
        return url

    def fields_typed(self) -> dict[str, object]:
        names = ("title", "provider", "topic", "finished_on", "hours", "evidence_url")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def proof(self) -> File | None:
        return self.cleaned_data["evidence"] or None

    def shown(self, name: str, value: object) -> str:
        return hours_text(value) if isinstance(value, Decimal) else super().shown(name, value)

    @staticmethod
    def stored(row: ExternalTraining) -> dict[str, object]:
        names = ("title", "provider", "topic", "finished_on", "evidence_url", "version")
        return {name: getattr(row, name) for name in names} | {"hours": hours_text(row.hours) if row.hours else ""}


class ExternalForm(ExternalEditForm):
    """The same course for several people at once."""

    members = MembersField(label="Ai đã học", queryset=None, error_messages={"required": "Hãy chọn ít nhất một người."})
    version = None
    field_order = ["members"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Member.objects.filter(commune=self.commune, left_on=None).select_related("team")
        self.fields["members"].queryset = rows.order_by("team__sort_key", "team_id", "position", "pk")
