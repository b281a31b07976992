"""One person's row in the grid of results."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib import text
from cdt_portal.lib.numbers import parse_decimal
from teams.forms.base import PageForm, version_field
from training.enums import Outcome
from training.layouts.certificates import hours_text
from training.models import Enrolment, Result
from training.services.results import Mark

MOST = 100


class MarkForm(PageForm):
    outcome = forms.ChoiceField(
        label="Kết quả",
        choices=[("", "Chưa ghi"), *Outcome.choices],
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )
    score = forms.CharField(
        label="Điểm",
        required=False,
        max_length=10,
        widget=forms.TextInput({"class": "form-control", "inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Ghi chú", required=False, max_length=300, widget=forms.TextInput({"class": "form-control"})
    )
    version = version_field()

    def __init__(self, *args, enrolment: Enrolment, **kwargs):
        super().__init__(*args, prefix=str(enrolment.pk), **kwargs)
        self.enrolment = enrolment
        for field in self.visible_fields():
            field.field.widget.attrs["aria-label"] = f"{field.label} của {enrolment.member.full_name}"

    def clean_score(self) -> Decimal | None:
        typed = self.cleaned_data["score"]
        score = parse_decimal(typed) if typed else None
        if typed and (score is None or not 0 <= score <= MOST):
            raise ValidationError(f"Điểm là số từ 0 đến {MOST}.")
        return round(score, 2) if score is not None else None

    def clean_note(self) -> str:
        return text.clean(self.cleaned_data["note"])

    def clean(self) -> dict:
        typed = super().clean()
        if not typed.get("outcome") and (typed.get("score") is not None or typed.get("note")):
            self.add_error("outcome", "Hãy chọn kết quả.")
        return typed

    def mark(self) -> Mark:
        return Mark(self.enrolment.pk, **self.cleaned_data)

    def tell_result(self, current: Result | None) -> None:
        """Others wrote this row meanwhile: what stands is said, what was typed stays, the next save goes over it."""
        stands = current.get_outcome_display() if current else "Chưa ghi"
        self.add_error("outcome", f"Người khác vừa ghi: {stands}. Hãy so lại rồi lưu lần nữa.")
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = current.version if current else 0

    @staticmethod
    def stored(row: Result | None) -> dict[str, object]:
        if row is None:
            return {"outcome": "", "score": "", "note": "", "version": 0}
        score = "" if row.score is None else hours_text(row.score)
        return {"outcome": row.outcome, "score": score, "note": row.note, "version": row.version}
