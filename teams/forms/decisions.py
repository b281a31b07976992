from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib import text
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.decisions import DecisionReading, parse_decision
from teams.enums import DecisionKind
from teams.forms.base import CommuneForm, DateField, PageForm, version_field
from teams.forms.scans import ScanField
from teams.models import Decision, Team


def refuse_future(reading: DecisionReading) -> None:
    if reading.issued_on and reading.issued_on > timezone.localdate():
        raise ValidationError(f"Ngày ban hành {format_date(reading.issued_on)} chưa đến.")


class DecisionForm(PageForm):
    """One line as it stands on paper, or its parts; the parts win when both are given."""

    line = forms.CharField(
        label="Ghi một dòng",
        required=False,
        max_length=400,
        help_text="Ví dụ: 01/QĐ-UBND ngày 10/7/2025. Số, ký hiệu và ngày bên dưới được điền theo dòng này.",
    )
    number = forms.CharField(label="Số", required=False, max_length=40)
    symbol = forms.CharField(label="Ký hiệu", required=False, max_length=40, help_text="Ví dụ: QĐ-UBND")
    issued_on = DateField(label="Ngày ban hành", required=False, future=False)
    kind = forms.ChoiceField(label="Loại", choices=DecisionKind.choices)
    subject = forms.CharField(label="Trích yếu", required=False, max_length=400)
    issuer = forms.CharField(label="Cơ quan ban hành", required=False, max_length=160)
    scan = ScanField(label="Bản quét", required=False)

    def clean_line(self) -> str:
        refuse_future(self.reading())
        return self.cleaned_data["line"]

    def clean(self) -> dict:
        typed = super().clean()
        parts = ("number", "symbol", "issued_on")
        reading = self.reading()
        if typed.get("line") and not any(typed.get(name) for name in parts):
            typed |= {name: getattr(reading, name) for name in parts}
        if not any(typed.get(name) for name in parts) and not self.errors:
            raise ValidationError("Hãy ghi số, ký hiệu hoặc ngày ban hành của quyết định.")
        return typed

    def reading(self) -> DecisionReading:
        return parse_decision(self.data.get(self.add_prefix("line"), ""))

    def filled(self) -> "DecisionForm":
        """The same form with the parts read out of the line, everything else as typed."""
        typed, reading = self.data.dict(), self.reading()
        issued_on = self.fields["issued_on"].prepare_value(reading.issued_on) or ""
        return type(self)(initial=typed | {"number": reading.number, "symbol": reading.symbol, "issued_on": issued_on})

    def columns(self) -> dict[str, object]:
        typed = self.cleaned_data
        names = ("number", "symbol", "subject", "issuer")
        columns = {name: text.clean(typed[name]) for name in names}
        columns |= {"issued_on": typed["issued_on"], "kind": typed["kind"]}
        return columns | ({"raw_text": text.clean(typed["line"])} if typed["line"] else {})

    @staticmethod
    def stored(row: Decision) -> dict[str, object]:
        names = ("number", "symbol", "issued_on", "kind", "subject", "issuer", "version")
        return {name: getattr(row, name) for name in names} | {"line": row.raw_text}


class DecisionEditForm(DecisionForm):
    version = version_field()


class DecisionChoiceForm(CommuneForm):
    """Part of a form that rests on a decision: one of the commune's, or a new one typed as a line."""

    decision = forms.ModelChoiceField(
        label="Quyết định đã có", queryset=None, required=False, empty_label="— chọn trong danh sách —"
    )
    decision_line = forms.CharField(
        label="Hoặc ghi quyết định mới",
        required=False,
        max_length=400,
        help_text="Ví dụ: 01/QĐ-UBND ngày 10/7/2025",
    )
    decision_required = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = Decision.objects.filter(commune=self.commune)

    def clean_decision_line(self) -> DecisionReading:
        line = self.cleaned_data["decision_line"]
        reading = parse_decision(line)
        if line and not reading.number:
            raise ValidationError("Không đọc được số quyết định. Hãy ghi như: 01/QĐ-UBND ngày 10/7/2025.")
        refuse_future(reading)
        return reading

    def clean(self) -> dict:
        typed = super().clean()
        line = typed.get("decision_line")
        if typed.get("decision") and line and line.number:
            self.add_error("decision_line", "Chỉ chọn một: quyết định đã có, hoặc ghi quyết định mới.")
        if self.decision_required and not self.errors and not typed.get("decision") and not line.number:
            self.add_error("decision", "Hãy chọn quyết định đã có, hoặc ghi quyết định mới ở dưới.")
        return typed


class TeamsField(forms.ModelMultipleChoiceField):
    """Each team with the decision that it stands on."""

    def label_from_instance(self, team: Team) -> str:
        return f"{team.title} ({team.decision or 'chưa có quyết định'})"


class DecisionAssignForm(CommuneForm):
    teams = TeamsField(label="Các tổ", queryset=None, widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label="Quyết định này", choices=DecisionKind.choices)
    effective_on = DateField(
        label="Có hiệu lực từ ngày", required=False, future=False, help_text="Để trống: ngày ban hành."
    )
    field_order = ["kind", "effective_on", "teams"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(commune=self.commune, dissolved_on=None).select_related("decision", "province")
        self.fields["teams"].queryset = teams.order_by("sort_key", "pk")
        self.initial["teams"] = teams.filter(decision=None)

    def clean_kind(self) -> str:
        if self.cleaned_data["kind"] == DecisionKind.DISSOLVE:
            raise ValidationError("Giải thể từng tổ ở trang của tổ, để kết thúc cả thành viên và địa bàn.")
        return self.cleaned_data["kind"]
